//! `setup/<token>/`: the form of the one-time link, which creates the first administrator.
//!
//! It is offered only on a database that we made and that has no superuser; it ends at its first use, which is checked
//! in the same transaction that makes the account, or once a superuser was seen: it stays dead when that one is demoted
//! or deleted. The token is compared in constant time and never logged.

mod form;

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{ConnectionType, Method};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::passwords::{AccountAttributes, HashError, Password, validate};
use presspass_domain::{EmailAddress, NewAccount, Username, causes};
use presspass_persistence::AccountCreated;
use presspass_rest::pages::{Layout, Message, Privacy, asks_for_page};
use presspass_rest::{not_found, read_input};
use presspass_serializers::{Field, Input, Member};

use crate::app::services::Services;
use crate::app::setup_link::SetupLink;
use form::{Filled, Problems};

/// The fields of the form.
const FIELDS: [Field; 4] = [
    Field::text("username", "User name", None),
    Field::text("email", "Email", None),
    Field::text("password", "Password", None),
    Field::text("password_again", "Confirm password", None),
];

/// Where the first administrator lands.
const ADMIN: &str = "/admin/";

/// `setup/<token>/`
pub(crate) async fn page(
    request: HttpRequest,
    token: Path<String>,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    let Some(link) = services.setup_link.as_ref().filter(|link| link.opens(&token)) else {
        return closed(&request, &services, &token);
    };
    match services.accounts.has_superuser().await {
        Ok(false) => {}
        Ok(true) => {
            link.end();
            return closed(&request, &services, &token);
        }
        Err(error) => {
            tracing::error!(reason = causes(&error), "administrator lookup failed");
            return unavailable(&request, &services);
        }
    }
    match *request.method() {
        Method::GET | Method::HEAD => form_page(&request, &services, Filled::default()),
        Method::POST => match read_input(&request, body, &FIELDS).await {
            Ok(input) => submit(&request, &services, link, &input).await,
            Err(failure) => {
                let form = vec!["The form could not be read.".to_owned()];
                let problems = Problems { form, ..Problems::default() };
                let mut page = Filled { problems, ..Filled::default() }.page();
                page.status = failure.status();
                let mut response = respond(&request, &services, page, &[]);
                // What is left of the body would be read as the next request.
                response.head_mut().set_connection_type(ConnectionType::Close);
                response
            }
        },
        _ => HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD, POST")).finish(),
    }
}

async fn submit(request: &HttpRequest, services: &Services, link: &SetupLink, input: &Input) -> HttpResponse {
    let text = |name: &str| match input.member(name) {
        Some(Member::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let (username, email) = (text("username"), text("email"));
    let (password, again) = (Password::new(text("password")), Password::new(text("password_again")));
    let mut problems = Problems::default();
    let name = Username::parse(&username).map_err(|error| problems.username.push(error.to_string())).ok();
    let address = EmailAddress::parse(&email);
    if address.is_none() {
        problems.email.push("Enter a valid email address.".to_owned());
    }
    if password.expose() == again.expose() {
        let attributes =
            AccountAttributes { username: &username, email: &email, ..AccountAttributes::default() };
        let found = validate(&password, &attributes).err().unwrap_or_default();
        problems.password.extend(found.iter().map(ToString::to_string));
    } else {
        problems.password_again.push("The two passwords don’t match.".to_owned());
    }
    let (Some(name), Some(address), true) = (name, address, problems.is_empty()) else {
        return form_page(request, services, Filled { username, email, problems });
    };
    let hash = match services.credentials.hasher().hash(&password).await {
        Ok(hash) => hash,
        Err(HashError::Busy(_)) => return unavailable(request, services),
        Err(error) => {
            tracing::error!(reason = causes(&error), "administrator creation failed");
            return HttpResponse::InternalServerError().finish();
        }
    };
    let account = NewAccount {
        username: name,
        email: address,
        password: hash.clone(),
        is_staff: true,
        is_superuser: true,
        date_joined: services.now(),
    };
    match services.accounts.create_first_superuser(account).await {
        Ok(AccountCreated::New(id)) => {
            link.end();
            tracing::info!(account = id, "administrator created");
            enter(request, services, id, &username, &hash).await
        }
        Ok(AccountCreated::NameTaken) => {
            let taken = vec!["A user with that username already exists.".to_owned()];
            let problems = Problems { username: taken, ..Problems::default() };
            form_page(request, services, Filled { username, email, problems })
        }
        Ok(AccountCreated::Refused) => {
            link.end();
            not_found(request)
        }
        Err(error) => {
            tracing::error!(reason = causes(&error), "administrator creation failed");
            unavailable(request, services)
        }
    }
}

/// Logs the administrator in, and leads to the admin. A browser that takes no cookies is told that it may log in; so is
/// one whose login fails, as the account is made all the same.
async fn enter(
    request: &HttpRequest,
    services: &Services,
    id: i64,
    username: &str,
    password: &str,
) -> HttpResponse {
    // The form came with a cookie.
    if request.headers().contains_key(header::COOKIE) {
        match services.log_in(request, id, password).await {
            Ok(Some(csrf)) => {
                tracing::info!(account = id, via = "setup link", "logged in");
                let welcome =
                    Message::success(format!("Welcome, {username}. You are the first administrator."));
                let mut response = services.pages.redirect(ADMIN, &[welcome]);
                let headers = response.headers_mut();
                headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
                if let Ok(line) = csrf.try_into() {
                    headers.append(header::SET_COOKIE, line);
                }
                return response;
            }
            Ok(None) => {}
            Err(failure) => {
                tracing::error!(account = id, ?failure, "administrator login failed");
            }
        }
    }
    respond(request, services, form::done(username), &[])
}

/// The response to an invalid link. Only a browser that has used a valid one is shown the reason.
fn closed(request: &HttpRequest, services: &Services, token: &str) -> HttpResponse {
    if !asks_for_page(request) {
        return not_found(request);
    }
    let was_ours = services.setup_link.as_ref().is_some_and(|link| link.is(token));
    respond(request, services, if was_ours { form::used() } else { form::unknown() }, &[])
}

fn unavailable(request: &HttpRequest, services: &Services) -> HttpResponse {
    let mut response = respond(request, services, form::unavailable(), &[]);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

fn form_page(request: &HttpRequest, services: &Services, filled: Filled) -> HttpResponse {
    // The link is the secret that authenticates the form. The cookie shows whether the browser accepts cookies.
    match services.pages.form_token(request) {
        Ok(token) => respond(request, services, filled.page(), &[token.cookie]),
        Err(_) => unavailable(request, services),
    }
}

fn respond(request: &HttpRequest, services: &Services, page: Layout, cookies: &[String]) -> HttpResponse {
    services.pages.respond(request, page, Privacy::Secret, cookies)
}
