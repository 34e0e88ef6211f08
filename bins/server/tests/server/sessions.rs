//! Browser sessions and CSRF.

use presspass_test_support::{TestDatabase, TestRedis};
use serde_json::json;

use crate::common::{Browser, PASSWORD, Server, eventually, in_chromium};

const BODY: &str = r#"{"title": "t", "content": "c"}"#;

/// A server on each engine, and one with its sessions in Redis, with an account `ada` that may do everything.
fn each() -> impl Iterator<Item = (Server, Option<TestRedis>)> {
    let on_databases = TestDatabase::each().into_iter().map(|database| (database, None));
    let on_redis = TestRedis::running().map(|redis| (TestDatabase::sqlite(), Some(redis)));
    on_databases.chain(on_redis).map(|(database, redis)| {
        let url = redis.as_ref().map(TestRedis::url);
        let settings: Vec<_> = url.iter().map(|url| ("PRESSPASS_SESSIONS__STORE", url.as_str())).collect();
        let mut server = Server::start(database, &settings);
        server.admin("ada");
        (server, redis)
    })
}

#[test]
fn a_log_in_begins_a_session_and_a_log_out_ends_it_on_the_server() {
    for (mut server, _redis) in each() {
        let mut browser = Browser::new(&server);
        assert_eq!(browser.status(), 401);
        let answer = browser.log_in("ada", PASSWORD);
        assert_eq!((answer.status, answer.header("Location")), (302, Some("/account/")));
        let cookies: Vec<_> = answer.headers.get_all("Set-Cookie").collect();
        let line = |name: &str| *cookies.iter().find(|line| line.starts_with(name)).unwrap();
        assert!(line("sessionid=").contains("; HttpOnly") && line("sessionid=").contains("; SameSite=Lax"));
        assert!(line("sessionid=").contains("; Max-Age=1209600"));
        assert!(line("csrftoken=").contains("; SameSite=Lax") && !line("csrftoken=").contains("HttpOnly"));
        assert!(
            cookies.iter().all(|line| line.contains("Path=/") && !line.contains("Secure")),
            "{cookies:?}"
        );
        assert!(browser.csrf().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let me = browser.get("/account/");
        assert_eq!((me.status, &me.json()["username"]), (200, &"ada".into()));
        assert_eq!(me.header("Vary"), Some("Accept, Cookie"));
        assert_eq!(server.rows.number("SELECT count(*) FROM auth_user WHERE last_login IS NOT NULL"), 1);
        let old = browser.cookies.clone();
        assert_eq!(browser.submit("/api-auth/logout/", &[]).status, 200);
        assert!(!browser.cookies.contains_key("sessionid"));
        assert_eq!(browser.status(), 401);
        browser.cookies = old;
        let dead = browser.get("/account/");
        assert_eq!((dead.status, dead.header("Vary")), (401, Some("Accept")));
        assert!(!browser.cookies.contains_key("sessionid"), "a dead session's cookie is taken away");
    }
}

#[test]
fn every_log_in_has_a_new_session_and_a_new_token_and_ends_the_old_session() {
    for (server, _redis) in each() {
        let mut browser = Browser::of(&server, "ada");
        let first = browser.cookies.clone();
        assert_eq!(browser.log_in("ada", PASSWORD).status, 302);
        assert_ne!(browser.cookies["sessionid"], first["sessionid"]);
        assert_ne!(browser.csrf(), first["csrftoken"]);
        assert_eq!(browser.status(), 200);
        browser.cookies = first;
        assert_eq!(browser.status(), 401);
    }
}

#[test]
fn what_changes_something_needs_the_token() {
    for (server, _redis) in each() {
        let mut browser = Browser::of(&server, "ada");
        let json = [("Content-Type", "application/json")];
        let refused = browser.send("POST", "/api/posts/", &json, BODY);
        let detail = "CSRF Failed: CSRF token missing or incorrect.";
        assert_eq!((refused.status, &refused.json()["detail"]), (403, &detail.into()));
        let created = browser.script("POST", "/api/posts/", BODY);
        assert_eq!(created.status, 201, "{}", created.text());
        let path = format!("/api/posts/{}/", created.json()["id"]);
        for method in ["PUT", "PATCH", "DELETE"] {
            assert_eq!(browser.send(method, &path, &json, BODY).status, 403, "{method}");
        }
        for method in ["PUT", "PATCH"] {
            assert_eq!(browser.script(method, &path, BODY).status, 200, "{method}");
        }
        assert_eq!(browser.submit("/api/posts/", &[("title", "t"), ("content", "c")]).status, 201);
        assert_eq!(browser.script("DELETE", &path, "").status, 204);
        let token = browser.csrf();
        browser.cookies.remove("csrftoken");
        let refused = browser.send("POST", "/api/posts/", &[json[0], ("X-CSRFToken", &token)], BODY);
        assert_eq!(refused.json()["detail"], "CSRF Failed: CSRF cookie not set.");
    }
}

#[test]
fn nobody_is_logged_in_or_out_from_a_page_of_another_site() {
    let server = Server::start(TestDatabase::sqlite(), &[]);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let mut browser = Browser::new(&server);
    let body = format!("username=ada&password={PASSWORD}");
    assert_eq!(browser.send("POST", "/api-auth/login/", &form, &body).status, 403);
    browser.get("/api-auth/login/");
    assert_eq!(browser.send("POST", "/api-auth/login/", &form, &body).status, 403);
    assert!(!browser.cookies.contains_key("sessionid"));
    assert_eq!(browser.send("POST", "/api-auth/logout/", &form, "").status, 403);
    let get = browser.get("/api-auth/logout/");
    assert_eq!((get.status, get.header("Allow")), (405, Some("POST, OPTIONS")));
}

#[test]
fn who_is_disabled_demoted_or_has_another_password_is_so_at_the_next_request() {
    for (mut server, _redis) in each() {
        let mut browser = Browser::of(&server, "ada");
        assert_eq!(browser.script("POST", "/api/posts/", BODY).status, 201);
        server.rows.run("UPDATE auth_user SET is_superuser = false");
        assert_eq!(browser.script("POST", "/api/posts/", BODY).status, 403);
        server.rows.run("UPDATE auth_user SET is_active = false");
        assert_eq!(browser.status(), 401);

        server.rows.run("UPDATE auth_user SET is_active = true");
        let mut browser = Browser::of(&server, "ada");
        let cookies = browser.cookies.clone();
        let hash = server.rows.text("SELECT password FROM auth_user");
        server.rows.run("UPDATE auth_user SET password = 'pbkdf2_sha256$1$other$hash'");
        assert_eq!(browser.status(), 401);
        // It is gone, and does not come back with the password.
        server.rows.run(&format!("UPDATE auth_user SET password = '{hash}'"));
        browser.cookies = cookies;
        assert_eq!(browser.status(), 401);

        let mut browser = Browser::of(&server, "ada");
        server.rows.run("DELETE FROM auth_user");
        assert_eq!(browser.status(), 401);
    }
}

#[test]
fn a_session_ends_at_its_date() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.admin("ada");
        let mut browser = Browser::of(&server, "ada");
        assert_eq!(browser.status(), 200);
        server.rows.run("UPDATE presspass_session SET expires_at = '2026-01-01 00:00:00'");
        assert_eq!(browser.status(), 401);
        // Whoever logs in next takes it away.
        Browser::of(&server, "ada");
        assert_eq!(server.rows.number("SELECT count(*) FROM presspass_session"), 1);
    }
}

#[test]
fn a_store_holds_nothing_that_opens_a_session() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        server.admin("ada");
        let browser = Browser::of(&server, "ada");
        let cookie = &browser.cookies["sessionid"];
        let digest = server.rows.text(if server.rows.is_sqlite() {
            "SELECT hex(digest) FROM presspass_session"
        } else {
            "SELECT encode(digest, 'hex') FROM presspass_session"
        });
        assert!(!cookie.to_lowercase().contains(&digest.to_lowercase()));
        let mut thief = Browser::new(&server);
        for stolen in [digest.clone(), digest.to_lowercase(), cookie[..cookie.len() - 1].to_owned()] {
            thief.cookies.insert("sessionid".to_owned(), stolen);
            assert_eq!(thief.status(), 401);
        }
    }
}

#[test]
fn a_live_session_of_the_originals_is_left_alone() {
    for database in TestDatabase::each() {
        let mut server = Server::start(database, &[]);
        let key = "abcdefghijklmnopqrstuvwxyz012345";
        server.rows.run(&format!(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('{key}', 'x', '2126-01-01 00:00:00')"
        ));
        let mut browser = Browser::new(&server);
        browser.cookies.insert("sessionid".to_owned(), key.to_owned());
        let answer = browser.get("/account/");
        assert_eq!((answer.status, answer.header("Vary")), (401, Some("Accept, Cookie")));
        assert_eq!(browser.cookies["sessionid"], key);
        server.rows.run("UPDATE django_session SET expire_date = '2026-01-01 00:00:00'");
        browser.get("/account/");
        assert!(!browser.cookies.contains_key("sessionid"));
        assert_eq!(server.rows.number("SELECT count(*) FROM django_session"), 1);
    }
}

#[test]
fn tokens_do_not_depend_on_where_sessions_are() {
    let Some(mut redis) = TestRedis::running() else { return };
    let url = redis.url();
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_SESSIONS__STORE", &url)]);
    let token = server.account("ada", true, true);
    let mut browser = Browser::of(&server, "ada");
    assert_eq!(browser.status(), 200);
    let cookies = browser.cookies.clone();
    redis.stop();
    let away = browser.get("/account/");
    assert_eq!((away.status, away.header("Retry-After")), (503, Some("1")), "{}", away.text());
    assert_eq!(away.json()["detail"], "The service is temporarily unavailable.");
    // The cookie is there with the token, and nobody looks at it.
    let by_token = browser.send("GET", "/account/", &[("Authorization", &token)], "");
    assert_eq!(by_token.status, 200);
    server.client().get("/account/").header("Authorization", &token).expect(200);
    assert_eq!(browser.get("/api-auth/login/").status, 200);
    let form = [("username", "ada"), ("password", PASSWORD)];
    let refused = browser.submit("/api-auth/login/", &form);
    assert_eq!((refused.status, refused.header("Retry-After")), (503, Some("1")));
    redis.start();
    eventually("sessions are well again", || (browser.get("/account/").status == 401).then_some(()));
    assert_eq!(browser.log_in("ada", PASSWORD).status, 302);
    assert_eq!(browser.status(), 200);
    // Redis came back empty: what it forgot is over.
    browser.cookies = cookies;
    assert_eq!(browser.status(), 401);
    assert!(!server.stderr().contains(redis.password()));
}

#[test]
fn a_server_starts_without_its_redis_and_finds_it_later() {
    let Some(mut redis) = TestRedis::running() else { return };
    let url = redis.url();
    redis.stop();
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_SESSIONS__STORE", &url)]);
    server.admin("ada");
    server.expect_stderr("warning: Redis at redis://:***@127.0.0.1");
    redis.start();
    let mut browser = Browser::new(&server);
    eventually("sessions are there", || (browser.log_in("ada", PASSWORD).status == 302).then_some(()));
    assert_eq!(browser.status(), 200);
}

#[test]
fn two_servers_share_their_sessions() {
    for database in TestDatabase::each() {
        let mut one = Server::start_on(&database, &[]);
        let other = Server::start_on(&database, &[]);
        one.admin("ada");
        let mut browser = Browser::of(&one, "ada");
        let cookies = browser.cookies.clone();
        let mut elsewhere = Browser::new(&other);
        elsewhere.cookies = cookies.clone();
        assert_eq!(elsewhere.status(), 200);
        browser.submit("/api-auth/logout/", &[]);
        assert_eq!(elsewhere.status(), 401);
    }
}

#[test]
fn over_https_cookies_are_for_https_and_forms_come_from_our_own_pages() {
    let settings = [("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1"), ("PRESSPASS_SESSIONS__HOST_PREFIX", "true")];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    server.admin("ada");
    let mut browser = Browser::new(&server);
    let https = ("X-Forwarded-Proto", "https");
    let page = browser.send("GET", "/api-auth/login/", &[https], "");
    let cookie = page.header("Set-Cookie").unwrap();
    assert!(cookie.starts_with("__Host-csrftoken=") && cookie.ends_with("; Secure"), "{cookie}");
    let token = browser.cookies["__Host-csrftoken"].clone();
    let body = format!("csrfmiddlewaretoken={token}&username=ada&password={PASSWORD}");
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let host = ("X-Forwarded-Host", "blog.example");
    for (origin, status) in [
        (("Origin", "https://evil.example"), 403),
        (("Origin", "http://blog.example"), 403),
        (("Referer", "https://evil.example/"), 403),
        (("X-Other", "x"), 403),
        (("Referer", "https://blog.example/api-auth/login/"), 302),
        (("Origin", "https://blog.example"), 302),
    ] {
        let mut tried = Browser::new(&server);
        tried.cookies.insert("__Host-csrftoken".to_owned(), token.clone());
        let answer = tried.send("POST", "/api-auth/login/", &[https, host, form, origin], &body);
        assert_eq!(answer.status, status, "{origin:?}: {}", answer.text());
        if status == 302 {
            assert!(answer.headers.get_all("Set-Cookie").all(|line| line.ends_with("; Secure")));
            assert!(tried.cookies.contains_key("__Host-sessionid"));
        }
    }
}

#[test]
fn a_token_in_a_cookie_changes_nothing_without_the_csrf_token() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_JWT__COOKIE", "JWT")]);
    server.admin("ada");
    let mut browser = Browser::new(&server);
    let credentials = format!(r#"{{"username": "ada", "password": "{PASSWORD}"}}"#);
    let json = [("Content-Type", "application/json")];
    let answer = browser.send("POST", "/auth/obtain_token/", &json, &credentials);
    let cookie = answer.header("Set-Cookie").unwrap();
    let attributes = "; HttpOnly; SameSite=Lax; Path=/; Max-Age=300";
    assert!(cookie.starts_with("JWT=ey") && cookie.ends_with(attributes), "{cookie}");
    assert_eq!(browser.status(), 200);
    let refused = browser.send("POST", "/api/posts/", &json, BODY);
    assert_eq!(
        (refused.status, &refused.json()["detail"]),
        (403, &"CSRF Failed: CSRF cookie not set.".into())
    );
    browser.get("/api-auth/login/");
    assert_eq!(browser.send("POST", "/api/posts/", &json, BODY).status, 403);
    assert_eq!(browser.script("POST", "/api/posts/", BODY).status, 201);
    // In the header it is no browser's doing.
    let token = browser.cookies["JWT"].clone();
    let mut client = server.client();
    let request = client.post("/api/posts/").header("Authorization", format!("JWT {token}"));
    request.json_text(BODY).expect(201);
}

#[test]
fn who_guesses_on_the_page_is_told_to_wait_on_the_page() {
    let mut server =
        Server::start(TestDatabase::sqlite(), &[("PRESSPASS_THROTTLE__LOGIN_ACCOUNT_FAILURES", "1")]);
    server.admin("ada");
    let mut browser = Browser::new(&server);
    assert_eq!(browser.log_in("ada", "wrong").status, 200);
    let refused = browser.log_in("ada", PASSWORD);
    let seconds: u64 = refused.header("Retry-After").unwrap().parse().unwrap();
    assert_eq!((refused.status, (1..=300).contains(&seconds)), (429, true));
    assert!(refused.text().contains("Too many attempts. Try again in "), "{}", refused.text());
    assert!(refused.text().contains("name=\"password\""));
    // Another account, and the same one by a token that it has, are not meant.
    let token = server.account("bob", false, true);
    assert_eq!(Browser::new(&server).log_in("bob", PASSWORD).status, 302);
    server.client().get("/account/").header("Authorization", &token).expect(200);
}

#[test]
fn a_cookie_of_another_host_does_not_hide_the_session() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.admin("ada");
    let browser = Browser::of(&server, "ada");
    let (session, token) = (&browser.cookies["sessionid"], browser.csrf());
    let send = |method: &str, path: &str, cookies: &[u8]| {
        let mut bytes = format!(
            "{method} {path} HTTP/1.1\r\nHost: a\r\nX-CSRFToken: {token}\r\nContent-Length: 0\r\nCookie: "
        )
        .into_bytes();
        bytes.extend_from_slice(cookies);
        bytes.extend_from_slice(b"\r\n\r\n");
        server.client().raw(bytes).status
    };
    let odd = [b"pref=\xe9; sessionid=", session.as_bytes(), b"; csrftoken=", token.as_bytes()].concat();
    assert_eq!(send("GET", "/account/", &odd), 200);
    assert_eq!(send("POST", "/api-auth/logout/", &odd), 200);
    assert_eq!(send("GET", "/account/", format!("sessionid={session}").as_bytes()), 401);
}

#[test]
fn no_shared_cache_keeps_what_a_cookie_opened() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_JWT__COOKIE", "JWT")]);
    let mut ada = server.admin("ada");
    let mut browser = Browser::of(&server, "ada");
    assert_eq!(browser.get("/account/").header("Cache-Control"), Some("private"));
    let cookie = format!("JWT={}", ada.authorization().trim_start_matches("JWT "));
    let mut client = server.client();
    let by_cookie = client.get("/account/").header("Cookie", cookie).send();
    assert_eq!((by_cookie.status, by_cookie.header("Cache-Control")), (200, Some("private")));
    let by_header = ada.get("/account/").send();
    assert_eq!((by_header.status, by_header.header("Cache-Control")), (200, None));
}

#[test]
fn a_page_of_another_site_gives_no_browser_a_token() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_JWT__COOKIE", "JWT")]);
    server.admin("ada");
    let body = format!("username=ada&password={PASSWORD}");
    let url = server.url("");
    let ours = url.trim_end_matches('/');
    for (name, value, gives) in [
        ("Origin", "https://evil.example", false),
        ("Origin", "null", false),
        ("Sec-Fetch-Site", "cross-site", false),
        ("Sec-Fetch-Site", "same-origin", true),
        ("Origin", ours, true),
        ("X-Other", "x", true),
    ] {
        let mut client = server.client();
        let request = client.post("/auth/obtain_token/").header(name, value);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.body(body.as_str()).send();
        assert_eq!((answer.status, answer.header("Set-Cookie").is_some()), (200, gives), "{name}: {value}");
    }
}

#[test]
fn of_two_sessions_in_one_request_the_last_counts_with_or_without_quotes() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.admin("ada");
    let live = Browser::of(&server, "ada").cookies["sessionid"].clone();
    for (cookies, status) in [
        (format!("sessionid={live}"), 200),
        (format!("sessionid=unknown; sessionid={live}"), 200),
        (format!("sessionid=unknown; sessionid = \"{live}\""), 200),
        (format!("sessionid={live}; sessionid=unknown"), 401),
        (format!("sessionid={live}; sessionid="), 401),
        (format!("sessionid={live}; sessionid={live};x"), 200),
    ] {
        server.client().get("/account/").header("Cookie", &cookies).expect(status);
    }
}

/// Cookies and forms in a real browser, on two sites: `browser/sessions.mjs`.
#[test]
fn a_browser_is_logged_in_from_our_pages_alone() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.admin("ada");
    let given = json!({"username": "ada", "password": PASSWORD});
    in_chromium(include_str!("browser/sessions.mjs"), &server.url(""), &given);
}
