//! Hostile tokens: the list of the auth crate's tests, against the running server.

#[path = "../../../../crates/auth/tests/hostile/table.rs"]
mod table;

use presspass_auth::{Clock as _, SystemClock};
use presspass_test_support::{Client, TestDatabase};
use serde_json::json;
use table::{Case, World};

use crate::common::{SECRET_KEY, Server};

const TOKEN_ENDPOINTS: [&str; 2] = ["/auth/verify_token/", "/auth/refresh_token/"];

fn started() -> (Server, World) {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.admin("admin");
    server.user("user");
    let user_id = server.rows.number("SELECT id FROM auth_user WHERE username = 'user'");
    let now = SystemClock.now().unix_timestamp();
    (server, World { secret: SECRET_KEY.to_owned(), user_id, username: "user".to_owned(), now })
}

fn read(client: &mut Client, token: &str) -> u16 {
    client.get("/account/").header("Authorization", format!("JWT {token}")).send().status
}

fn post(client: &mut Client, path: &str, token: &str) -> u16 {
    client.post(path).json(&json!({ "token": token })).send().status
}

/// Whether a header can carry it: what breaks its line, or is longer than the server reads, is another test's.
fn fits_a_header(case: &Case) -> bool {
    case.token.len() < 16_000 && !case.token.chars().any(char::is_control)
}

#[test]
fn hostile_tokens_are_401_on_reads_and_400_where_tokens_are_verified_and_refreshed() {
    let (server, world) = started();
    let mut client = server.client();
    let cases = table::refused(&world);
    assert!(cases.len() >= 180, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        for path in TOKEN_ENDPOINTS {
            let status = post(&mut client, path, &case.token);
            if status != 400 {
                wrong.push(format!("{path} {status}: {}", case.name));
            }
        }
        if fits_a_header(case) {
            let status = read(&mut client, &case.token);
            if status != 401 {
                wrong.push(format!("read {status}: {}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(cases.iter().filter(|case| fits_a_header(case)).count() >= 180);
}

#[test]
fn odd_tokens_that_are_good_are_taken() {
    let (server, world) = started();
    let mut client = server.client();
    let cases = table::accepted(&world);
    assert!(cases.len() >= 40, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let statuses = (read(&mut client, &case.token), post(&mut client, TOKEN_ENDPOINTS[0], &case.token));
        if statuses != (200, 200) {
            wrong.push(format!("{statuses:?}: {}", case.name));
        }
        // Whether or not it can be refreshed.
        let refreshed = post(&mut client, TOKEN_ENDPOINTS[1], &case.token);
        if ![200, 400].contains(&refreshed) {
            wrong.push(format!("refreshed {refreshed}: {}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn tokens_whose_identifiers_cannot_be_read_are_refused() {
    let (server, world) = started();
    let mut client = server.client();
    let mut wrong = Vec::new();
    for case in table::unidentifiable(&world) {
        let posted = ["/auth/verify_token/", "/auth/refresh_token/", "/auth/revoke_token/"]
            .map(|path| post(&mut client, path, &case.token));
        let statuses = (read(&mut client, &case.token), posted);
        if statuses != (401, [400; 3]) {
            wrong.push(format!("{statuses:?}: {}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
