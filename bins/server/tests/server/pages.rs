//! Pages of the API: layout, forms without scripts, pasted tokens; also in a real browser.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use presspass_test_support::{Answer, TestDatabase};
use serde_json::json;

use crate::common::{Browser, PASSWORD, Server, in_chromium};
use crate::setup;

pub(crate) const HTML: (&str, &str) = ("Accept", "text/html");
pub(crate) const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

fn start() -> Server {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    server.admin("ada");
    server
}

/// A form of a page, sent by a browser that asks for pages.
pub(crate) fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.csrf();
    send_with(browser, path, &csrf, fields)
}

pub(crate) fn send_with(browser: &mut Browser, path: &str, csrf: &str, fields: &[(&str, &str)]) -> Answer {
    let escape = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let all = fields.iter().copied().chain([("csrfmiddlewaretoken", csrf)]);
    let body: Vec<String> = all.map(|(name, value)| format!("{name}={}", escape(value))).collect();
    browser.send("POST", path, &[HTML, FORM], &body.join("&"))
}

#[test]
fn a_form_of_a_page_stands_for_any_method_and_any_body() {
    let server = start();
    let mut browser = Browser::of(&server, "ada");
    let made =
        send(&mut browser, "/api/posts/", &[("_method", "POST"), ("title", "t"), ("content", "a\r\nb")]);
    assert_eq!(made.status, 201, "{}", made.text());
    let path = "/api/posts/1/";
    assert_eq!(browser.get(path).json()["content"], "a\nb");
    let put = send(&mut browser, path, &[("_method", "PUT"), ("title", "u"), ("content", "c")]);
    assert_eq!((put.status, put.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    let raw =
        [("_method", "PATCH"), ("_content_type", "application/json"), ("_content", r#"{"title": "v"}"#)];
    assert_eq!(send(&mut browser, path, &raw).status, 200);
    let now = browser.get(path).json();
    assert_eq!((&now["title"], &now["content"]), (&json!("v"), &json!("c")));
    let other = [("_method", "PUT"), ("_content_type", "text/plain"), ("_content", "v")];
    assert_eq!(send(&mut browser, path, &other).status, 415);
    let options = send(&mut browser, path, &[("_method", "OPTIONS")]);
    assert!(options.status == 200 && options.text().contains("max_length"), "{}", options.text());
    let gone = send(&mut browser, path, &[("_method", "DELETE")]);
    assert!(gone.status == 200 && gone.text().contains("204 No Content"), "{}", gone.text());
    assert_eq!(browser.get(path).status, 404);
}

#[test]
fn a_method_in_a_body_means_nothing_without_the_pages_proof() {
    let mut server = start();
    let token = server.account("bob", true, true);
    server.posts(1);
    let mut browser = Browser::of(&server, "ada");
    let path = "/api/posts/1/";
    let delete = [("_method", "DELETE")];
    // Without the token of the form, or with another, it is the POST that it says it is.
    for csrf in ["", "x", &"a".repeat(64)] {
        let answer = send_with(&mut browser, path, csrf, &delete);
        assert_eq!(answer.status, 403, "{csrf}: {}", answer.text());
    }
    // A client of the API, with a good token in its header: a member like any other.
    let ask = |method: &str, headers: &[(&str, &str)], body: &str| {
        let mut client = server.client();
        let request = client.request(method, path).header("Authorization", &token).body(body);
        headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
    };
    for headers in [vec![FORM], vec![FORM, HTML], vec![("Content-Type", "application/json"), HTML]] {
        assert_eq!(ask("POST", &headers, "_method=DELETE").status, 405, "{headers:?}");
    }
    let csrf = browser.csrf();
    let cookie = format!("csrftoken={csrf}");
    let body = format!("_method=DELETE&csrfmiddlewaretoken={csrf}");
    for headers in [
        vec![FORM, ("Cookie", &cookie)],
        vec![FORM, ("Cookie", &cookie), ("Accept", "application/json")],
        vec![FORM, ("Cookie", &cookie), HTML, ("Sec-Fetch-Dest", "empty")],
        vec![("Content-Type", "text/plain"), ("Cookie", &cookie), HTML],
    ] {
        assert_eq!(ask("POST", &headers, &body).status, 405, "{headers:?}");
    }
    assert_eq!(ask("GET", &[], "").status, 200, "it is still there");
    // Methods that no form of ours has are none.
    for method in ["TRACE", "CONNECT", "GET", "delete", "X", ""] {
        assert_eq!(send(&mut browser, path, &[("_method", method)]).status, 405, "{method}");
    }
}

#[test]
fn bodies_that_are_too_long_for_a_form_are_refused_as_any_other() {
    let mut server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_LIMITS__BODY_BYTES", "2000")]);
    server.admin("ada");
    let mut browser = Browser::of(&server, "ada");
    let long = "x".repeat(5000);
    let answer =
        send(&mut browser, "/api/posts/", &[("_method", "POST"), ("title", "t"), ("content", &long)]);
    assert_eq!(answer.status, 413, "{}", answer.text());
}

#[test]
fn a_form_that_breaks_off_changes_nothing() {
    let server = start();
    let mut browser = Browser::of(&server, "ada");
    let csrf = browser.csrf();
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = format!(
        "POST /api/posts/ HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n\
         csrfmiddlewaretoken={csrf}&_method=POST&title=Half&content=cut%20off%20he",
        cookies.join("; ")
    );
    let mut socket = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(browser.send("GET", "/api/posts/", &[], "").text(), "[]");
}

#[test]
fn a_pasted_token_opens_pages_and_nothing_else() {
    let mut server = start();
    let token = server.account("bob", true, true);
    let mut browser = Browser::new(&server);
    assert_eq!(browser.get("/api-auth/token/").status, 200);
    for (pasted, reason) in [
        ("", "This is not a token."),
        ("eyJ0.x.y", "Error decoding signature."),
        ("Basic YWRhOng=", "This is not a token."),
        ("Other abc", "This is not a token."),
    ] {
        let refused = browser.submit("/api-auth/token/", &[("token", pasted)]);
        assert!(refused.status == 200 && refused.text().contains(reason), "{pasted}: {}", refused.text());
        assert!(!browser.cookies.contains_key("presspass_token"), "{pasted}");
        assert!(pasted.len() < 8 || !refused.text().contains(pasted), "{pasted} comes back");
    }
    let elsewhere = [("token", token.as_str()), ("next", "//evil.example/")];
    assert_eq!(browser.submit("/api-auth/token/", &elsewhere).header("Location"), Some("/"));
    let answer = browser.submit("/api-auth/token/", &[("token", &token), ("next", "/api/posts/")]);
    assert_eq!((answer.status, answer.header("Location")), (303, Some("/api/posts/")));
    let cookie =
        answer.headers.get_all("Set-Cookie").find(|line| line.starts_with("presspass_token=")).unwrap();
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/; Max-Age=3600"), "{cookie}");

    let page = browser.send("GET", "/api/posts/", &[HTML], "");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("bob") && page.text().contains("Forget the token"), "{}", page.text());
    assert!(page.header("Cache-Control").unwrap().contains("no-store"));
    assert!(!page.text().contains(token.trim_start_matches("JWT ")));
    // Shared caches see a cookie, and no header that would keep them from storing it.
    let accepts = [("Accept", "text/html,*/*;q=0.8")];
    let shown = browser.send("GET", "/api/account/?format=json", &accepts, "");
    assert_eq!((shown.status, shown.header("Content-Type")), (200, Some("application/json")));
    assert_eq!(shown.header("Cache-Control"), Some("private"));
    assert_eq!(shown.header("Vary"), Some("Accept, Cookie"));
    let made = send(&mut browser, "/api/posts/", &[("_method", "POST"), ("title", "t"), ("content", "c")]);
    assert_eq!(made.status, 201, "{}", made.text());

    // Not for scripts, and not for a form that comes from elsewhere.
    let script = ("Sec-Fetch-Dest", "empty");
    for headers in [vec![], vec![("Accept", "application/json")], vec![("Accept", "*/*")], vec![HTML, script]]
    {
        assert_eq!(browser.send("GET", "/api/posts/", &headers, "").status, 401, "{headers:?}");
    }
    let post = [("title", "t"), ("content", "c")];
    assert_eq!(send_with(&mut browser, "/api/posts/", "x", &post).status, 401);
    assert_eq!(
        send(&mut browser, "/api/posts/", &post).status,
        401,
        "only forms that name their method are ours"
    );
    let json = [("Content-Type", "application/json"), HTML];
    assert_eq!(browser.send("POST", "/api/posts/", &json, r#"{"title":"t","content":"c"}"#).status, 401);

    // A login, a logout and the button take it away.
    let kept = browser.cookies["presspass_token"].clone();
    browser.log_in("ada", PASSWORD);
    assert!(!browser.cookies.contains_key("presspass_token"));
    browser.cookies.insert("presspass_token".to_owned(), kept);
    let forgotten = browser.submit("/api-auth/token/", &[("next", "/api/posts/")]);
    assert_eq!((forgotten.status, forgotten.header("Location")), (303, Some("/api/posts/")));
    assert!(!browser.cookies.contains_key("presspass_token"));
}

#[test]
fn a_page_offers_what_its_reader_may_do() {
    let mut server = start();
    let reader = server.account("reader", false, true);
    let writer = server.account("writer", false, true);
    let ada = crate::common::token(1, "ada");
    server.grant("writer", "add_post");
    server.posts(1);
    let page = |path: &str, token: &str| {
        let mut client = server.client();
        let answer = client.get(path).header("Authorization", token).header(HTML.0, HTML.1).expect(200);
        let offers = |method: &str| answer.text().contains(&format!("name=\"_method\" value=\"{method}\""));
        ["POST", "PUT", "PATCH", "DELETE"].map(offers)
    };
    assert_eq!(page("/api/posts/", &reader), [false; 4]);
    assert_eq!(page("/api/posts/1/", &reader), [false; 4]);
    assert_eq!(page("/api/posts/", &writer), [true, false, false, false]);
    assert_eq!(page("/api/posts/1/", &writer), [false; 4]);
    assert_eq!(page("/api/posts/1/", &ada), [false, true, true, true]);
    // Who calls with a token of their own is no browser, and has nothing to log out of.
    let mut client = server.client();
    let answer = client.get("/api/posts/").header("Authorization", &ada).header(HTML.0, HTML.1).send();
    assert!(!answer.text().contains("Log out") && answer.text().contains("ada"), "{}", answer.text());
}

#[test]
fn no_secret_that_was_sent_comes_back() {
    let server = start();
    let mut browser = Browser::new(&server);
    let path = "/api/auth/obtain_token/";
    browser.send("GET", path, &[HTML], "");
    let refused =
        send(&mut browser, path, &[("_method", "POST"), ("username", "ada"), ("password", "Secret-Horse-8")]);
    assert_eq!(refused.status, 400);
    assert!(!refused.text().contains("Secret-Horse-8"), "{}", refused.text());
    assert!(refused.text().contains("value=\"ada\"") && refused.text().contains("Unable to log in"));
    let raw = r#"{"username": "ada", "password": "Secret-Horse-8"}"#;
    for (media_type, status) in [("application/json", 400), ("text/plain", 415)] {
        let raw = [("_method", "POST"), ("_content_type", media_type), ("_content", raw)];
        let refused = send(&mut browser, path, &raw);
        assert_eq!(refused.status, status);
        assert!(!refused.text().contains("Secret-Horse-8"), "{}", refused.text());
    }
    let token = [("_method", "POST"), ("token", "eyJ0.secret.x")];
    let refused = send(&mut browser, "/api/auth/verify_token/", &token);
    assert!(refused.status == 400 && !refused.text().contains("eyJ0.secret"), "{}", refused.text());
}

#[test]
fn files_of_pages_are_kept_for_good_and_asked_for_once() {
    let server = start();
    let page = server.client().get("/api-auth/login/").send();
    let text = page.text();
    assert!(!text.contains("http:") && !text.contains("https:"), "{text}");
    let addresses: Vec<_> = text.split('"').filter(|part| part.starts_with("/static/presspass/")).collect();
    assert_eq!(addresses.len(), 3, "{addresses:?}");
    for (address, kind) in
        addresses.iter().zip(["image/svg+xml", "text/css; charset=utf-8", "text/javascript; charset=utf-8"])
    {
        let get = |headers: &[(&str, &str)]| {
            let mut client = server.client();
            headers.iter().fold(client.get(address), |it, (name, value)| it.header(name, value)).send()
        };
        let file = get(&[]);
        assert_eq!((file.status, file.header("Content-Type")), (200, Some(kind)), "{address}");
        assert_eq!(file.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(file.header("X-Content-Type-Options"), Some("nosniff"));
        let tag = file.header("ETag").unwrap();
        let same = get(&[("If-None-Match", tag)]);
        assert_eq!((same.status, same.body.len()), (304, 0), "{address}");
        assert_eq!(get(&[("If-None-Match", "\"other\"")]).status, 200);
        let (_, name) = address.rsplit_once('/').unwrap();
        let other = server.client().get(&format!("/static/presspass/0/{name}")).send();
        assert_eq!((other.status, other.header("Cache-Control")), (200, Some("no-store")));
        server.client().post(address).expect(405);
    }
    for missing in ["/static/presspass/0/x.css", "/static/", "/static/presspass/0/..%2Fx"] {
        server.client().get(missing).expect(404);
    }
}

#[test]
fn a_path_that_is_nobodys_is_a_page_for_browsers_and_the_originals_words_for_others() {
    let server = start();
    for path in ["/", "/api/", "/nothing/", "/api/posts/x/"] {
        let plain = server.client().get(path).expect(404);
        assert_eq!(
            plain.text(),
            "<h1>Not Found</h1><p>The requested resource was not found on this server.</p>"
        );
        let page = server.client().get(path).header(HTML.0, HTML.1).expect(404);
        assert!(page.text().contains("href=\"/api/posts/\""), "{}", page.text());
    }
}

#[test]
fn first_start_to_first_post_in_a_browser() {
    let server = setup::start();
    let link = setup::link(&server);
    let given = json!({"link": link, "username": "ann", "password": PASSWORD});
    in_chromium(include_str!("browser/set_up.mjs"), &server.url(""), &given);
}

/// `browser/pages.mjs`.
#[test]
fn the_browsable_api_in_a_browser() {
    let mut server = start();
    server.user("reader");
    for number in 1..=12 {
        server.rows.run(&format!(
            "INSERT INTO posts_post (title, content, created_at, updated_at) VALUES ('Post {number}', \
             'The content of post {number}; see https://example.com/?n={number}.', \
             '2026-01-{number:02} 08:00:00', '2026-01-{number:02} 08:00:00')"
        ));
    }
    let token = crate::common::token(1, "ada");
    // Of the hostile strings every so many goes through all forms; 1 is all, and takes minutes.
    let every: u64 = std::env::var("PRESSPASS_EVERY_STRING").map_or(20, |_| 1);
    let given = json!({"username": "ada", "reader": "reader", "password": PASSWORD, "token": token,
        "every": every});
    in_chromium(include_str!("browser/pages.mjs"), &server.url(""), &given);
}
