//! Revocations and logins on a server whose clock was ahead and is right again: rows as it left them.

use presspass_auth::{Clock as _, SystemClock};
use serde_json::json;

use super::{each, obtain, post, status};
use crate::common::{PASSWORD, log_in};

const HOUR: i64 = 3_600;

#[test]
fn a_log_in_after_a_revocation_in_the_future_gives_a_token_that_works_and_revives_none() {
    for mut server in each(&[]) {
        let mut dead = vec![obtain(&server, "ada", PASSWORD)];
        for round in 0..3 {
            // As revoking all, or a changed password, an hour ahead left it; further revocations with the clock right.
            if round == 0 {
                let ahead = SystemClock.now().unix_timestamp() + HOUR;
                server.rows.run(&format!("UPDATE presspass_revocation SET revoked_before = {ahead}"));
            } else {
                let header = format!("JWT {}", dead.last().unwrap());
                assert_eq!(post(&server, "/auth/revoke_all/", &header, &json!({})).status, 204);
            }
            for token in &dead {
                assert_eq!(status(&server, token), 401, "round {round}");
            }
            let next = obtain(&server, "ada", PASSWORD);
            assert_eq!(status(&server, &next), 200, "round {round}");
            let refreshed = super::refresh(&server, &next).unwrap();
            assert_eq!(status(&server, &refreshed), 200, "round {round}");
            dead.push(refreshed);
        }
    }
}

/// All stores are asked by the suite in `presspass_auth::throttles::acceptance`.
#[test]
fn a_lock_out_in_the_future_ends_with_its_window() {
    for mut server in each(&[("PRESSPASS_THROTTLE__STORE", "database")]) {
        for _ in 0..10 {
            assert_eq!(log_in(&mut server.client(), "ada", "wrong").status, 400);
        }
        let uses = "7fffffffffffff00".repeat(10);
        let uses = if server.rows.is_sqlite() { format!("x'{uses}'") } else { format!("'\\x{uses}'") };
        server.rows.run(&format!("UPDATE presspass_throttle SET uses = {uses}, expires_at = {}", i64::MAX));
        for _ in 0..2 {
            let refused = log_in(&mut server.client(), "ada", PASSWORD);
            let wait: i64 = refused.header("Retry-After").unwrap().parse().unwrap();
            assert!((200..=300).contains(&wait), "{wait}");
        }
        // What was used counts as now, and is kept so.
        let ends = server.rows.number("SELECT min(expires_at) FROM presspass_throttle");
        let now = SystemClock.now().unix_timestamp();
        assert!((now..=now + 300).contains(&(ends / 1_000_000)), "{ends}");
    }
}
