//! Notes on actix-web, with the service's own users table: log-in for tokens, personal notes, and reports for staff.
//!
//! ```text
//! cargo run -p presspass-auth --example actix_service
//! curl -d '{"name":"ada","password":"lovelace-1815"}' -H 'Content-Type: application/json' localhost:8080/log-in
//! curl -H 'Authorization: Bearer …' -d 'a note' localhost:8080/api/notes
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{App, HttpResponse, HttpServer, Responder, error, web};
use presspass_auth::actix::{Authenticate, Require};
use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::gate::{Account, Gate, Rights};
use presspass_auth::passwords::{Hasher, HasherLimits, Password, Scheme, Verification};
use presspass_auth::permissions::{BuiltIn, Standing};
use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenVerifier, VerifiedToken};
use presspass_auth::{
    AuthenticatorChain, Clock, Resolution, StoreError, SystemClock, SystemRandomness, UserStore,
};
use serde::Deserialize;

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
struct Users(Mutex<HashMap<String, User>>);

impl Users {
    fn find(&self, name: &str) -> Option<User> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn add(&self, user: User) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(user.name.clone(), user);
    }
}

impl UserStore for Users {
    type User = User;

    type Id = i64;

    async fn resolve(&self, id: i64, _token: VerifiedToken) -> Result<Resolution<User>, StoreError> {
        let users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = users.values().find(|user| user.id == id);
        Ok(found.cloned().map_or(Resolution::Unknown, Resolution::Active))
    }
}

/// The rights of users: staff is a column, and there are no further permissions.
impl Rights for Users {
    type User = User;

    fn standing(&self, user: &User) -> Standing {
        Standing { is_staff: user.is_staff, is_superuser: false }
    }
}

/// The state of all handlers.
struct Service {
    users: Arc<Users>,
    hasher: Hasher,
    issuer: TokenIssuer,
    gate: Arc<Gate<User>>,
    notes: Mutex<Vec<(i64, String)>>,
}

impl Service {
    fn new(secret: &str, hashes: Scheme) -> Result<Self, Box<dyn Error>> {
        let users = Arc::new(Users::default());
        let key = SigningKey::hs256(secret)?;
        let verifier = TokenVerifier::new(key.clone(), TokenPolicy::default());
        let chain = AuthenticatorChain::of(JwtAuthenticator::new(verifier, users.clone()));
        Ok(Self {
            gate: Arc::new(Gate::new(chain).with_rights(users.clone())),
            users,
            hasher: Hasher::start(hashes, HasherLimits::default(), Arc::new(SystemRandomness))?,
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
        let password = self.hasher.hash(&Password::new(password)).await?;
        self.users.add(User { id, name: name.to_owned(), password, is_staff });
        Ok(())
    }
}

#[derive(Deserialize)]
struct LogIn {
    name: String,
    password: String,
}

async fn log_in(service: web::Data<Service>, given: web::Json<LogIn>) -> actix_web::Result<impl Responder> {
    let password = Password::new(given.password.as_str());
    let user = service.users.find(&given.name);
    let verified = match &user {
        Some(user) => service.hasher.verify(&password, &user.password).await,
        // As long as a wrong password, so that the time does not reveal whether there is such a user.
        None => service.hasher.verify_decoy(&password).await,
    };
    let verified = verified.map_err(error::ErrorServiceUnavailable)?;
    let (Some(user), Verification::Match(_)) = (user, verified) else {
        return Ok(HttpResponse::BadRequest().body("Unable to log in with provided credentials."));
    };
    let token = service.issuer.issue(user.id, SystemClock.now()).map_err(error::ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().body(token))
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

/// The routes: log-in is outside of the scope that authenticates, so that an expired token does not prevent it.
#[expect(clippy::disallowed_methods, reason = "a service of its own, with routes of its own")]
fn routes(service: web::Data<Service>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |app| {
        let gate = Arc::clone(&service.gate);
        app.app_data(service).route("/log-in", web::post().to(log_in)).service(
            web::scope("/api")
                .wrap(Authenticate::shared(gate))
                .service(web::resource("/notes").get(notes).post(add_note))
                .route("/greeting", web::get().to(greeting))
                .service(web::resource("/report").wrap(Require::new(BuiltIn::IsAdmin)).get(report)),
        );
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret =
        std::env::var("NOTES_SECRET").unwrap_or("a secret for trying this out, and nothing else".into());
    let service = web::Data::new(Service::new(&secret, Scheme::default())?);
    service.sign_up(1, "ada", "lovelace-1815", true).await?;
    HttpServer::new(move || App::new().configure(routes(service.clone())))
        .bind(("127.0.0.1", 8080))?
        .run()
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
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
        let app = init_service(App::new().configure(routes(web::Data::new(service)))).await;
        let ask = async |request: TestRequest, authorization: &str| {
            let request = match authorization {
                "" => request,
                header => request.insert_header(("authorization", header)),
            };
            let response = call_service(&app, request.to_request()).await;
            let (status, challenge) =
                (response.status(), response.headers().get("www-authenticate").cloned());
            let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
            (status, body, challenge.map(|value| value.to_str().unwrap().to_owned()))
        };
        let log_in = async |name: &str, password: &str| {
            let body = serde_json::json!({ "name": name, "password": password });
            ask(TestRequest::post().uri("/log-in").set_json(body), "Bearer stale").await
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
}
