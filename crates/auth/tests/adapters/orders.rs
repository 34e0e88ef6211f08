//! Authenticators in every order.

use std::net::IpAddr;
use std::sync::Arc;

use presspass_auth::api_keys::{
    ApiKey, ApiKeyBearer, ApiKeyDigest, ApiKeyName, ApiKeyRecord, ApiKeyStore, Scopes,
};
use presspass_auth::authenticators::{
    ApiKeyAuthenticator, BasicAuthenticator, JwtAuthenticator, SessionAuthenticator,
};
use presspass_auth::passwords::Password;
use presspass_auth::{
    AuthenticatorChain, CredentialOutcome, CredentialStore, DynAuthenticator, Outcome, RequestHead,
    Resolution, StoreError, SystemRandomness,
};
use time::OffsetDateTime;

use crate::support::{SESSION, User, Users, clock, jwt_of, now, verifier};

#[derive(Debug)]
struct Passwords;

impl CredentialStore for Passwords {
    type User = User;

    async fn verify(
        &self,
        username: String,
        password: Password,
        _client: Option<IpAddr>,
    ) -> Result<CredentialOutcome<User>, StoreError> {
        let good = username == "ada" && password.expose() == "lovelace";
        Ok(if good { CredentialOutcome::Verified(User::named("ada")) } else { CredentialOutcome::Refused })
    }
}

#[derive(Debug)]
struct Keys(ApiKeyDigest);

impl ApiKeyStore for Keys {
    type User = User;

    async fn find(&self, digest: ApiKeyDigest) -> Result<Resolution<ApiKeyBearer<User>>, StoreError> {
        let key = ApiKeyRecord {
            name: ApiKeyName::parse("laptop").unwrap(),
            scopes: Scopes::All,
            created_at: OffsetDateTime::UNIX_EPOCH,
            expires_at: None,
            last_used_at: None,
        };
        let bearer = ApiKeyBearer { account: User::named("ada"), key };
        let known = digest == self.0;
        Ok(if known { Resolution::Active(bearer) } else { Resolution::Unknown })
    }

    fn bound(&self, account: User, scopes: Scopes) -> Option<User> {
        scopes.is_all().then_some(account)
    }

    async fn record_use(&self, _digest: ApiKeyDigest, _at: OffsetDateTime) -> Result<(), StoreError> {
        Ok(())
    }
}

type Shared = Arc<dyn DynAuthenticator<User>>;

/// All orders of 0, 1, 2 and 3.
fn orders() -> impl Iterator<Item = [usize; 4]> {
    (0..256)
        .map(|n| [n / 64, n / 16 % 4, n / 4 % 4, n % 4])
        .filter(|order| (0..4).all(|it| order.contains(&it)))
}

#[test]
fn in_every_order_each_kind_of_credentials_finds_its_authenticator() {
    let key = ApiKey::new(&SystemRandomness).unwrap();
    let all: [(Shared, Option<&str>); 4] = [
        (Arc::new(JwtAuthenticator::new(verifier(), Users).with_clock(clock())), Some("JWT realm=\"api\"")),
        (Arc::new(SessionAuthenticator::new(Users).with_cookie("sessionid")), None),
        (Arc::new(BasicAuthenticator::new(Passwords)), Some("Basic realm=\"api\", charset=\"UTF-8\"")),
        (Arc::new(ApiKeyAuthenticator::new(Keys(key.digest())).with_clock(clock())), Some("Token")),
    ];
    let (jwt, cookie, token) =
        (jwt_of("ada"), format!("sessionid={SESSION}"), format!("Token {}", key.expose()));
    let credentials = [
        ("authorization", jwt.as_str()),
        ("cookie", cookie.as_str()),
        ("authorization", "Basic YWRhOmxvdmVsYWNl"),
        ("authorization", token.as_str()),
    ];
    assert_eq!(orders().count(), 24);
    for order in orders() {
        let chain = order
            .iter()
            .map(|at| Arc::clone(&all[*at].0))
            .fold(AuthenticatorChain::new(), AuthenticatorChain::then_shared);
        assert_eq!(chain.challenge().map(|it| it.to_string()).as_deref(), all[order[0]].1, "{order:?}");
        for (at, header) in credentials.into_iter().enumerate() {
            let headers = [header];
            let found = now(chain.authenticate(&RequestHead::new("GET", "/", &headers))).unwrap();
            assert_eq!(found.outcome, Outcome::Verified(User::named("ada")), "{order:?} {at}");
            assert_eq!(found.decided, Some(all[at].0.dyn_name()), "{order:?} {at}");
            let place = order.iter().position(|it| *it == at).unwrap();
            assert_eq!(found.consulted.len(), place + 1, "{order:?} {at}");
        }
    }
}
