//! CORS: preflight requests and response headers.

use presspass_test_support::{Answer, TestDatabase};
use serde_json::json;

use crate::common::{Browser, PASSWORD, Server, in_chromium, log_in, run};

const APP: &str = "https://app.example.org";

const ALLOWED: (&str, &str) = ("PRESSPASS_CORS__ALLOWED_ORIGINS", APP);

/// The names of the headers that CORS adds.
fn added(answer: &Answer) -> Vec<String> {
    let mut names: Vec<String> = answer.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| name.starts_with("access-control-"));
    names.sort();
    names
}

/// The members of a list, in the order of the alphabet: that of actix-cors is random.
fn listed(answer: &Answer, header: &str) -> Vec<String> {
    let value = answer.header(header).unwrap_or_else(|| panic!("no {header}: {answer:?}"));
    let mut members: Vec<String> = value.split(", ").map(str::to_owned).collect();
    members.sort();
    members
}

fn preflight(server: &Server, path: &str, origin: &str, method: &str, headers: &str) -> Answer {
    let mut client = server.client();
    let request = client.request("OPTIONS", path).header("Origin", origin);
    request
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", headers)
        .send()
}

fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut client = server.client();
    let mut request = client.get(path);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.send()
}

#[test]
fn without_allowed_origins_no_answer_changes() {
    let mut server = Server::start(TestDatabase::sqlite(), &[]);
    let mut ann = server.user("ann");
    let answer = preflight(&server, "/api/posts/", APP, "GET", "authorization");
    assert_eq!((answer.status, answer.header("Vary")), (401, Some("Accept, Cookie")));
    assert_eq!(added(&answer), [""; 0]);
    let metadata = ann.request("OPTIONS", "/api/posts/");
    let metadata = metadata.header("Origin", APP).header("Access-Control-Request-Method", "GET").send();
    assert_eq!((metadata.status, &metadata.json()["name"]), (200, &json!("Post List")));
    assert_eq!(added(&metadata), [""; 0]);
}

#[test]
fn a_preflight_request_is_answered_before_authentication_and_throttles() {
    let settings =
        [ALLOWED, ("PRESSPASS_THROTTLE__ANON", "1/day"), ("PRESSPASS_CORS__MAX_AGE_SECONDS", "600")];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    // More often than a throttle would let them.
    for path in ["/api/posts/", "/api/posts/1/", "/auth/obtain_token/", "/nowhere/"] {
        let answer = preflight(&server, path, APP, "PATCH", "authorization,content-type");
        assert_eq!((answer.status, answer.text()), (200, ""), "{path}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(APP));
        assert_eq!(answer.header("Access-Control-Max-Age"), Some("600"));
        assert_eq!(answer.header("Access-Control-Allow-Credentials"), None);
        let methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
        assert_eq!(listed(&answer, "Access-Control-Allow-Methods"), methods);
        let headers =
            ["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"];
        assert_eq!(listed(&answer, "Access-Control-Allow-Headers"), headers);
        assert!(listed(&answer, "Vary").contains(&"Origin".to_owned()));
        assert!(answer.header("X-Request-Id").is_some());
    }
    // OPTIONS that is no preflight is still REST framework's.
    let mut ann = server.user("ann");
    let metadata = ann.request("OPTIONS", "/api/posts/");
    let metadata = metadata.header("Origin", APP).send();
    assert_eq!((metadata.status, &metadata.json()["name"]), (200, &json!("Post List")));
    assert_eq!(metadata.header("Access-Control-Allow-Origin"), Some(APP));
}

#[test]
fn what_is_not_allowed_is_refused_without_headers_that_allow_it() {
    let server = Server::start(TestDatabase::sqlite(), &[ALLOWED]);
    for (origin, method, headers) in [
        ("https://evil.example", "GET", "authorization"),
        ("http://app.example.org", "GET", "authorization"),
        ("https://app.example.org.evil.example", "GET", "authorization"),
        ("null", "GET", "authorization"),
        (APP, "TRACE", "authorization"),
        (APP, "GET", "x-secret"),
    ] {
        let answer = preflight(&server, "/api/posts/", origin, method, headers);
        assert_eq!((answer.status, added(&answer)), (400, Vec::new()), "{origin} {method} {headers}");
    }
    // Other programs than browsers send what they like: they are answered as ever.
    let answer = get(&server, "/health/", &[("Origin", "https://evil.example")]);
    assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (200, None));
    let plain = get(&server, "/health/", &[]);
    assert_eq!(plain.header("Access-Control-Allow-Origin"), None);
    // A cache must not hand an answer without the headers to the app.
    for answer in [answer, plain] {
        assert!(listed(&answer, "Vary").contains(&"Origin".to_owned()), "{answer:?}");
    }
}

#[test]
fn a_script_sees_errors_and_exposed_headers() {
    let settings = [
        ALLOWED,
        ("PRESSPASS_CORS__EXPOSE_HEADERS", "retry-after,x-request-id"),
        ("PRESSPASS_LIMITS__BODY_BYTES", "1024"),
        ("PRESSPASS_THROTTLE__USER", "2/day"),
    ];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    let reader = server.account("reader", false, true);
    let large = "x".repeat(2000);
    for (status, method, path, token, body) in [
        (200, "GET", "/api/posts/", Some(&reader), ""),
        (301, "GET", "/api/posts", Some(&reader), ""),
        (401, "GET", "/account/", None, ""),
        (403, "POST", "/api/posts/", Some(&reader), ""),
        (404, "GET", "/api/posts/1/", Some(&reader), ""),
        (404, "GET", "/nowhere/", None, ""),
        (405, "GET", "/auth/verify_token/", None, ""),
        (406, "GET", "/api/posts/?format=json&", None, "accept"),
        (413, "POST", "/auth/verify_token/", None, &large),
        (429, "GET", "/account/", Some(&reader), ""),
    ] {
        let mut client = server.client();
        let mut request = client.request(method, path).header("Origin", APP);
        if let Some(token) = token {
            request = request.header("Authorization", token);
        }
        let answer = match body {
            "" => request.send(),
            "accept" => request.header("Accept", "image/png").send(),
            body => request.json_text(body).send(),
        };
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(APP), "{path}");
        assert_eq!(listed(&answer, "Access-Control-Expose-Headers"), ["retry-after", "x-request-id"]);
        assert!(listed(&answer, "Vary").contains(&"Origin".to_owned()), "{path}");
    }
    // What cannot be read as a request for this host, and a database that is away.
    let answer = get(&server, "/api/posts/", &[("Host", "a b"), ("Origin", APP)]);
    assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (400, Some(APP)));
    if let Some(database) = TestDatabase::postgresql() {
        let server = Server::start_on(&database, &[ALLOWED]);
        drop(database);
        let answer = get(&server, "/health/", &[("Origin", APP)]);
        assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (503, Some(APP)));
    }
}

#[test]
fn a_streamed_list_has_the_headers_of_any_other() {
    let mut server = Server::start(TestDatabase::sqlite(), &[ALLOWED]);
    let token = server.account("reader", false, true);
    server.posts(4000);
    let answer = get(&server, "/api/posts/", &[("Authorization", &token), ("Origin", APP)]);
    assert_eq!((answer.status, answer.header("Transfer-Encoding")), (200, Some("chunked")));
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(APP));
    let vary = ["Accept", "Access-Control-Request-Headers", "Access-Control-Request-Method", "Origin"];
    assert_eq!(listed(&answer, "Vary"), vary);
    assert_eq!(answer.json().as_array().map(Vec::len), Some(4000));
}

#[test]
fn a_star_allows_every_origin_without_cookies() {
    let server = Server::start(TestDatabase::sqlite(), &[("PRESSPASS_CORS__ALLOWED_ORIGINS", "*")]);
    for origin in [APP, "null", "http://localhost:5173"] {
        let answer = get(&server, "/api/posts/", &[("Origin", origin)]);
        assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (401, Some("*")));
        assert_eq!(answer.header("Access-Control-Allow-Credentials"), None);
        let answer = preflight(&server, "/api/posts/", origin, "DELETE", "authorization");
        assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (200, Some("*")));
    }
    let refused = run(
        &["serve"],
        &[("PRESSPASS_CORS__ALLOWED_ORIGINS", "*"), ("PRESSPASS_CORS__ALLOW_CREDENTIALS", "true")],
    );
    assert_eq!((refused.code, refused.stderr.lines().count()), (Some(1), 1), "{refused:?}");
    assert!(refused.stderr.starts_with("cors.allow_credentials: cannot be true"), "{refused:?}");
}

#[test]
fn an_allowed_origin_with_cookies_still_needs_the_csrf_token() {
    let credentials = ("PRESSPASS_CORS__ALLOW_CREDENTIALS", "true");
    let mut server = Server::start(TestDatabase::sqlite(), &[ALLOWED, credentials]);
    server.admin("ada");
    let mut browser = Browser::of(&server, "ada");
    let app = ("Origin", APP);
    let json = ("Content-Type", "application/json");
    let body = r#"{"title": "t", "content": "c"}"#;
    let answer = browser.send("GET", "/account/", &[app], "");
    assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (200, Some(APP)));
    assert_eq!(answer.header("Access-Control-Allow-Credentials"), Some("true"));
    // The page must be of the API's own host, or trusted, whichever origins may read.
    let token = browser.csrf();
    let with_token = [app, json, ("X-CSRFToken", &token)];
    let answer = browser.send("POST", "/api/posts/", &with_token, body);
    let refused = format!("CSRF Failed: Origin checking failed - {APP} does not match any trusted origins.");
    assert_eq!((answer.status, answer.json()["detail"].as_str()), (403, Some(refused.as_str())));
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some(APP));
    let trusting = ("PRESSPASS_SESSIONS__TRUSTED_ORIGINS", APP);
    let mut trusting = Server::start(TestDatabase::sqlite(), &[ALLOWED, credentials, trusting]);
    trusting.admin("ada");
    let mut elsewhere = Browser::of(&trusting, "ada");
    let answer = elsewhere.send("POST", "/api/posts/", &[app, json], body);
    assert_eq!(answer.json()["detail"], "CSRF Failed: CSRF token missing or incorrect.");
    let token = elsewhere.csrf();
    let site = ("Sec-Fetch-Site", "same-site");
    let answer = elsewhere.send("POST", "/api/posts/", &[app, json, site, ("X-CSRFToken", &token)], body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    // A token in a header needs neither.
    let token = log_in(&mut server.client(), "ada", PASSWORD).json();
    let token = format!("JWT {}", token["token"].as_str().expect("a token is text"));
    let mut client = server.client();
    let request = client.post("/api/posts/").header("Authorization", &token);
    let answer = request.header("Origin", APP).json(&json!({"title": "t", "content": "c"}));
    answer.expect(201);
}

/// A page of another origin in a real browser: `browser/cors.mjs`.
#[test]
fn a_page_of_an_allowed_origin_writes_a_post_in_a_browser_and_one_of_another_reads_nothing() {
    let port = presspass_test_support::free_port();
    let origin = format!("http://localhost:{port}");
    let settings = [
        ("PRESSPASS_CORS__ALLOWED_ORIGINS", origin.as_str()),
        ("PRESSPASS_CORS__EXPOSE_HEADERS", "X-Request-Id"),
    ];
    let mut server = Server::start(TestDatabase::sqlite(), &settings);
    server.admin("ada");
    let given = json!({"port": port, "username": "ada", "password": PASSWORD});
    in_chromium(include_str!("browser/cors.mjs"), &server.url(""), &given);
}
