//! A shop on axum whose sessions are those of tower-sessions: a basket before the login, the account after it.
//!
//! ```text
//! cargo run -p presspass-auth --example tower_sessions
//! ```

use std::error::Error;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use presspass_auth::csrf::CsrfPolicy;
use presspass_auth::gate::{Account, Gate};
use presspass_auth::passwords::{Hasher, HasherLimits, Password, Scheme, Verification};
use presspass_auth::sessions::{FingerprintKey, FrameworkSessions, SessionAccount, SessionAccounts};
use presspass_auth::tower::{AuthenticateLayer, TowerSessions, request_head, site};
use presspass_auth::{AuthenticatorChain, StoreError, SystemRandomness};
use serde::Deserialize;
use tower_sessions::cookie::SameSite;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

/// A row of the table of users.
#[derive(Debug, Clone)]
struct User {
    id: u64,
    email: String,
    password: String,
}

#[derive(Debug, Default)]
struct Users(Vec<User>);

impl SessionAccounts<u64> for Users {
    type User = User;

    async fn find(&self, id: &u64) -> Result<Option<SessionAccount<User>>, StoreError> {
        let user = self.0.iter().find(|user| user.id == *id).cloned();
        Ok(user.map(|user| SessionAccount { password: user.password.clone(), user }))
    }
}

#[derive(Clone)]
struct Shop {
    users: Arc<Users>,
    hasher: Arc<Hasher>,
    sessions: TowerSessions,
}

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
}

/// A page of another site must not log a browser in to an attacker's account: the layer knows no session to protect yet.
async fn from_our_pages(request: Request, next: axum::middleware::Next) -> Response {
    match CsrfPolicy::default().check_origin(&request_head(&request), site(&request)) {
        Ok(()) => next.run(request).await,
        Err(error) => (StatusCode::FORBIDDEN, error.to_string()).into_response(),
    }
}

async fn log_in(
    State(shop): State<Shop>,
    session: Session,
    Json(given): Json<Credentials>,
) -> Result<Response, StatusCode> {
    let user = shop.users.0.iter().find(|user| user.email == given.email);
    let password = Password::new(given.password);
    let verified = match user {
        Some(user) => shop.hasher.verify(&password, &user.password).await,
        None => shop.hasher.verify_decoy(&password).await,
    };
    let verified = verified.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let (Some(user), Verification::Match(_)) = (user, verified) else { return Err(StatusCode::FORBIDDEN) };
    let login = shop.sessions.log_in(&session, &user.id, &user.password).await;
    let login = login.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok((AppendHeaders(login.set_cookies.into_iter().map(|line| (SET_COOKIE, line))), "welcome")
        .into_response())
}

async fn log_out(State(shop): State<Shop>, session: Session) -> Result<Response, StatusCode> {
    let cookies = shop.sessions.log_out(&session).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok((AppendHeaders(cookies.into_iter().map(|line| (SET_COOKIE, line))), "goodbye").into_response())
}

async fn basket(session: Session) -> String {
    session.get::<Vec<String>>("basket").await.ok().flatten().unwrap_or_default().join(",")
}

async fn put(session: Session, item: String) -> Result<StatusCode, StatusCode> {
    let failed = |_| StatusCode::SERVICE_UNAVAILABLE;
    let mut basket: Vec<String> = session.get("basket").await.map_err(failed)?.unwrap_or_default();
    basket.push(item);
    session.insert("basket", basket).await.map_err(failed)?;
    Ok(StatusCode::CREATED)
}

async fn order(user: Account<User>) -> String {
    format!("ordered for {}", user.email)
}

fn service(secret: &str, users: Users, hasher: Hasher) -> Router {
    let users = Arc::new(users);
    let sessions = TowerSessions::new(FrameworkSessions::new(FingerprintKey::new(secret.as_bytes())));
    let gate = Gate::new(AuthenticatorChain::of(sessions.authenticator(users.clone())));
    let layer = SessionManagerLayer::new(MemoryStore::default()).with_same_site(SameSite::Lax);
    Router::new()
        .route("/order", post(order))
        .route("/log-out", post(log_out))
        .route("/basket", get(basket).post(put))
        .layer(AuthenticateLayer::new(gate))
        .route("/log-in", post(log_in).layer(axum::middleware::from_fn(from_our_pages)))
        // The layer that was added last is outside: the session is there when the request is authenticated.
        .layer(layer)
        .with_state(Shop { users, hasher: Arc::new(hasher), sessions })
}

async fn user(hasher: &Hasher, email: &str, password: &str) -> Result<Users, Box<dyn Error>> {
    let password = hasher.hash(&Password::new(password)).await?;
    Ok(Users(vec![User { id: 7, email: email.to_owned(), password }]))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let hasher = Hasher::start(Scheme::default(), HasherLimits::default(), Arc::new(SystemRandomness))?;
    let users = user(&hasher, "ada@example.org", "lovelace-1815").await?;
    let service = service("a secret for trying this out, and nothing else", users, hasher);
    axum::serve(tokio::net::TcpListener::bind(("127.0.0.1", 8080)).await?, service).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
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
            let request =
                headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let request = request.body(Body::from(body.to_owned())).unwrap();
            let response = self.0.call(request).await.unwrap();
            for line in response.headers().get_all(SET_COOKIE) {
                let (name, value) =
                    line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
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
        assert_eq!(ada.send("POST", "/log-in", &[json], &good.replace("1815", "1816")).await.0, 403);
        assert_eq!(
            ada.send("POST", "/log-in", &[json, ("origin", "https://evil.example")], good).await.0,
            403
        );
        assert_eq!(ada.send("POST", "/log-in", &[json], good).await.0, 200);
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
        assert_eq!(ada.send("POST", "/log-out", &[token], "").await.0, 200);
        assert_eq!((ada.cookie("id"), ada.cookie("__Host-csrftoken")), (None, None));
        assert_eq!(copied.send("POST", "/order", &[token], "").await.0, 403);
    }
}
