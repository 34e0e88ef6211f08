//! Notes on actix-web, with the service's own users table: login for tokens, personal notes, and reports for staff.
//!
//! ```text
//! cargo run -p presspass-auth --example actix_service
//! curl -d '{"name":"ada","password":"lovelace-1815"}' -H 'Content-Type: application/json' localhost:8080/login
//! curl -H 'Authorization: Bearer …' -d 'a note' localhost:8080/api/notes
//! ```

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{App, HttpResponse, HttpServer, Responder, Scope, error, web};
use presspass_auth::actix::{Authenticate, Require};
use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::gate::{Account, Gate, Rights};
use presspass_auth::passwords::{
    Hasher, HasherLimits, LoginOutcome, Password, PasswordLogin, PasswordStore, Replaced, Scheme,
    StoredPassword,
};
use presspass_auth::permissions::{BuiltIn, Privileges};
use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenVerifier, VerifiedToken};
use presspass_auth::{
    AuthenticatorChain, Clock, Resolution, StoreError, SystemClock, SystemRandomness, UserStore,
};
use serde::Deserialize;

#[cfg(test)]
#[path = "actix_service/tests.rs"]
mod tests;

/// A row of the service's own table. The library requires nothing of it.
#[derive(Debug, Clone)]
struct User {
    id: i64,
    name: String,
    password: String,
    is_staff: bool,
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

impl UserStore for Users {
    type User = User;

    type Id = i64;

    async fn resolve(&self, id: i64, _token: VerifiedToken) -> Result<Resolution<User>, StoreError> {
        Ok(self.find_by(|user| user.id == id).map_or(Resolution::Unknown, Resolution::Active))
    }
}

impl PasswordStore for Users {
    type User = User;

    async fn find(&self, name: &str) -> Result<Option<StoredPassword<User>>, StoreError> {
        let user = self.find_by(|user| user.name == name);
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

/// The rights of users: staff is a column, and there are no further permissions.
impl Rights for Users {
    type User = User;

    fn privileges(&self, user: &User) -> Privileges {
        Privileges { is_staff: user.is_staff, is_superuser: false }
    }
}

/// The state of all handlers.
struct Service {
    logins: PasswordLogin<Arc<Users>>,
    issuer: TokenIssuer,
    gate: Arc<Gate<User>>,
    notes: Mutex<Vec<(i64, String)>>,
}

impl Service {
    fn new(secret: &str, scheme: Scheme) -> Result<Self, Box<dyn Error>> {
        let users = Arc::new(Users::default());
        let hasher = Hasher::start(scheme, HasherLimits::default(), Arc::new(SystemRandomness))?;
        let key = SigningKey::hs256(secret)?;
        let verifier = TokenVerifier::new(key.clone(), TokenPolicy::default());
        let chain = AuthenticatorChain::of(JwtAuthenticator::new(verifier, users.clone()));
        Ok(Self {
            gate: Arc::new(Gate::new(chain).with_rights(users.clone())),
            logins: PasswordLogin::new(users, hasher),
            issuer: TokenIssuer::new(key, TokenPolicy::default()),
            notes: Mutex::default(),
        })
    }

    async fn sign_up(
        &self,
        id: i64,
        name: &str,
        password: &str,
        is_staff: bool,
    ) -> Result<(), Box<dyn Error>> {
        let password = self.logins.hasher().hash(&Password::new(password)).await?;
        let mut users = self.logins.store().0.lock().unwrap_or_else(PoisonError::into_inner);
        users.push(User { id, name: name.to_owned(), password, is_staff });
        Ok(())
    }
}

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

async fn log_in(service: web::Data<Service>, given: web::Json<Login>) -> actix_web::Result<impl Responder> {
    let outcome = service.logins.log_in(&given.name, &Password::new(given.password.as_str()), None).await;
    let LoginOutcome::Verified(account) = outcome.map_err(error::ErrorServiceUnavailable)? else {
        return Ok(HttpResponse::BadRequest().body("Unable to log in with provided credentials."));
    };
    let token = service.issuer.issue(account.user.id, SystemClock.now());
    Ok(HttpResponse::Ok().body(token.map_err(error::ErrorInternalServerError)?))
}

async fn notes(service: web::Data<Service>, user: Account<User>) -> impl Responder {
    let notes = service.notes.lock().unwrap_or_else(PoisonError::into_inner);
    let mine: Vec<_> = notes.iter().filter(|(owner, _)| *owner == user.id).map(|(_, text)| text).collect();
    HttpResponse::Ok().json(mine)
}

async fn add_note(service: web::Data<Service>, user: Account<User>, text: String) -> impl Responder {
    service.notes.lock().unwrap_or_else(PoisonError::into_inner).push((user.id, text));
    HttpResponse::Created()
}

async fn greeting(user: Option<Account<User>>) -> impl Responder {
    format!("hello {}", user.map_or("stranger".to_owned(), |user| user.name.clone()))
}

async fn report(service: web::Data<Service>) -> impl Responder {
    format!("{} notes", service.notes.lock().unwrap_or_else(PoisonError::into_inner).len())
}

/// The routes: login is outside of the scope that authenticates, so that an expired token does not prevent it.
fn routes(service: web::Data<Service>) -> Scope {
    let api = web::scope("/api")
        .wrap(Authenticate::shared(service.gate.clone()))
        .service(web::resource("/notes").get(notes).post(add_note))
        .route("/greeting", web::get().to(greeting))
        .service(web::resource("/report").wrap(Require::new(BuiltIn::IsAdmin)).get(report));
    web::scope("").app_data(service).route("/login", web::post().to(log_in)).service(api)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret =
        std::env::var("NOTES_SECRET").unwrap_or("a secret for trying this out, and nothing else".into());
    let service = web::Data::new(Service::new(&secret, Scheme::default())?);
    service.sign_up(1, "ada", "lovelace-1815", true).await?;
    HttpServer::new(move || App::new().service(routes(service.clone())))
        .bind(("127.0.0.1", 8080))?
        .run()
        .await?;
    Ok(())
}
