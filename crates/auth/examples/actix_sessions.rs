//! A shop on actix-web whose sessions are those of actix-session: a basket before the login, the account after it.
//!
//! ```text
//! cargo run -p presspass-auth --example actix_sessions
//! ```

use std::error::Error;
use std::sync::Arc;

use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::http::header::SET_COOKIE;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, error, web};
use presspass_auth::actix::{ActixSessions, Authenticate, request_head, site};
use presspass_auth::csrf::CsrfPolicy;
use presspass_auth::gate::{Account, Gate};
use presspass_auth::passwords::{Hasher, HasherLimits, Password, Scheme, Verification};
use presspass_auth::sessions::{FingerprintKey, FrameworkSessions, SessionAccount, SessionAccounts};
use presspass_auth::{AuthenticatorChain, StoreError, SystemRandomness};
use serde::Deserialize;

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

/// The state of all workers.
struct Shop {
    users: Arc<Users>,
    hasher: Hasher,
    sessions: ActixSessions,
    gate: Arc<Gate<User>>,
}

impl Shop {
    fn new(secret: &str, users: Users, hasher: Hasher) -> Self {
        let users = Arc::new(users);
        let sessions = ActixSessions::new(FrameworkSessions::new(FingerprintKey::new(secret.as_bytes())));
        let gate = Gate::new(AuthenticatorChain::of(sessions.authenticator(users.clone())));
        Self { users, hasher, sessions, gate: Arc::new(gate) }
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
    let user = shop.users.0.iter().find(|user| user.email == given.email);
    let password = Password::new(given.password.as_str());
    let verified = match user {
        Some(user) => shop.hasher.verify(&password, &user.password).await,
        None => shop.hasher.verify_decoy(&password).await,
    };
    let verified = verified.map_err(error::ErrorServiceUnavailable)?;
    let (Some(user), Verification::Match(_)) = (user, verified) else {
        return Err(error::ErrorForbidden("wrong e-mail address or password"));
    };
    let login = shop.sessions.log_in(&session, &user.id, &user.password);
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
#[expect(clippy::disallowed_methods, reason = "a service of its own, with routes of its own")]
fn routes(shop: web::Data<Shop>, key: Key) -> impl FnOnce(&mut web::ServiceConfig) {
    move |app| {
        let gate = Arc::clone(&shop.gate);
        app.app_data(shop).service(
            // What is wrapped last is outside: the session is there when the request is authenticated.
            web::scope("")
                .wrap(SessionMiddleware::new(CookieSessionStore::default(), key))
                .route("/log-in", web::post().to(log_in))
                .service(
                    web::scope("/shop")
                        .wrap(Authenticate::shared(gate))
                        .route("/order", web::post().to(order))
                        .route("/log-out", web::post().to(log_out))
                        .service(web::resource("/basket").get(basket).post(put)),
                ),
        );
    }
}

async fn user(hasher: &Hasher, email: &str, password: &str) -> Result<Users, Box<dyn Error>> {
    let password = hasher.hash(&Password::new(password)).await?;
    Ok(Users(vec![User { id: 7, email: email.to_owned(), password }]))
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let hasher = Hasher::start(Scheme::default(), HasherLimits::default(), Arc::new(SystemRandomness))?;
    let users = user(&hasher, "ada@example.org", "lovelace-1815").await?;
    let shop = web::Data::new(Shop::new("a secret for trying this out, and nothing else", users, hasher));
    let key = Key::generate();
    HttpServer::new(move || App::new().configure(routes(shop.clone(), key.clone())))
        .bind(("127.0.0.1", 8080))?
        .run()
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use presspass_auth::passwords::Pbkdf2Iterations;

    use super::*;

    #[actix_web::test]
    async fn a_basket_outlives_the_login_and_the_account_does_not_outlive_the_logout() {
        let cheap = Scheme::Pbkdf2Sha256(Pbkdf2Iterations::new(1).unwrap());
        let hasher = Hasher::start(cheap, HasherLimits::default(), Arc::new(SystemRandomness)).unwrap();
        let users = user(&hasher, "ada@example.org", "lovelace-1815").await.unwrap();
        let shop = web::Data::new(Shop::new("a secret of the service", users, hasher));
        let app = init_service(App::new().configure(routes(shop, Key::generate()))).await;
        let cookies = std::cell::RefCell::new(std::collections::BTreeMap::<String, String>::new());
        let send = async |request: TestRequest| {
            let lines: Vec<String> =
                cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request =
                request.insert_header(("host", "shop.example")).insert_header(("cookie", lines.join("; ")));
            let response = call_service(&app, request.to_request()).await;
            for line in response.headers().get_all(SET_COOKIE) {
                let (name, value) =
                    line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
            let status = response.status().as_u16();
            (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
        };
        let post = |path: &str| TestRequest::post().uri(path);
        let log_in = |password: &str| {
            post("/log-in").set_json(serde_json::json!({ "email": "ada@example.org", "password": password }))
        };
        assert_eq!(send(post("/shop/basket").set_payload("tea")).await.0, 201);
        assert_eq!(send(post("/shop/order")).await.0, 403);
        assert_eq!(send(log_in("wrong")).await.0, 403);
        assert_eq!(
            send(log_in("lovelace-1815").insert_header(("origin", "https://evil.example"))).await.0,
            403
        );
        assert_eq!(send(log_in("lovelace-1815")).await.0, 200);
        assert_eq!(send(TestRequest::get().uri("/shop/basket")).await.1, "tea");
        let token = cookies.borrow()["__Host-csrftoken"].clone();
        let with_token = |path: &str| post(path).insert_header(("x-csrftoken", token.clone()));
        assert_eq!(send(post("/shop/order")).await.0, 403);
        assert_eq!(
            send(with_token("/shop/order").insert_header(("sec-fetch-site", "same-site"))).await.0,
            403
        );
        assert_eq!(send(with_token("/shop/order")).await.1, "ordered for ada@example.org");
        assert_eq!(send(with_token("/shop/log-out")).await.0, 200);
        assert_eq!(cookies.borrow()["__Host-csrftoken"], "");
        assert_eq!(send(with_token("/shop/order")).await.0, 403);
    }
}
