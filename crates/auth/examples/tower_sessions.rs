//! A shop on axum whose sessions are those of tower-sessions: a basket before the login, the account after it.
//!
//! ```text
//! cargo run -p presspass-auth --example tower_sessions
//! ```

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use presspass_auth::csrf::CsrfPolicy;
use presspass_auth::gate::{Account, Gate};
use presspass_auth::passwords::{
    Hasher, HasherLimits, LoginOutcome, Password, PasswordLogin, PasswordStore, Replaced, Scheme,
    StoredPassword,
};
use presspass_auth::sessions::{FingerprintKey, FrameworkSessions, SessionAccount, SessionAccounts};
use presspass_auth::tower::{AuthenticateLayer, TowerSessions, request_head, site};
use presspass_auth::{AuthenticatorChain, StoreError, SystemRandomness};
use serde::Deserialize;
use tower_sessions::cookie::SameSite;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

#[cfg(test)]
#[path = "tower_sessions/tests.rs"]
mod tests;

/// A row of the table of users.
#[derive(Debug, Clone)]
struct User {
    id: u64,
    email: String,
    password: String,
}

/// The table.
#[derive(Debug, Default)]
struct Users(Mutex<Vec<User>>);

impl Users {
    fn find_by(&self, is: impl Fn(&User) -> bool) -> Option<User> {
        let users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        users.iter().find(|user| is(user)).cloned()
    }
}

impl SessionAccounts<u64> for Users {
    type User = User;

    async fn find(&self, id: &u64) -> Result<Option<SessionAccount<User>>, StoreError> {
        let user = self.find_by(|user| user.id == *id);
        Ok(user.map(|user| SessionAccount { password: user.password.clone(), user }))
    }
}

impl PasswordStore for Users {
    type User = User;

    async fn find(&self, email: &str) -> Result<Option<StoredPassword<User>>, StoreError> {
        let user = self.find_by(|user| user.email == email);
        Ok(user.map(|user| StoredPassword { hash: user.password.clone(), user, is_active: true }))
    }

    /// A login replaces the hash of another scheme than today's.
    async fn replace(&self, stored: &mut StoredPassword<User>, new: &str) -> Result<Replaced, StoreError> {
        let (id, old) = (stored.user.id, &stored.hash);
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match users.iter_mut().find(|user| user.id == id && user.password == *old) {
            Some(user) => new.clone_into(&mut user.password),
            None => return Ok(Replaced::Superseded),
        }
        Ok(Replaced::Done)
    }
}

#[derive(Clone)]
struct Shop {
    logins: Arc<PasswordLogin<Arc<Users>>>,
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
    let unavailable = |_| StatusCode::SERVICE_UNAVAILABLE;
    let user = match shop.logins.log_in(&given.email, &Password::new(given.password), None).await {
        Ok(LoginOutcome::Verified(user)) => user,
        Ok(_) => return Err(StatusCode::FORBIDDEN),
        Err(_) => return Err(StatusCode::SERVICE_UNAVAILABLE),
    };
    let login = shop.sessions.log_in(&session, &user.user.id, &user.hash).await.map_err(unavailable)?;
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
        .route("/logout", post(log_out))
        .route("/basket", get(basket).post(put))
        .layer(AuthenticateLayer::new(gate))
        .route("/login", post(log_in).layer(axum::middleware::from_fn(from_our_pages)))
        // The layer that was added last is outside: the session is there when the request is authenticated.
        .layer(layer)
        .with_state(Shop { logins: Arc::new(PasswordLogin::new(users, hasher)), sessions })
}

async fn user(hasher: &Hasher, email: &str, password: &str) -> Result<Users, Box<dyn Error>> {
    let password = hasher.hash(&Password::new(password)).await?;
    Ok(Users(Mutex::new(vec![User { id: 7, email: email.to_owned(), password }])))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let hasher = Hasher::start(Scheme::default(), HasherLimits::default(), Arc::new(SystemRandomness))?;
    let users = user(&hasher, "ada@example.org", "lovelace-1815").await?;
    let service = service("a secret for trying this out, and nothing else", users, hasher);
    axum::serve(tokio::net::TcpListener::bind(("127.0.0.1", 8080)).await?, service).await?;
    Ok(())
}
