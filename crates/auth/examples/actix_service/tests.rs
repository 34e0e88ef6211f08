//! The test of the example.

use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use presspass_auth::passwords::Pbkdf2Iterations;

use super::*;

#[actix_web::test]
async fn users_log_in_and_keep_notes_of_their_own() {
    let cheap = Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(1).unwrap());
    let service = Service::new("a secret of thirty-two bytes or more", cheap).unwrap();
    service.sign_up(1, "ada", "lovelace-1815", false).await.unwrap();
    service.sign_up(2, "grace", "hopper-1906", true).await.unwrap();
    let app = init_service(App::new().service(routes(web::Data::new(service)))).await;
    let ask = async |request: TestRequest, authorization: &str| {
        let request = match authorization {
            "" => request,
            header => request.insert_header(("authorization", header)),
        };
        let response = call_service(&app, request.to_request()).await;
        let (status, challenge) = (response.status(), response.headers().get("www-authenticate").cloned());
        let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        (status, body, challenge.map(|value| value.to_str().unwrap().to_owned()))
    };
    let log_in = async |name: &str, password: &str| {
        let body = serde_json::json!({ "name": name, "password": password });
        ask(TestRequest::post().uri("/login").set_json(body), "Bearer stale").await
    };
    let get = |path: &str| TestRequest::get().uri(path);

    assert_eq!(log_in("ada", "wrong").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(log_in("nobody", "wrong").await.0, StatusCode::BAD_REQUEST);
    let ada = format!("Bearer {}", log_in("ada", "lovelace-1815").await.1);
    let grace = format!("Bearer {}", log_in("grace", "hopper-1906").await.1);

    let (status, body, challenge) = ask(get("/api/notes"), "").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(body.contains("Authentication credentials were not provided."), "{body}");
    assert_eq!(challenge.as_deref(), Some("Bearer realm=\"api\""));

    let note = TestRequest::post().uri("/api/notes").set_payload("engines");
    assert_eq!(ask(note, &ada).await.0, StatusCode::CREATED);
    assert_eq!(ask(get("/api/notes"), &ada).await.1, r#"["engines"]"#);
    assert_eq!(ask(get("/api/notes"), &grace).await.1, "[]");

    assert_eq!(ask(get("/api/greeting"), "").await.1, "hello stranger");
    assert_eq!(ask(get("/api/greeting"), &ada).await.1, "hello ada");
    assert_eq!(ask(get("/api/greeting"), "Bearer x").await.0, StatusCode::UNAUTHORIZED);

    assert_eq!(ask(get("/api/report"), &grace).await.1, "1 notes");
    assert_eq!(ask(get("/api/report"), &ada).await.0, StatusCode::FORBIDDEN);
    assert_eq!(ask(get("/api/report"), "").await.0, StatusCode::UNAUTHORIZED);
}
