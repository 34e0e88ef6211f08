//! Throttles of requests and of failed logins.

use std::thread;
use std::time::{Duration, Instant};

use presspass_test_support::{Answer, Client, ServerCommand, TestDatabase, TestRedis, isolated_command};

use crate::common::{PASSWORD, PRESSPASS, SECRET_KEY, Server, basic, eventually, log_in};

const WRONG: &str = "wrong-Horse-9";

fn get(server: &Server, path: &str, authorization: &str) -> Answer {
    let mut client = server.client();
    let request = client.get(path).header("Accept", "application/json");
    let request =
        if authorization.is_empty() { request } else { request.header("Authorization", authorization) };
    request.send()
}

/// Whether this is REST framework's refusal: its words, and the same number of seconds in both places.
fn is_throttled(answer: &Answer) -> bool {
    if answer.status != 429 {
        return false;
    }
    let seconds = answer.header("Retry-After").expect("it is told when to come again");
    let plural = if seconds == "1" { "" } else { "s" };
    let told =
        format!("{{\"detail\":\"Request was throttled. Expected available in {seconds} second{plural}.\"}}");
    assert_eq!(answer.text(), told);
    true
}

/// Logins that fail, at most three for an account and five for an address.
const FEW: [(&str, &str); 2] = [
    ("PRESSPASS_THROTTLE__LOGIN_ACCOUNT_FAILURES", "3"),
    ("PRESSPASS_THROTTLE__LOGIN_ADDRESS_FAILURES", "5"),
];

fn with_few<'a>(others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    FEW.into_iter().chain(others.iter().copied()).collect()
}

/// Fails to log in until it is refused: how often it was not.
fn failures(client: &mut Client, name: &str) -> usize {
    (0..20).take_while(|_| !is_throttled(&log_in(client, name, WRONG))).count()
}

#[test]
fn an_account_is_throttled_by_itself_on_every_view_and_after_a_restart_on_a_shared_database() {
    for database in TestDatabase::each() {
        let shared = database.engine() == presspass_test_support::Engine::Postgresql;
        let settings = [("PRESSPASS_THROTTLE__USER", "2/day")];
        let mut server = Server::start_on(&database, &settings);
        let (ann, bob) = (server.account("ann", false, true), server.account("bob", false, true));
        assert_eq!(get(&server, "/account/", &ann).status, 200);
        assert_eq!(get(&server, "/api/posts/", &ann).status, 200);
        for path in ["/account/", "/api/posts/", "/api/posts/1/"] {
            let answer = get(&server, path, &ann);
            assert!(is_throttled(&answer), "{answer:?}");
            let seconds: u32 = answer.header("Retry-After").unwrap().parse().unwrap();
            assert!((86_300..=86_400).contains(&seconds), "{seconds}");
            assert!(answer.header("Allow").is_some(), "{answer:?}");
        }
        assert_eq!(get(&server, "/account/", &bob).status, 200);
        assert_eq!(get(&server, "/health/", "").status, 200);
        let other = Server::start_on(&database, &settings);
        assert_eq!(is_throttled(&get(&other, "/account/", &ann)), shared);
        let rows = server.rows.number("SELECT count(*) FROM presspass_throttle");
        assert_eq!(rows > 0, shared, "{rows}");
    }
}

#[test]
fn a_throttle_is_asked_after_the_permission_and_before_anything_else() {
    let settings = [("PRESSPASS_THROTTLE__USER", "3/day")];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    let mut admin = server.admin("admin");
    for _ in 0..5 {
        assert_eq!(get(&server, "/account/", "").status, 401);
    }
    let mut send = |method: &str, path: &str, kind: &str, body: &str| {
        admin.request(method, path).content(kind, body).send()
    };
    // What is not there counts as well.
    assert_eq!(send("PUT", "/api/posts/", "application/json", "{}").status, 405);
    assert_eq!(send("GET", "/api/posts/99/", "application/json", "").status, 404);
    assert_eq!(send("POST", "/api/posts/", "text/plain", "{}").status, 415);
    for (method, path, kind) in [
        ("PUT", "/api/posts/", "application/json"),
        ("GET", "/api/posts/99/", "application/json"),
        ("POST", "/api/posts/", "text/plain"),
        ("OPTIONS", "/account/", "application/json"),
    ] {
        let answer = send(method, path, kind, "{}");
        assert!(is_throttled(&answer), "{method} {path}: {answer:?}");
    }
    // Negotiation comes before it.
    assert_eq!(send("GET", "/api/posts/?format=xml", "application/json", "").status, 404);
}

#[test]
fn scopes_and_anonymous_callers_have_rates_of_their_own() {
    let settings = [
        ("PRESSPASS_PERMISSIONS", "allow_any"),
        ("PRESSPASS_THROTTLE__ANON", "5/day"),
        ("PRESSPASS_THROTTLE__SCOPES__POSTS", "2/day"),
        ("PRESSPASS_THROTTLE__SCOPES__TOKENS", "1/day"),
    ];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    let ann = server.account("ann", false, true);
    assert_eq!(get(&server, "/api/posts/", &ann).status, 200);
    assert_eq!(get(&server, "/api/posts/99/", &ann).status, 404);
    assert!(is_throttled(&get(&server, "/api/posts/99/", &ann)));
    // Another scope, and another caller.
    assert_eq!(get(&server, "/account/", &ann).status, 200);
    assert_eq!(get(&server, "/api/posts/", "").status, 200);
    server.client().request("OPTIONS", "/auth/verify_token/").expect(200);
    assert!(is_throttled(&log_in(&mut server.client(), "ann", PASSWORD)));
    // Three of the five are used; a refusal by the scope came after this one's.
    assert_eq!(get(&server, "/api/posts/", "").status, 200);
    assert!(is_throttled(&get(&server, "/api/posts/", "")));
    assert!(is_throttled(&get(&server, "/api/posts/", "")));
    assert_eq!(get(&server, "/account/", &ann).status, 200);
}

#[test]
fn without_rates_nothing_is_counted() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let ann = server.account("ann", false, true);
        for _ in 0..20 {
            assert_eq!(get(&server, "/account/", &ann).status, 200);
        }
        assert_eq!(server.rows.number("SELECT count(*) FROM presspass_throttle"), 0);
    }
}

#[test]
fn log_ins_that_fail_lock_the_account_from_this_address_and_nobody_else() {
    for database in TestDatabase::each() {
        let settings = with_few(&[("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1")]);
        let mut server = Server::start(database, &settings);
        let ann = server.account("ann", false, true);
        server.user("bob");
        let mut client = server.client();
        assert_eq!(failures(&mut client, "ann"), 3);
        let answer = log_in(&mut client, "ann", PASSWORD);
        assert!(is_throttled(&answer), "{answer:?}");
        // Tokens, other accounts, other addresses: all as before.
        assert_eq!(get(&server, "/account/", &ann).status, 200);
        assert_eq!(log_in(&mut client, "bob", PASSWORD).status, 200);
        let mut from = |address: &str, password: &str| {
            let body = serde_json::json!({"username": "ann", "password": password});
            let request = client.post("/auth/obtain_token/").json(&body);
            request.header("X-Forwarded-For", address).send()
        };
        assert_eq!(from("2001:db8::1", PASSWORD).status, 200);
        for address in ["2001:db8::1", "2001:db8::2", "2001:db8::3:3"] {
            assert_eq!(from(address, WRONG).status, 400);
        }
        assert!(is_throttled(&from("2001:db8::4", PASSWORD)));
        assert_eq!(from("2001:db8:0:1::4", PASSWORD).status, 200);
        // The address has two failures left, whatever the name.
        let mut client = server.client();
        assert_eq!(failures(&mut client, "nobody"), 2);
        assert!(is_throttled(&log_in(&mut client, "bob", PASSWORD)));
        server.expect_stderr("logins locked out");
        let said = server.stderr();
        let lines = said.lines().filter(|line| line.contains("locked out"));
        let ours = |line: &&str| line.contains("client=127.0.0.1}") && line.contains("username=\"ann\"");
        assert_eq!(lines.clone().filter(ours).count(), 1, "{said}");
        assert!(lines.clone().count() == 3 && !said.contains(WRONG), "{said}");
        let rows = server.rows.number("SELECT count(*) FROM presspass_throttle WHERE key LIKE '%ann%'");
        assert_eq!(rows, 0);
    }
}

#[test]
fn an_address_that_a_stranger_claims_is_not_believed() {
    let mut server = Server::start(TestDatabase::sqlite(), &with_few(&[]));
    server.user("ann");
    let mut client = server.client();
    let mut from = |address: &str| {
        let body = serde_json::json!({"username": "ann", "password": WRONG});
        let request = client.post("/auth/obtain_token/").json(&body);
        request.header("X-Forwarded-For", address).send().status
    };
    let statuses = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"].map(&mut from);
    assert_eq!(statuses, [400, 400, 400, 429]);
}

#[test]
fn a_good_log_in_forgets_the_failures_of_its_account() {
    let mut server = Server::start(TestDatabase::sqlite(), &with_few(&[]));
    server.user("ann");
    let mut client = server.client();
    for _ in 0..2 {
        assert_eq!(log_in(&mut client, "ann", WRONG).status, 400);
        assert_eq!(log_in(&mut client, "ann", WRONG).status, 400);
        assert_eq!(log_in(&mut client, "ann", PASSWORD).status, 200);
    }
    // Good ones count nowhere, not even at the address, which has one failure left.
    for _ in 0..6 {
        assert_eq!(log_in(&mut client, "ann", PASSWORD).status, 200);
    }
    assert_eq!(failures(&mut client, "ann"), 1);
}

#[test]
fn basic_credentials_are_counted_with_the_others() {
    let settings = with_few(&[("PRESSPASS_AUTHENTICATORS", "basic,jwt")]);
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    let token = server.account("ann", false, true);
    let (right, wrong) = (basic(&format!("ann:{PASSWORD}")), basic(&format!("ann:{WRONG}")));
    assert_eq!(get(&server, "/account/", &right).status, 200);
    assert_eq!(get(&server, "/account/", &wrong).status, 401);
    assert_eq!(log_in(&mut server.client(), "ann", WRONG).status, 400);
    assert_eq!(get(&server, "/account/", &wrong).status, 401);
    for authorization in [&right, &wrong] {
        let answer = get(&server, "/account/", authorization);
        assert!(is_throttled(&answer), "{answer:?}");
        assert_eq!(answer.header("WWW-Authenticate"), None);
    }
    assert_eq!(get(&server, "/account/", &token).status, 200);
}

#[test]
fn of_log_ins_that_come_at_once_no_more_are_looked_at_than_may_fail() {
    for database in TestDatabase::each() {
        // The others wait for the few that are hashed.
        let settings = with_few(&[("PRESSPASS_DATABASE__TIMEOUT_SECONDS", "60")]);
        let server = Server::start(database, &settings);
        let callers: Vec<_> = (0..64)
            .map(|_| {
                let mut client = server.client();
                thread::spawn(move || log_in(&mut client, "ann", WRONG).status)
            })
            .collect();
        let statuses: Vec<u16> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
        let count = |status| statuses.iter().filter(|it| **it == status).count();
        assert_eq!((count(400), count(429)), (3, 61), "{statuses:?}");
    }
}

#[test]
fn good_log_ins_that_come_at_once_are_not_taken_for_guesses() {
    let settings = with_few(&[
        ("PRESSPASS_AUTHENTICATORS", "basic"),
        ("PRESSPASS_DATABASE__TIMEOUT_SECONDS", "60"),
        ("PRESSPASS_PASSWORD__UPGRADE", "false"),
    ]);
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    server.user("ann");
    let callers: Vec<_> = (0..32)
        .map(|_| {
            let mut client = server.client();
            let authorization = basic(&format!("ann:{PASSWORD}"));
            thread::spawn(move || {
                client.get("/account/").header("Authorization", authorization).send().status
            })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.join().unwrap(), 200);
    }
}

#[test]
fn servers_on_one_database_count_log_ins_together() {
    for database in TestDatabase::each() {
        let settings = with_few(&[]);
        let servers = [0, 1].map(|_| Server::start_on(&database, &settings));
        let statuses =
            [0, 1, 0, 1].map(|which: usize| log_in(&mut servers[which].client(), "ann", WRONG).status);
        assert_eq!(statuses, [400, 400, 400, 429]);
    }
}

#[test]
fn all_throttles_can_be_switched_off() {
    let settings =
        with_few(&[("PRESSPASS_THROTTLE__ENABLED", "false"), ("PRESSPASS_THROTTLE__USER", "1/day")]);
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    let ann = server.account("ann", false, true);
    for _ in 0..3 {
        assert_eq!(get(&server, "/account/", &ann).status, 200);
    }
    for _ in 0..6 {
        assert_eq!(log_in(&mut server.client(), "ann", WRONG).status, 400);
    }
    assert_eq!(server.rows.number("SELECT count(*) FROM presspass_throttle"), 0);
}

#[test]
fn redis_counts_for_all_servers_and_is_found_again_by_itself() {
    let Some(mut redis) = TestRedis::running() else { return };
    let url = redis.url();
    let settings = with_few(&[
        ("PRESSPASS_SESSIONS__STORE", url.as_str()),
        ("PRESSPASS_THROTTLE__SCOPES__ACCOUNT", "2/day"),
    ]);
    let [mut one, other] = [0, 1].map(|_| Server::start(TestDatabase::sqlite(), &settings));
    let ann = one.account("ann", false, true);
    let statuses =
        [&one, &other, &one, &other].map(|server| log_in(&mut server.client(), "ann", WRONG).status);
    assert_eq!(statuses, [400, 400, 400, 429]);
    assert_eq!(get(&one, "/account/", &ann).status, 200);
    assert_eq!(one.rows.number("SELECT count(*) FROM presspass_throttle"), 0);

    redis.stop();
    // Nobody's password is looked at uncounted; requests are served.
    let before = Instant::now();
    let answer = log_in(&mut one.client(), "bob", PASSWORD);
    assert_eq!((answer.status, answer.header("Retry-After")), (503, Some("1")), "{answer:?}");
    for _ in 0..4 {
        assert_eq!(get(&one, "/account/", &ann).status, 200);
    }
    assert!(before.elapsed() < Duration::from_secs(10), "{:?}", before.elapsed());
    one.expect_stderr("requests not throttled: store unavailable");

    redis.start();
    // Empty, it counts anew.
    eventually("logins are looked at again", || {
        let answer = log_in(&mut one.client(), "ann", PASSWORD);
        assert!([200, 503].contains(&answer.status), "{answer:?}");
        (answer.status == 200).then_some(())
    });
    eventually("requests are counted again", || is_throttled(&get(&one, "/account/", &ann)).then_some(()));
    assert!(!one.stderr().contains(redis.password()), "{}", one.stderr());
}

#[test]
fn a_redis_that_is_away_at_the_start_is_waited_for_and_one_that_refuses_is_not() {
    let Some(mut redis) = TestRedis::running() else { return };
    let database = TestDatabase::sqlite();
    let start = |url: &str| {
        ServerCommand::new(PRESSPASS)
            .env("DATABASE_URL", database.url())
            .env("SECRET_KEY", SECRET_KEY)
            .env("PRESSPASS_THROTTLE__STORE", url)
            .try_start()
    };
    let exit = start(&redis.url().replace(redis.password(), "guess")).unwrap_err();
    assert_eq!(exit.status.code(), Some(1));
    let errors: Vec<&str> = exit.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert!(errors.len() == 1 && errors[0].contains("refuses this server"), "{exit}");
    assert!(!exit.stderr.contains("guess"), "{exit}");

    let check = |url: &str| {
        let environment = [("DATABASE_URL", database.url()), ("PRESSPASS_THROTTLE__STORE", url.to_owned())];
        let mut command = isolated_command(PRESSPASS);
        let output = command.arg("check").env("SECRET_KEY", SECRET_KEY).envs(environment).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(check(&redis.url()).0, Some(0));
    let (code, said) = check(&redis.url().replace(redis.password(), "guess"));
    assert!(code == Some(1) && said.contains("refuses this server"), "{said}");

    redis.stop();
    let (code, said) = check(&redis.url());
    assert!(code == Some(0) && said.contains("cannot be reached"), "{said}");
    let server = start(&redis.url()).unwrap();
    server.expect_stderr("warning: Redis at redis://:***@127.0.0.1:");
    assert_eq!(log_in(&mut server.client(), "ann", WRONG).status, 503);
    redis.start();
    eventually("it is found", || (log_in(&mut server.client(), "ann", WRONG).status == 400).then_some(()));
}
