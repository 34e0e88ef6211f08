//! The adapters for actix-web.

use crate::support::{PLANTED, POST, SESSION, User, chain, csrf, gate, jwt_of};
use actix_web::http::StatusCode;
use actix_web::middleware::DefaultHeaders;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, HttpServer, web};
use presspass_auth::AuthenticatorChain;
use presspass_auth::actix::{Authenticate, Require};
use presspass_auth::csrf::{CsrfPolicy, TrustedOrigin};
use presspass_auth::gate::{Account, Gate, ProblemDetails};
use presspass_auth::permissions::{BuiltIn, Compose, HasPermission};
use presspass_auth::policies::{PolicyRequest, when};

async fn me(user: Account<User>) -> String {
    user.name.clone()
}

async fn anyone(user: Option<Account<User>>) -> String {
    user.map_or("anonymous".to_owned(), |user| user.name.clone())
}

/// The response that a client receives.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: String,
    headers: actix_web::http::header::HeaderMap,
}

impl Answer {
    fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self.headers.get_all(name).map(|value| value.to_str().unwrap()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

async fn ask(gate: Gate<User>, request: TestRequest) -> Answer {
    let app = App::new()
        .wrap(DefaultHeaders::new().add(("x-outer", "1")).add(("vary", "Accept")))
        .route("/bare", web::to(me))
        .route("/bare-option", web::to(anyone))
        .service(web::resource("/unguarded").wrap(Require::new(BuiltIn::AllowAny)).to(anyone))
        .service(
            web::scope("/in")
                .wrap(Authenticate::new(gate))
                .route("/me", web::to(me))
                .route("/anyone", web::to(anyone))
                .service(
                    web::resource("/posts").wrap(Require::new(BuiltIn::ModelPermissions).on(POST)).to(me),
                )
                .service(
                    web::resource("/staff")
                        .wrap(Require::new(BuiltIn::IsAdmin.or(HasPermission::new("posts", "add_post"))))
                        .to(me),
                )
                .service(
                    web::resource("/adas")
                        .wrap(Require::policy(when(|request: &PolicyRequest<'_, User>, (): &()| {
                            request.user().is_some_and(|user| user.name == "ada")
                                && request.head().header("x-no").is_none()
                        })))
                        .to(me),
                )
                .service(
                    web::resource("/not-staff").wrap(Require::new(BuiltIn::IsAdmin.negated())).to(anyone),
                ),
        );
    let app = init_service(app).await;
    let response = call_service(&app, request.to_request()).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
    Answer { status, body, headers }
}

fn by(username: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("authorization", jwt_of(username)))
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

fn post(path: &str) -> TestRequest {
    TestRequest::post().uri(path)
}

#[actix_web::test]
async fn a_handler_receives_the_account_or_the_client_a_401() {
    let answer = ask(gate(), by("ada", get("/in/me"))).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ada"));
    let answer = ask(gate(), get("/in/me")).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.body, r#"{"detail":"Authentication credentials were not provided."}"#);
    assert_eq!(answer.header("www-authenticate").as_deref(), Some("JWT realm=\"api\""));
    assert_eq!(answer.header("content-type").as_deref(), Some("application/json"));
}

#[actix_web::test]
async fn two_lines_are_enough() {
    async fn hello(user: Account<User>) -> String {
        format!("hello {}", user.name)
    }
    let app = App::new().wrap(Authenticate::new(chain())).route("/", web::get().to(hello));
    let app = init_service(app).await;
    let response = call_service(&app, by("ada", get("/")).to_request()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(read_body(response).await, "hello ada");
}

#[actix_web::test]
async fn an_optional_account_allows_no_credentials_but_not_invalid_ones() {
    assert_eq!(ask(gate(), get("/in/anyone")).await.body, "anonymous");
    assert_eq!(ask(gate(), by("ada", get("/in/anyone"))).await.body, "ada");
    let answer = ask(gate(), get("/in/anyone").insert_header(("authorization", "JWT x"))).await;
    assert_eq!((answer.status, answer.body.as_str()), (401, r#"{"detail":"Error decoding signature."}"#));
    let answer = ask(gate(), by("bob", get("/in/anyone"))).await;
    assert_eq!((answer.status, answer.body.as_str()), (401, r#"{"detail":"User account is disabled."}"#));
}

#[actix_web::test]
async fn an_unavailable_store_is_503_whatever_the_handler_takes() {
    for path in ["/in/me", "/in/anyone", "/in/posts"] {
        let answer = ask(gate(), by("down", get(path))).await;
        assert_eq!(answer.status, 503, "{path}");
        assert_eq!(answer.header("retry-after").as_deref(), Some("1"));
        assert_eq!(answer.header("www-authenticate"), None);
        assert_eq!(answer.body, r#"{"detail":"The service is temporarily unavailable."}"#);
    }
}

#[actix_web::test]
async fn a_guard_can_be_a_closure() {
    let by = |name: &str| get("/in/adas").insert_header(("authorization", jwt_of(name)));
    assert_eq!(ask(gate(), by("ada")).await.body, "ada");
    assert_eq!(ask(gate(), by("ada").insert_header(("x-no", "1"))).await.status, 403);
    assert_eq!(ask(gate(), by("grace")).await.status, 403);
    assert_eq!(ask(gate(), get("/in/adas")).await.status, 401);
}

#[actix_web::test]
async fn without_a_challenge_401_is_403() {
    let gate = Gate::new(AuthenticatorChain::<User>::new());
    let answer = ask(gate, get("/in/me")).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("www-authenticate"), None);
}

#[actix_web::test]
async fn permissions_guard_a_resource() {
    for (caller, method, path, status) in [
        (None, "GET", "/in/posts", 401),
        (Some("ada"), "GET", "/in/posts", 200),
        (Some("ada"), "POST", "/in/posts", 200),
        (Some("ada"), "DELETE", "/in/posts", 403),
        (Some("root"), "DELETE", "/in/posts", 200),
        (Some("root"), "TRACE", "/in/posts", 405),
        (None, "GET", "/in/staff", 401),
        (Some("grace"), "GET", "/in/staff", 200),
        (Some("ada"), "GET", "/in/staff", 200),
        (None, "GET", "/in/not-staff", 200),
        (Some("grace"), "GET", "/in/not-staff", 403),
    ] {
        let request = TestRequest::with_uri(path).method(method.parse().unwrap());
        let request = match caller {
            Some(caller) => by(caller, request),
            None => request,
        };
        let answer = ask(gate(), request).await;
        assert_eq!(answer.status, status, "{caller:?} {method} {path}");
        assert_eq!(answer.header("allow").is_some(), status == 405);
    }
}

#[actix_web::test]
async fn without_rights_no_account_is_staff() {
    let answer = ask(Gate::new(chain()), by("grace", get("/in/staff"))).await;
    assert_eq!(answer.status, 403);
}

#[actix_web::test]
async fn a_key_with_scopes_does_what_a_guard_allows_and_elsewhere_only_reads() {
    for (method, path, status) in [
        ("POST", "/in/posts", 200),
        ("GET", "/in/posts", 403),
        ("GET", "/in/me", 200),
        ("POST", "/in/me", 403),
        ("POST", "/in/staff", 403),
    ] {
        let request = TestRequest::with_uri(path).method(method.parse().unwrap());
        assert_eq!(ask(gate(), by("limited", request)).await.status, status, "{method} {path}");
    }
}

fn with_session(request: TestRequest) -> TestRequest {
    request.insert_header(("cookie", format!("sessionid={SESSION}; csrftoken={PLANTED}")))
}

#[actix_web::test]
async fn a_caller_with_a_cookie_reads_and_needs_the_token_to_write() {
    let answer = ask(gate(), with_session(get("/in/me"))).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ada"));

    let answer = ask(gate(), with_session(post("/in/me"))).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.body, r#"{"detail":"CSRF Failed: CSRF token missing or incorrect."}"#);

    let answer = ask(gate(), with_session(post("/in/me")).insert_header(("x-csrftoken", csrf()))).await;
    assert_eq!(answer.status, 200);
    for wrong in [csrf().to_lowercase().as_str(), PLANTED] {
        let answer = ask(gate(), with_session(post("/in/me")).insert_header(("x-csrftoken", wrong))).await;
        assert_eq!(answer.status, 403);
    }
    // A browser does not send a token in the header automatically.
    assert_eq!(ask(gate(), by("ada", with_session(post("/in/me")))).await.status, 200);
}

#[actix_web::test]
async fn the_page_must_be_of_the_same_host() {
    let from = |origin: &str| {
        let request = with_session(post("/in/me")).insert_header(("x-csrftoken", csrf()));
        request.insert_header(("host", "a.example")).insert_header(("origin", origin.to_owned()))
    };
    let app = TrustedOrigin::parse("https://evil.example").unwrap();
    let trusting = gate().with_csrf(CsrfPolicy::default().trusting(app));
    assert_eq!(ask(trusting, from("https://evil.example")).await.status, 200);
    assert_eq!(ask(gate(), from("https://evil.example")).await.status, 403);
    assert_eq!(ask(gate().behind_https(), from("https://evil.example")).await.status, 403);
    assert_eq!(ask(gate(), from("http://a.example")).await.status, 200);
    assert_eq!(ask(gate().behind_https(), from("http://a.example")).await.status, 403);
    assert_eq!(ask(gate().behind_https(), from("https://a.example")).await.status, 200);
    // `X-Forwarded-Host` is ignored.
    let forged = from("https://evil.example").insert_header(("x-forwarded-host", "evil.example"));
    assert_eq!(ask(gate().behind_https(), forged).await.status, 403);
}

#[actix_web::test]
async fn a_service_can_check_forms_itself() {
    async fn how(user: Account<User>) -> String {
        user.relies_on_cookie().to_string()
    }
    let app = App::new().wrap(Authenticate::new(gate().without_csrf_check())).route("/", web::post().to(how));
    let app = init_service(app).await;
    let response = call_service(&app, with_session(post("/")).to_request()).await;
    assert_eq!(read_body(response).await, "true");
    let response = call_service(&app, by("ada", with_session(post("/"))).to_request()).await;
    assert_eq!(read_body(response).await, "false");
}

#[actix_web::test]
async fn responses_vary_on_the_cookie_if_it_was_read() {
    for (request, vary) in [
        (by("ada", get("/in/me")), "Accept"),
        (with_session(get("/in/me")), "Cookie"),
        (get("/in/anyone"), "Cookie"),
        (with_session(post("/in/me")), "Cookie"),
    ] {
        let answer = ask(gate(), request).await;
        assert_eq!(answer.header("vary").as_deref(), Some(vary), "{answer:?}");
    }
}

#[actix_web::test]
async fn outer_middleware_sees_refusals_as_responses() {
    assert_eq!(ask(gate(), by("down", get("/in/me"))).await.header("x-outer").as_deref(), Some("1"));
}

#[actix_web::test]
async fn a_handler_without_the_middleware_refuses_every_request() {
    let answer = ask(gate(), by("ada", get("/bare"))).await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains(r#""detail":"A server error occurred.""#), "{answer:?}");
    assert_eq!(ask(gate(), by("ada", get("/unguarded"))).await.status, 500);
}

/// actix-web hides the errors of an extractor in an `Option`.
#[actix_web::test]
#[should_panic(expected = "wrap the service in Authenticate")]
async fn a_forgotten_middleware_makes_no_caller_anonymous() {
    ask(gate(), by("ada", get("/bare-option"))).await;
}

#[actix_web::test]
async fn a_client_of_a_server_without_the_middleware_gets_no_response() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let server = HttpServer::new(|| App::new().route("/", web::to(anyone)));
    let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);
    for _ in 0..2 {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let mut response = Vec::new();
        // The connection is closed, or reset.
        drop(stream.read_to_end(&mut response).await);
        assert_eq!(response, b"");
    }
    handle.stop(false).await;
    running.await.unwrap().unwrap();
}

#[actix_web::test]
async fn a_key_with_scopes_is_not_anonymous_where_it_may_not_write() {
    for (path, method, status) in
        [("/in/anyone", "GET", 200), ("/in/anyone", "POST", 403), ("/in/me", "POST", 403)]
    {
        let request = TestRequest::with_uri(path).method(method.parse().unwrap());
        let answer = ask(gate(), by("limited", request)).await;
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        if status == 403 {
            let denied = r#"{"detail":"You do not have permission to perform this action."}"#;
            assert_eq!(answer.body, denied);
            assert_eq!(answer.header("x-outer").as_deref(), Some("1"));
        }
    }
}

#[actix_web::test]
async fn a_handler_knows_which_authenticator_decided() {
    async fn how(user: Account<User>) -> String {
        user.authenticator().to_owned()
    }
    let app = App::new().wrap(Authenticate::new(gate())).route("/", web::get().to(how));
    let app = init_service(app).await;
    for (request, authenticator) in [(by("ada", get("/")), "jwt"), (with_session(get("/")), "session")] {
        assert_eq!(read_body(call_service(&app, request.to_request()).await).await, authenticator);
    }
}

#[actix_web::test]
async fn errors_are_problem_details_unless_a_service_has_its_own() {
    let answer = ask(Gate::new(chain()), get("/in/me")).await;
    assert_eq!(answer.header("content-type").as_deref(), Some("application/problem+json"));
    assert!(answer.body.contains(r#""title":"Unauthorized""#), "{answer:?}");
    let realm = Gate::new(chain()).with_errors(ProblemDetails::with_realm("notes"));
    let answer = ask(realm, get("/in/me")).await;
    assert_eq!(answer.header("www-authenticate").as_deref(), Some("JWT realm=\"notes\""));
}
