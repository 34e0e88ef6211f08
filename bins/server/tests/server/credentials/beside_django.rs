//! Tokens that Django refreshes on the same database, with the same secret key.

use presspass_test_support::{Oracle, Stack, TestDatabase};
use serde_json::json;

use super::{obtain, post, refresh, status};
use crate::common::{PASSWORD, SECRET_KEY, Server};

/// Refreshes the token of the environment, by the serializer of the endpoint.
const REFRESH: &str = "
import os
from rest_framework_jwt import serializers
name = {'original': 'RefreshJSONWebTokenSerializer', 'current': 'RefreshAuthTokenSerializer'}[os.environ['STACK']]
refresh = getattr(serializers, name)(data={'token': os.environ['TOKEN']})
refresh.is_valid(raise_exception=True)
print(refresh.validated_data['token'])
";

struct Django<'d> {
    oracle: Oracle,
    database: &'d TestDatabase,
}

impl Django<'_> {
    fn refresh(&self, token: &str) -> String {
        let mut environment = self.database.environment();
        environment.push(("SECRET_KEY", SECRET_KEY.to_owned()));
        environment.push(("TOKEN", token.to_owned()));
        let output = self.oracle.manage(&["shell", "-c", REFRESH], &environment);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).lines().last().expect("a token").to_owned()
    }
}

fn beside(stack: Stack, work: impl Fn(&Server, &Django<'_>)) {
    for database in TestDatabase::each() {
        let Some(oracle) = Oracle::find(stack) else { return };
        let mut server = Server::start_on(&database, &[]);
        server.admin("ada");
        work(&server, &Django { oracle, database: &database });
    }
}

fn revoke(server: &Server, token: &str) {
    assert_eq!(post(server, "/auth/revoke_token/", "", &json!({ "token": token })).status, 204);
}

fn revoking_any_ends_all(server: &Server, django: &Django<'_>) {
    let first = obtain(server, "ada", PASSWORD);
    // Refreshed there before and after it is revoked, and here from what was refreshed there.
    let theirs = django.refresh(&first);
    let ours = refresh(server, &theirs).unwrap();
    assert_eq!([&first, &theirs, &ours].map(|token| status(server, token)), [200; 3]);
    revoke(server, &first);
    let later = django.refresh(&first);
    let last = django.refresh(&later);
    assert_eq!([&first, &theirs, &ours, &later, &last].map(|token| status(server, token)), [401; 5]);
    // The other way round: what was refreshed there is revoked.
    let first = obtain(server, "ada", PASSWORD);
    let theirs = django.refresh(&first);
    revoke(server, &theirs);
    let later = django.refresh(&first);
    assert_eq!([&first, &theirs, &later].map(|token| status(server, token)), [401; 3]);
    // The next login is good, in whichever second.
    assert_eq!(status(server, &obtain(server, "ada", PASSWORD)), 200);
}

#[test]
fn revoking_any_token_of_a_family_ends_what_django_2_1_refreshed_of_it() {
    beside(Stack::Original, revoking_any_ends_all);
}

#[test]
fn revoking_any_token_of_a_family_ends_what_drf_jwt_refreshed_of_it() {
    beside(Stack::Current, revoking_any_ends_all);
}
