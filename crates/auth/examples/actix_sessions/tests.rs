//! The test of the example.

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use presspass_auth::passwords::Pbkdf2Iterations;

use super::*;

#[actix_web::test]
async fn a_basket_outlives_the_login_and_the_account_does_not_outlive_the_logout() {
    let cheap = Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(1).unwrap());
    let hasher = Hasher::start(cheap, HasherLimits::default(), Arc::new(SystemRandomness)).unwrap();
    let users = user(&hasher, "ada@example.org", "lovelace-1815").await.unwrap();
    let shop = web::Data::new(Shop::new("a secret of the service", users, hasher));
    let app = init_service(App::new().service(routes(shop, Key::generate()))).await;
    let cookies = std::cell::RefCell::new(std::collections::BTreeMap::<String, String>::new());
    let send = async |request: TestRequest| {
        let lines: Vec<String> =
            cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request =
            request.insert_header(("host", "shop.example")).insert_header(("cookie", lines.join("; ")));
        let response = call_service(&app, request.to_request()).await;
        for line in response.headers().get_all(SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
        }
        let status = response.status().as_u16();
        (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
    };
    let post = |path: &str| TestRequest::post().uri(path);
    let log_in = |password: &str| {
        post("/login").set_json(serde_json::json!({ "email": "ada@example.org", "password": password }))
    };
    assert_eq!(send(post("/shop/basket").set_payload("tea")).await.0, 201);
    assert_eq!(send(post("/shop/order")).await.0, 403);
    assert_eq!(send(log_in("wrong")).await.0, 403);
    assert_eq!(send(log_in("lovelace-1815").insert_header(("origin", "https://evil.example"))).await.0, 403);
    assert_eq!(send(log_in("lovelace-1815")).await.0, 200);
    assert_eq!(send(TestRequest::get().uri("/shop/basket")).await.1, "tea");
    let token = cookies.borrow()["__Host-csrftoken"].clone();
    let with_token = |path: &str| post(path).insert_header(("x-csrftoken", token.clone()));
    assert_eq!(send(post("/shop/order")).await.0, 403);
    assert_eq!(send(with_token("/shop/order").insert_header(("sec-fetch-site", "same-site"))).await.0, 403);
    assert_eq!(send(with_token("/shop/order")).await.1, "ordered for ada@example.org");
    assert_eq!(send(with_token("/shop/logout")).await.0, 200);
    assert_eq!(cookies.borrow()["__Host-csrftoken"], "");
    assert_eq!(send(with_token("/shop/order")).await.0, 403);
}
