//! A shop on actix-web whose sessions are those of actix-session: a basket before the login, the account after it.
//!
//! ```text
//! cargo run -p presspass-auth --example actix_sessions
//! ```

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::dev::HttpServiceFactory;
use actix_web::http::header::SET_COOKIE;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, error, web};
use presspass_auth::actix::{ActixSessions, Authenticate, request_head, site};
use presspass_auth::csrf::CsrfPolicy;
use presspass_auth::gate::{Account, Gate};
use presspass_auth::passwords::{
    Hasher, HasherLimits, LoginOutcome, Password, PasswordLogin, PasswordStore, Replaced, Scheme,
    StoredPassword,
};
use presspass_auth::sessions::{FingerprintKey, FrameworkSessions, SessionAccount, SessionAccounts};
use presspass_auth::{AuthenticatorChain, StoreError, SystemRandomness};
use serde::Deserialize;

#[cfg(test)]
#[path = "actix_sessions/tests.rs"]
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

/// The state of all workers.
struct Shop {
    logins: PasswordLogin<Arc<Users>>,
    sessions: ActixSessions,
    gate: Arc<Gate<User>>,
}

impl Shop {
    fn new(secret: &str, users: Users, hasher: Hasher) -> Self {
        let users = Arc::new(users);
        let sessions = ActixSessions::new(FrameworkSessions::new(FingerprintKey::new(secret.as_bytes())));
        let gate = Gate::new(AuthenticatorChain::of(sessions.authenticator(users.clone())));
        Self { logins: PasswordLogin::new(users, hasher), sessions, gate: Arc::new(gate) }
    }
}

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
}

fn with_cookies(cookies: Vec<String>, body: &'static str) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    for line in cookies {
        response.append_header((SET_COOKIE, line));
    }
    response.body(body)
}

async fn log_in(
    shop: web::Data<Shop>,
    session: Session,
    request: HttpRequest,
    given: web::Json<Credentials>,
) -> actix_web::Result<HttpResponse> {
    // A page of another site must not log a browser in to an attacker's account.
    CsrfPolicy::default()
        .check_origin(&request_head(&request), site(&request))
        .map_err(error::ErrorForbidden)?;
    let outcome = shop.logins.log_in(&given.email, &Password::new(given.password.as_str()), None).await;
    let LoginOutcome::Verified(user) = outcome.map_err(error::ErrorServiceUnavailable)? else {
        return Err(error::ErrorForbidden("wrong e-mail address or password"));
    };
    let login = shop.sessions.log_in(&session, &user.user.id, &user.hash);
    Ok(with_cookies(login.map_err(error::ErrorServiceUnavailable)?.set_cookies, "welcome"))
}

async fn log_out(shop: web::Data<Shop>, session: Session) -> HttpResponse {
    with_cookies(shop.sessions.log_out(&session), "goodbye")
}

async fn basket(session: Session) -> actix_web::Result<String> {
    Ok(session.get::<Vec<String>>("basket")?.unwrap_or_default().join(","))
}

async fn put(session: Session, item: String) -> actix_web::Result<HttpResponse> {
    let mut basket: Vec<String> = session.get("basket")?.unwrap_or_default();
    basket.push(item);
    session.insert("basket", basket)?;
    Ok(HttpResponse::Created().finish())
}

async fn order(user: Account<User>) -> String {
    format!("ordered for {}", user.email)
}

/// The routes: login is outside of the scope that authenticates.
fn routes(shop: web::Data<Shop>, key: Key) -> impl HttpServiceFactory {
    let protected = web::scope("/shop")
        .wrap(Authenticate::shared(shop.gate.clone()))
        .route("/order", web::post().to(order))
        .route("/logout", web::post().to(log_out))
        .service(web::resource("/basket").get(basket).post(put));
    // The session's middleware is around that which authenticates, and so finds the session first.
    web::scope("")
        .app_data(shop)
        .route("/login", web::post().to(log_in))
        .service(protected)
        .wrap(SessionMiddleware::new(CookieSessionStore::default(), key))
}

async fn user(hasher: &Hasher, email: &str, password: &str) -> Result<Users, Box<dyn Error>> {
    let password = hasher.hash(&Password::new(password)).await?;
    Ok(Users(Mutex::new(vec![User { id: 7, email: email.to_owned(), password }])))
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let hasher = Hasher::start(Scheme::default(), HasherLimits::default(), Arc::new(SystemRandomness))?;
    let users = user(&hasher, "ada@example.org", "lovelace-1815").await?;
    let shop = web::Data::new(Shop::new("a secret for trying this out, and nothing else", users, hasher));
    let key = Key::generate();
    HttpServer::new(move || App::new().service(routes(shop.clone(), key.clone())))
        .bind(("127.0.0.1", 8080))?
        .run()
        .await?;
    Ok(())
}
