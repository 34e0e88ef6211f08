//! Token keys in a folder: signing, verifying, publishing.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use presspass_auth::tokens::{JwkSet, RefreshableKeys, TokenPolicy, TokenVerifier};
use presspass_auth::{Clock as _, SystemClock};
use presspass_test_support::{RunningServer, TestDatabase};
use serde_json::json;

use crate::common::{PASSWORD, Server, eventually, log_in, run};

const JWKS: &str = "/.well-known/jwks.json";

fn key(folder: &Path, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = ["key"].into_iter().chain(arguments.iter().copied()).collect();
    let done = run(&arguments, &[("PRESSPASS_JWT__KEYS", &folder.display().to_string())]);
    assert_eq!(done.code, Some(0), "{done:?}");
    done.stdout
}

fn start(database: &TestDatabase, folder: &Path) -> Server {
    Server::start_on(database, &[("PRESSPASS_JWT__KEYS", &folder.display().to_string())])
}

fn token(server: &Server) -> String {
    let answer = log_in(&mut server.client(), "user", PASSWORD);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["token"].as_str().unwrap().to_owned()
}

fn reads(server: &RunningServer, token: &str) -> u16 {
    server.client().get("/account/").header("Authorization", format!("JWT {token}")).send().status
}

#[test]
fn a_server_with_a_secret_alone_publishes_an_empty_set() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let answer = server.client().get(JWKS).send();
    assert_eq!((answer.status, answer.text()), (200, r#"{"keys":[]}"#));
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.header("Cache-Control"), Some("public, max-age=300"));
    let request = server.client().get(JWKS).header("Accept", "application/jwk-set+json").send();
    assert_eq!(request.header("Content-Type"), Some("application/jwk-set+json"));
    assert_eq!(server.client().post(JWKS).send().header("Cache-Control"), None);
}

#[test]
fn tokens_stay_good_from_the_secret_key_over_the_first_key_to_the_next() {
    for database in TestDatabase::each() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("keys");
        let mut before = Server::start_on(&database, &[]);
        before.user("user");
        let by_secret = token(&before);
        drop(before);

        let first = key(&folder, &["generate"]);
        let server = start(&database, &folder);
        assert_eq!(reads(&server, &by_secret), 200);
        let by_first = token(&server);
        assert_eq!(reads(&server, &by_first), 200);
        // Who refreshes a token of the secret key gets one of the first key.

        server.client().post("/auth/refresh_token/").json(&json!({ "token": by_secret })).expect(200);
        drop(server);

        let next = key(&folder, &["rotate", "--algorithm", "EdDSA", "--in", "0"]);
        let server = start(&database, &folder);
        let by_next = token(&server);
        for token in [&by_secret, &by_first, &by_next] {
            assert_eq!(reads(&server, token), 200);
        }

        // A service that knows nothing but what is published.
        let published = server.client().get(JWKS).send();
        let set = JwkSet::parse(published.text()).unwrap();
        let names: Vec<&str> = set.keys().iter().map(|key| key.id().unwrap().as_str()).collect();
        assert_eq!(names, [next.trim(), first.trim()]);
        let elsewhere = TokenVerifier::new(RefreshableKeys::new(set), TokenPolicy::django());
        for token in [&by_first, &by_next] {
            assert!(elsewhere.verify(token.as_bytes(), SystemClock.now()).is_ok());
        }
        assert!(elsewhere.verify(by_secret.as_bytes(), SystemClock.now()).is_err());
    }
}

#[test]
fn a_prefix_and_a_cap_are_kept_to() {
    let bearer = [("PRESSPASS_JWT__HEADER_PREFIX", "Bearer"), ("PRESSPASS_JWT__MAX_LIFETIME_SECONDS", "200")];
    let mut server = Server::start(TestDatabase::sqlite(), &bearer);
    let jwt = server.account("user", false, true);
    let ask =
        |authorization: &str| server.client().get("/account/").header("Authorization", authorization).send();
    let token = jwt.strip_prefix("JWT ").unwrap();
    assert_eq!(ask(&jwt).header("WWW-Authenticate"), Some("Bearer realm=\"api\""));
    let answer = ask(&format!("bearer {token}"));
    assert_eq!(
        (answer.status, answer.text()),
        (401, r#"{"detail":"Incorrect authentication credentials."}"#),
        "it claims 300 seconds"
    );
    // What REST framework's `TokenAuthentication` has, where no authenticator of ours claims it.
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_JWT__HEADER_PREFIX", "Token")]);
    let jwt = server.account("user", false, true);
    let authorization = jwt.replace("JWT ", "Token ");
    let read = server.client().get("/account/").header("Authorization", authorization).send();
    assert_eq!((read.status, read.json()["username"].as_str()), (200, Some("user")));
}

#[test]
fn djangos_key_of_50_characters_signs_by_hs512() {
    let secret = "x)q2#8j&(v$k!0_z^w@m5*t7=r+e9b1nc3p6-4f9a0c5d7e8b1";
    let settings = [("SECRET_KEY", secret), ("PRESSPASS_JWT__ALGORITHM", "HS512")];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    server.user("user");
    let token = token(&server);
    assert!(token.starts_with("eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9."), "{token}");
    assert_eq!(reads(&server, &token), 200);
    assert!(server.stderr().contains("jwt.algorithm: HS512 is meant for a secret_key of 64 bytes"));
}

#[test]
fn a_folder_without_a_key_or_with_a_wrong_one_is_told_in_one_line() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().display().to_string();
    let settings = [("PRESSPASS_JWT__KEYS", folder.as_str())];
    let refused = run(&["serve"], &settings);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("jwt.keys: there is no key in"), "{refused:?}");
    assert_eq!(refused.stderr.lines().count(), 1, "{refused:?}");
    std::fs::write(place.path().join("a.jwk"), "{}").unwrap();
    for command in [&["serve"][..], &["check"], &["key", "list"], &["key", "rotate"]] {
        let refused = run(command, &settings);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(
            refused.stderr.contains("cannot use the key in") && refused.stderr.contains("a.jwk"),
            "{refused:?}"
        );
    }
}

/// The names of the published keys.
fn published(server: &RunningServer) -> Vec<String> {
    let answer = server.client().get(JWKS).send();
    let set = JwkSet::parse(answer.text()).unwrap();
    set.keys().iter().map(|key| key.id().unwrap().as_str().to_owned()).collect()
}

fn refresh(server: &RunningServer, token: &str) -> String {
    let answer = server.client().post("/auth/refresh_token/").json(&json!({ "token": token })).expect(200);
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// Whether a token names this key.
fn is_under(token: &str, key: &str) -> bool {
    use base64::Engine as _;
    let header = token.split('.').next().unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header).unwrap();
    String::from_utf8(header).unwrap().contains(&format!("\"kid\":\"{}\"", key.trim()))
}

#[test]
fn keys_are_rotated_under_load_without_a_restart_and_no_good_token_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("keys");
    let first = key(&folder, &["generate"]);
    let database = TestDatabase::sqlite();
    let mut server = start(&database, &folder);
    server.user("user");
    let before = token(&server);
    let server: &RunningServer = &server;
    assert!(is_under(&before, &first), "{before}");

    let done = AtomicBool::new(false);
    let (second, third) = std::thread::scope(|scope| {
        let callers = [(); 3].map(|()| {
            scope.spawn(|| {
                let mut last = before.clone();
                while !done.load(Ordering::Relaxed) {
                    let next = refresh(server, &last);
                    for token in [&before, &last, &next] {
                        assert_eq!(reads(server, token), 200, "{token}");
                    }
                    last = next;
                }
            })
        });
        // Published first: it signs an hour later.
        let second = key(&folder, &["rotate"]);
        eventually("the key is published", || {
            published(server).contains(&second.trim().to_owned()).then_some(())
        });
        assert!(is_under(&refresh(server, &before), &first));
        let third = key(&folder, &["rotate", "--algorithm", "EdDSA", "--in", "0"]);
        eventually("the key signs", || is_under(&refresh(server, &before), &third).then_some(()));
        done.store(true, Ordering::Relaxed);
        for caller in callers {
            caller.join().unwrap();
        }
        (second, third)
    });
    let after = refresh(server, &before);
    // The one that was to sign later never will.
    assert_eq!(published(server), [third.trim(), first.trim()]);
    assert!(!is_under(&after, &second));

    // What cannot be read changes nothing, and is told once.
    let junk = folder.join("junk.jwk");
    std::fs::write(&junk, "{}").unwrap();
    eventually("the log tells", || server.stderr().contains("token keys not reloaded").then_some(()));
    assert_eq!((reads(server, &before), reads(server, &after)), (200, 200));
    std::fs::remove_file(&junk).unwrap();

    // A key that was stolen is taken away, and its tokens end.
    std::fs::remove_file(folder.join(format!("{}.jwk", first.trim()))).unwrap();
    eventually("the key is gone", || (reads(server, &before) == 401).then_some(()));
    assert_eq!(reads(server, &after), 200);
    assert_eq!(published(server), [third.trim()]);
    assert_eq!(server.stderr().matches("token keys not reloaded").count(), 1, "{}", server.stderr());
}

#[test]
fn servers_that_share_a_folder_know_a_new_key_before_one_of_them_signs_with_it_and_an_old_one_retires() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("keys");
    key(&folder, &["generate"]);
    let database = TestDatabase::sqlite();
    let mut one = start(&database, &folder);
    one.user("user");
    let other = start(&database, &folder);
    let before = token(&one);
    // Long enough for both to look, and the old ones end a second after it signs.
    let next = key(&folder, &["rotate", "--in", "5", "--keep", "1"]);
    for server in [&one, &other] {
        eventually("it is published", || published(server).contains(&next.trim().to_owned()).then_some(()));
    }
    let after = eventually("it signs", || Some(token(&one)).filter(|token| is_under(token, &next)));
    assert_eq!(reads(&other, &after), 200, "it has known the key for long");
    for server in [&one, &other] {
        eventually("the old key has retired", || (reads(server, &before) == 401).then_some(()));
        assert_eq!(reads(server, &after), 200);
    }
}

#[cfg(unix)]
#[test]
fn the_superuser_rotates_keys_that_stay_those_of_the_service() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("keys");
    key(&folder, &["generate"]);
    let files = || std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    if std::fs::metadata(&folder).unwrap().uid() != 0 {
        eprintln!("skipped: only the superuser can give files away");
        return;
    }
    for path in files().chain([folder.clone()]) {
        chown(path, Some(65_533), Some(65_532)).unwrap();
    }
    let group = std::fs::Permissions::from_mode(0o640);
    files().for_each(|path| std::fs::set_permissions(path, group.clone()).unwrap());
    key(&folder, &["rotate"]);
    assert_eq!(files().count(), 2);
    for path in files() {
        let it = std::fs::metadata(&path).unwrap();
        assert_eq!((it.uid(), it.gid(), it.mode() & 0o777), (65_533, 65_532, 0o640), "{}", path.display());
    }
}

#[test]
fn keys_are_rotated_until_a_ring_is_full_and_again_once_some_have_retired() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("keys");
    key(&folder, &["generate"]);
    let keys = folder.display().to_string();
    let rotate = |arguments: &[&str]| run(arguments, &[("PRESSPASS_JWT__KEYS", &keys)]);
    // The ring holds 16: one place is the secret key's.
    for rotation in 1..15 {
        let done = rotate(&["key", "rotate", "--in", "0"]);
        assert_eq!(done.code, Some(0), "{rotation}: {done:?}");
    }
    let full = rotate(&["key", "rotate", "--in", "0"]);
    assert_eq!(full.code, Some(1), "{full:?}");
    assert!(full.stderr.contains("15 keys are in use already"), "{full:?}");
    // So a server starts with what there is, and signs.
    let database = TestDatabase::sqlite();
    let mut server = start(&database, &folder);
    server.user("user");
    let token = token(&server);
    assert_eq!((reads(&server, &token), published(&server).len()), (200, 15));
    drop(server);
    // Once all but the newest have retired, they count no more.
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut jwk: serde_json::Value = serde_json::from_str(&text).unwrap();
        if let Some(end) = jwk.get_mut("exp") {
            *end = json!(1_000_000_000);
            std::fs::write(&path, jwk.to_string()).unwrap();
        }
    }
    for _ in 0..3 {
        let done = rotate(&["key", "rotate", "--in", "0"]);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    assert_eq!(published(&start(&database, &folder)).len(), 4);
}
