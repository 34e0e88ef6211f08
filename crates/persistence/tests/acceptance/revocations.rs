//! What a store of revocations does, on both engines.

use presspass_auth::SystemRandomness;
use presspass_auth::revocation::{Liveness, RevocationState, TokenFacts, TokenTimes};
use presspass_auth::sessions::{Fingerprint, FingerprintKey};
use presspass_domain::{AccountClaim, AccountKey, ClaimedAccount, PasswordRecord, Window};
use presspass_persistence::{AccountCreated, LoginRecorded, PasswordChange, Revocations};
use time::{Duration, OffsetDateTime};

use crate::place::{Place, account, at};
use crate::posts::{EVERYTHING, selection};

const LIFETIME: Duration = Duration::minutes(5);
const HASH: &str = "pbkdf2_sha256$1$salt$hash";

fn print(hash: &str) -> Fingerprint {
    FingerprintKey::new(b"a secret").of(hash)
}

fn now(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000 + seconds).unwrap()
}

/// An identifier as ours are.
fn jti(name: &str) -> String {
    format!("{name:z<22}")
}

/// A token that was issued at `now(seconds)`.
fn token(name: &str, seconds: i64) -> TokenFacts {
    let issued = now(seconds).unix_timestamp();
    let times = TokenTimes { iat: None, orig_iat: Some(issued), exp: issued + 300 };
    TokenFacts::new(Some(&jti(name)), None, times, LIFETIME)
}

/// What djangorestframework-jwt refreshes from a token that was issued at `now(seconds)`: it drops `jti`.
fn without_jti(seconds: i64) -> TokenFacts {
    let issued = now(seconds).unix_timestamp();
    let times = TokenTimes { iat: None, orig_iat: Some(issued), exp: issued + 310 };
    TokenFacts::new(None, None, times, LIFETIME)
}

fn change(from: Option<&str>, to: &str) -> PasswordChange {
    PasswordChange { from: from.map(str::to_owned), to: to.to_owned(), fingerprint: Some(print(to)) }
}

/// A place with accounts `ada` and `bob`.
async fn each() -> Vec<(Place, Revocations, i64, i64)> {
    let mut all = Vec::new();
    for place in Place::each() {
        let mut ids = Vec::new();
        for name in ["ada", "bob"] {
            let AccountCreated::New(id) = place.accounts.create(account(name)).await.unwrap() else {
                panic!()
            };
            ids.push(id);
        }
        let store = Revocations::new(place.database.clone());
        all.push((place, store, ids[0], ids[1]));
    }
    all
}

fn state(record: &PasswordRecord) -> RevocationState {
    let known_password = record.known_password.map(Fingerprint::from_bytes);
    RevocationState { revoked_before: record.revoked_before, known_password }
}

fn claim(id: i64, name: &str, token: &TokenFacts) -> AccountClaim {
    AccountClaim {
        key: AccountKey { id, username: name.to_owned() },
        token_ids: token.names().map(|name| *name.as_bytes()),
    }
}

fn judged(found: ClaimedAccount, token: &TokenFacts) -> Liveness {
    let ClaimedAccount { record, is_listed } = found;
    state(&record).judge(token, print(&record.password), is_listed)
}

/// What becomes of a token of `ada`'s: looked up alone, and together with a post.
async fn judge(place: &Place, ada: i64, token: &TokenFacts) -> Liveness {
    let claim = claim(ada, "ada", token);
    let alone = judged(place.accounts.find(claim.clone()).await.unwrap().unwrap(), token);
    let post = selection(EVERYTHING, &[], Window::All);
    let with_post = place.posts.0.find_json_for(claim, post, 1, &[]).await.unwrap().unwrap();
    assert_eq!(judged(with_post.reader, token), alone);
    alone
}

#[tokio::test]
async fn a_revoked_family_ends_and_no_other() {
    for (place, store, ada, bob) in each().await {
        place.posts.create("a", "b", at(0)).await.unwrap();
        let (one, other) = (token("one", 0), token("other", 0));
        assert_eq!(judge(&place, ada, &one).await, Liveness::Live);
        // Twice is as good as once.
        for _ in 0..2 {
            store.revoke(ada, one.names_to_revoke(), 2_000_000_000, now(0)).await.unwrap();
        }
        assert_eq!(judge(&place, ada, &one).await, Liveness::Revoked);
        assert_eq!(judge(&place, ada, &other).await, Liveness::Live);
        let times = TokenTimes { iat: None, orig_iat: Some(0), exp: 2_000_000_000 };
        let refreshed = TokenFacts::new(Some("two"), Some(&jti("one")), times, LIFETIME);
        assert_eq!(judge(&place, ada, &refreshed).await, Liveness::Revoked);
        // The same name of another account's token is another.
        let bobs = place.accounts.find(claim(bob, "bob", &one)).await.unwrap().unwrap();
        assert!(!bobs.is_listed);
        // An account that is gone is no error.
        store.revoke(bob + 1, one.names_to_revoke(), 2_000_000_000, now(0)).await.unwrap();
    }
}

/// Django 2.1 on the same database drops `jti` when it refreshes.
#[tokio::test]
async fn a_revoked_family_ends_with_what_was_refreshed_from_it_without_jti() {
    for (place, store, ada, bob) in each().await {
        place.posts.create("a", "b", at(0)).await.unwrap();
        let states = async |seconds: i64| {
            let mut live = Vec::new();
            let names = ["one", "other"].map(|name| token(&format!("{name}{seconds}"), seconds));
            for token in names.into_iter().chain([without_jti(seconds)]) {
                live.push(judge(&place, ada, &token).await == Liveness::Live);
            }
            live
        };
        // Of two families that began in one second: by the first token, and by what was refreshed without `jti`.
        for (seconds, revoked, live) in
            [(0, token("one0", 0), [false, true, false]), (10, without_jti(10), [false, false, false])]
        {
            assert_eq!(states(seconds).await, [true; 3]);
            store.revoke(ada, revoked.names_to_revoke(), 2_000_000_000, now(0)).await.unwrap();
            assert_eq!(states(seconds).await, live, "{revoked:?}");
            let bobs = place.accounts.find(claim(bob, "bob", &revoked)).await.unwrap().unwrap();
            assert!(!bobs.is_listed, "another account's");
        }
        assert_eq!(states(20).await, [true; 3]);
    }
}

/// The clock of a server is an hour ahead, and set right.
#[tokio::test]
async fn tokens_issued_after_a_revocation_in_the_future_are_good_and_those_before_stay_dead() {
    for (place, store, ada, _) in each().await {
        place.posts.create("a", "b", at(0)).await.unwrap();
        let issue = async |seconds: i64| {
            let record = place.accounts.find_by_id(ada).await.unwrap().unwrap();
            let state = state(&record);
            let (jti, issued) = (state.new_jti(&SystemRandomness).unwrap(), state.issue_at(now(seconds)));
            let times = TokenTimes {
                iat: None,
                orig_iat: Some(issued.unix_timestamp()),
                exp: issued.unix_timestamp() + 300,
            };
            TokenFacts::new(Some(&jti), None, times, LIFETIME)
        };
        for round in 0..3 {
            let revoked = [issue(0).await, issue(3_600).await];
            let timestamp = if round == 1 {
                let password = place.accounts.find_by_id(ada).await.unwrap().unwrap().password;
                store.change_password(ada, change(Some(&password), "new"), now(3_700)).await.unwrap()
            } else {
                store.revoke_all(ada, now(3_700)).await.unwrap()
            };
            assert!(timestamp > Some(now(3_700).unix_timestamp()));
            let next = issue(100 + round).await;
            assert_eq!(judge(&place, ada, &next).await, Liveness::Live);
            for token in &revoked {
                assert_eq!(judge(&place, ada, token).await, Liveness::AllRevoked);
            }
        }
    }
}

#[tokio::test]
async fn all_tokens_end_but_those_issued_after() {
    for (place, store, ada, bob) in each().await {
        let timestamp = store.revoke_all(ada, now(10)).await.unwrap().unwrap();
        assert_eq!(timestamp, now(11).unix_timestamp());
        assert_eq!(judge(&place, ada, &token("a", 10)).await, Liveness::AllRevoked);
        assert_eq!(judge(&place, ada, &token("a", 11)).await, Liveness::Live);
        // It never goes back, and again in the same second ends what was issued between.
        assert!(store.revoke_all(ada, now(0)).await.unwrap().unwrap() >= timestamp);
        assert_eq!(judge(&place, ada, &token("a", 11)).await, Liveness::AllRevoked);
        assert_eq!(store.revoke_all(bob + 1, now(10)).await.unwrap(), None);
        assert_eq!(place.accounts.find_by_id(bob).await.unwrap().unwrap().revoked_before, None);
    }
}

#[tokio::test]
async fn a_password_changes_only_while_it_is_the_old_one_and_ends_all_tokens() {
    for (place, store, ada, bob) in each().await {
        let password = async |id| place.accounts.find_by_id(id).await.unwrap().unwrap().password;
        let issued = token("a", 10);
        assert_eq!(store.change_password(ada, change(Some("other"), "new"), now(10)).await.unwrap(), None);
        assert_eq!((password(ada).await.as_str(), judge(&place, ada, &issued).await), (HASH, Liveness::Live));
        let timestamp = store.change_password(ada, change(Some(HASH), "new"), now(10)).await.unwrap();
        assert_eq!(timestamp, Some(now(11).unix_timestamp()));
        assert_eq!(judge(&place, ada, &issued).await, Liveness::AllRevoked);
        assert_eq!(judge(&place, ada, &token("b", 11)).await, Liveness::Live);
        assert_eq!(password(ada).await, "new");
        // Whatever it was, for whoever may.
        assert!(store.change_password(ada, change(None, "newer"), now(20)).await.unwrap().is_some());
        assert_eq!(judge(&place, ada, &token("b", 11)).await, Liveness::AllRevoked);
        assert_eq!((password(ada).await.as_str(), password(bob).await.as_str()), ("newer", HASH));
        for unknown in [0, -1, bob + 1, i64::MAX] {
            assert_eq!(store.change_password(unknown, change(None, "x"), now(10)).await.unwrap(), None);
        }
    }
}

#[tokio::test]
async fn a_change_of_the_password_ends_what_was_issued_until_its_commit() {
    for (place, store, ada, _) in each().await {
        // Asked for in the last nanosecond of a second, it is committed in the next: who read the old hash until then dates
        // what they issue with that one.
        let asked = now(10) + Duration::nanoseconds(999_999_999);
        let timestamp = store.change_password(ada, change(Some(HASH), "new"), asked).await.unwrap().unwrap();
        assert_eq!(judge(&place, ada, &token("a", 11)).await, Liveness::AllRevoked);
        assert_eq!(
            judge(&place, ada, &token("b", timestamp - now(0).unix_timestamp())).await,
            Liveness::Live
        );
        assert!((now(12).unix_timestamp()..now(40).unix_timestamp()).contains(&timestamp), "{timestamp}");
        let kept = place.accounts.find_by_id(ada).await.unwrap().unwrap();
        assert_eq!((kept.revoked_before, kept.password.as_str()), (Some(timestamp), "new"));
        assert_eq!(kept.known_password, Some(*print("new").as_bytes()), "it is still known");
    }
}

#[tokio::test]
async fn another_hash_of_the_same_password_ends_nothing() {
    for (place, store, ada, _) in each().await {
        store.record_log_in(ada, HASH.to_owned(), print(HASH), None, now(0)).await.unwrap();
        assert!(!store.rehash_password(ada, change(Some("other"), "new")).await.unwrap());
        assert!(store.rehash_password(ada, change(Some(HASH), "new")).await.unwrap());
        assert_eq!(judge(&place, ada, &token("a", 0)).await, Liveness::Live);
        assert_eq!(place.accounts.find_by_id(ada).await.unwrap().unwrap().password, "new");
    }
}

#[tokio::test]
async fn a_change_by_another_program_is_noticed_and_settled_by_the_next_log_in() {
    for (place, store, ada, _) in each().await {
        let issued = token("a", 5);
        // The first login makes the password known, and ends nothing.
        let note = |hash: &'static str, before, seconds| {
            store.record_log_in(ada, hash.to_owned(), print(hash), before, now(seconds))
        };
        assert_eq!(note(HASH, None, 5).await.unwrap(), LoginRecorded::ValidFrom(None));
        assert_eq!(judge(&place, ada, &issued).await, Liveness::Live);
        place.execute("UPDATE auth_user SET password = 'theirs' WHERE username = 'ada'");
        assert_eq!(judge(&place, ada, &issued).await, Liveness::PasswordChanged);
        // A login that was under way with the old one changes nothing.
        assert_eq!(note(HASH, None, 9).await.unwrap(), LoginRecorded::Outdated);
        assert_eq!(judge(&place, ada, &issued).await, Liveness::PasswordChanged);
        let valid_from = Some(now(11).unix_timestamp());
        assert_eq!(note("theirs", None, 10).await.unwrap(), LoginRecorded::ValidFrom(valid_from));
        assert_eq!(judge(&place, ada, &issued).await, Liveness::AllRevoked);
        assert_eq!(judge(&place, ada, &token("b", 11)).await, Liveness::Live);
        assert_eq!(
            note("theirs", valid_from, 20).await.unwrap(),
            LoginRecorded::ValidFrom(valid_from),
            "it is known by now"
        );
        // So does one that began before all was revoked.
        assert_eq!(note("theirs", None, 20).await.unwrap(), LoginRecorded::Outdated);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_password_changes_at_once_one_is_done() {
    for (_place, store, ada, _) in each().await {
        let calls: Vec<_> = (0..8)
            .map(|number| {
                let (store, to) = (store.clone(), format!("new-{number}"));
                tokio::spawn(async move { store.change_password(ada, change(Some(HASH), &to), now(0)).await })
            })
            .collect();
        let mut done = 0;
        for call in calls {
            done += usize::from(call.await.unwrap().unwrap().is_some());
        }
        assert_eq!(done, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn revocations_at_once_do_not_get_in_each_others_way() {
    for (place, store, ada, _) in each().await {
        let calls: Vec<_> = (0..16)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let names = token(&format!("{}", number / 4), 0).names_to_revoke();
                    store.revoke(ada, names, 2_000_000_000, now(0)).await.unwrap();
                    store.revoke_all(ada, now(number)).await.unwrap();
                })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
        assert_eq!(place.text("SELECT CAST(count(*) AS text) AS value FROM presspass_revoked_token"), "5");
        let timestamp = place.accounts.find_by_id(ada).await.unwrap().unwrap().revoked_before;
        assert!(timestamp >= Some(now(16).unix_timestamp()), "{timestamp:?}");
    }
}

#[tokio::test]
async fn what_no_token_can_need_any_more_is_swept_so_many_at_a_time() {
    for (place, store, ada, _) in each().await {
        for number in 0..5 {
            let names = without_jti(number).names_to_revoke()[..1].to_vec();
            store.revoke(ada, names, now(number).unix_timestamp(), now(0)).await.unwrap();
        }
        let left = || place.text("SELECT CAST(count(*) AS text) AS value FROM presspass_revoked_token");
        assert_eq!(store.sweep(now(0), 9).await.unwrap(), 0, "it may be good in its last second");
        assert_eq!(store.sweep(now(4), 3).await.unwrap(), 3);
        assert_eq!(store.sweep(now(4), 3).await.unwrap(), 1);
        assert_eq!(left(), "1");
    }
}

/// What an account can make us keep has an end.
#[tokio::test]
async fn an_account_that_revokes_too_many_families_has_all_tokens_revoked() {
    for (place, store, ada, _) in each().await {
        let (bytes, numbers) = if place.is_sqlite() {
            (
                "randomblob(32)",
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT",
            )
        } else {
            ("sha256(i::text::bytea)", "WITH n (i) AS (SELECT generate_series(1, 20000)) SELECT")
        };
        place.execute(&format!(
            "INSERT INTO presspass_revoked_token (account_id, line, expires_at) {numbers} {ada}, {bytes}, 2000000000 FROM n"
        ));
        let issued = token("a", 0);
        assert_eq!(judge(&place, ada, &issued).await, Liveness::Live);
        store.revoke(ada, token("last", 0).names_to_revoke(), 2_000_000_000, now(0)).await.unwrap();
        assert_eq!(judge(&place, ada, &issued).await, Liveness::AllRevoked);
        assert_eq!(judge(&place, ada, &token("last", 0)).await, Liveness::AllRevoked);
        assert_eq!(place.text("SELECT CAST(count(*) AS text) AS value FROM presspass_revoked_token"), "0");
    }
}

#[tokio::test]
async fn revocations_and_api_keys_go_with_their_account() {
    for (place, store, ada, _) in each().await {
        store.revoke(ada, token("a", 0).names_to_revoke(), 2_000_000_000, now(0)).await.unwrap();
        store.revoke_all(ada, now(0)).await.unwrap();
        // By another program: it need not know of our tables.
        let pragma = if place.is_sqlite() { "PRAGMA foreign_keys = ON;" } else { "" };
        place.execute(&format!("{pragma} DELETE FROM auth_user"));
        for table in ["presspass_revocation", "presspass_revoked_token"] {
            assert_eq!(place.text(&format!("SELECT CAST(count(*) AS text) AS value FROM {table}")), "0");
        }
    }
}

#[tokio::test]
async fn the_tables_go_as_they_came() {
    for place in Place::each() {
        let engine = if place.is_sqlite() { "sqlite" } else { "postgresql" };
        for migration in ["2026-11-26-000011_revocation", "2026-11-26-000012_api_keys"] {
            let folder = format!("{}/migrations/{engine}/{migration}", env!("CARGO_MANIFEST_DIR"));
            for script in ["down.sql", "up.sql", "down.sql"] {
                place.execute(&std::fs::read_to_string(format!("{folder}/{script}")).unwrap());
            }
        }
        let tables = if place.is_sqlite() {
            "SELECT name AS value FROM sqlite_schema WHERE name LIKE 'presspass%'"
        } else {
            "SELECT relname::text AS value FROM pg_class WHERE relname LIKE 'presspass%'"
        };
        let left: Vec<_> = place.texts(tables).into_iter().flatten().collect();
        assert!(!left.iter().any(|name| name.contains("revo") || name.contains("api_key")), "{left:?}");
    }
}

#[tokio::test]
async fn a_family_is_kept_for_as_long_as_any_of_its_tokens_is_good() {
    for (place, store, ada, bob) in each().await {
        let ends = now(0).unix_timestamp();
        let families = ["one", "two", "three"].map(|jti| token(jti, 0));
        let live = async |token: &TokenFacts| judge(&place, ada, token).await == Liveness::Live;
        // Revoked by a token that ends late, and by one that ends early: the order is of no matter.
        for (token, timestamps) in families.iter().zip([[10, 30], [30, 10]]) {
            for timestamp in timestamps {
                store.revoke(ada, token.names_to_revoke(), ends + timestamp, now(0)).await.unwrap();
            }
        }
        // What was refreshed from a token that ends much later is revoked, and who revokes it does not know that token.
        for until in [100, 50] {
            store.keep_families(ada, ends + until).await.unwrap();
        }
        store.revoke(ada, families[2].names_to_revoke(), ends + 10, now(0)).await.unwrap();
        store.revoke(bob, families[2].names_to_revoke(), ends + 10, now(0)).await.unwrap();
        for (timestamp, left) in
            [(29, [false; 3]), (31, [true, true, false]), (99, [true, true, false]), (101, [true; 3])]
        {
            store.sweep(now(timestamp), 100).await.unwrap();
            for (token, is_live) in families.iter().zip(left) {
                assert_eq!(live(token).await, is_live, "after {timestamp}");
            }
            let bobs = place.accounts.find(claim(bob, "bob", &families[2])).await.unwrap().unwrap();
            assert!(!bobs.is_listed, "what is kept of one account is nothing to another");
        }
        // It stands beside what else is kept of an account.
        let timestamp = store.revoke_all(ada, now(10)).await.unwrap();
        store.keep_families(ada, ends + 200).await.unwrap();
        let kept = place.accounts.find_by_id(ada).await.unwrap().unwrap();
        assert_eq!(kept.revoked_before, timestamp);
        store.keep_families(bob + 1, ends).await.unwrap();
    }
}
