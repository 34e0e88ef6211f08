//! The test of the example.

use axum::body::{Body, to_bytes};
use presspass_auth::passwords::Pbkdf2Iterations;
use tower_service::Service;

use super::*;

/// A browser: it keeps cookies, and its scripts send the CSRF token.
struct Browser(Router, Vec<(String, String)>);

impl Browser {
    fn cookie(&self, name: &str) -> Option<String> {
        self.1.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String) {
        let request = Request::builder().method(method).uri(path).header("host", "shop.example");
        let cookies = self.1.iter().map(|(name, value)| ("cookie", format!("{name}={value}")));
        let request = cookies.fold(request, |request, (name, value)| request.header(name, value));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.0.call(request).await.unwrap();
        for line in response.headers().get_all(SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.1.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.1.push((name.to_owned(), value.to_owned()));
            }
        }
        let status = response.status().as_u16();
        (status, String::from_utf8(to_bytes(response.into_body(), 4096).await.unwrap().to_vec()).unwrap())
    }
}

#[tokio::test]
async fn a_basket_outlives_the_login_and_the_old_session_does_not() {
    let cheap = Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(1).unwrap());
    let hasher = Hasher::start(cheap, HasherLimits::default(), Arc::new(SystemRandomness)).unwrap();
    let users = user(&hasher, "ada@example.org", "lovelace-1815").await.unwrap();
    let mut ada = Browser(service("a secret of the service", users, hasher), Vec::new());
    assert_eq!(ada.send("POST", "/basket", &[], "tea").await.0, 201);
    assert_eq!(ada.send("POST", "/order", &[], "").await.0, 403);
    let before = ada.cookie("id").unwrap();
    let json = ("content-type", "application/json");
    let good = r#"{"email": "ada@example.org", "password": "lovelace-1815"}"#;
    assert_eq!(ada.send("POST", "/login", &[json], &good.replace("1815", "1816")).await.0, 403);
    assert_eq!(ada.send("POST", "/login", &[json, ("origin", "https://evil.example")], good).await.0, 403);
    assert_eq!(ada.send("POST", "/login", &[json], good).await.0, 200);
    assert_ne!(ada.cookie("id").unwrap(), before);
    assert_eq!(ada.send("GET", "/basket", &[], "").await.1, "tea");
    let token = ada.cookie("__Host-csrftoken").unwrap();
    let token = ("x-csrftoken", token.as_str());
    assert_eq!(ada.send("POST", "/order", &[], "").await.0, 403);
    assert_eq!(ada.send("POST", "/order", &[token, ("sec-fetch-site", "same-site")], "").await.0, 403);
    assert_eq!(ada.send("POST", "/order", &[token], "").await.1, "ordered for ada@example.org");
    let mut fixed = Browser(ada.0.clone(), vec![("id".to_owned(), before)]);
    assert_eq!(fixed.send("POST", "/order", &[token], "").await.0, 403);
    let mut copied = Browser(ada.0.clone(), ada.1.clone());
    assert_eq!(ada.send("POST", "/logout", &[token], "").await.0, 200);
    assert_eq!((ada.cookie("id"), ada.cookie("__Host-csrftoken")), (None, None));
    assert_eq!(copied.send("POST", "/order", &[token], "").await.0, 403);
}
