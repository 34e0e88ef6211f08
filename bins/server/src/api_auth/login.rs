//! `api-auth/login/`: a session for a name and a password.

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::CredentialOutcome;
use presspass_auth::csrf::CsrfToken;
use presspass_auth::passwords::Password;
use presspass_auth::sessions::BeginError;
use presspass_domain::Username;
use presspass_rest::{Failure, Links, Query, answer_page, is_safe_next};
use presspass_serializers::{Field, Input, strip};

use super::csrf::{Form, cookie, read, text, token_of};
use super::page::LoginForm;
use super::{page, redirect, with_headers};
use crate::credentials::{LoggedIn, loggable_name};
use crate::failures;
use crate::services::Services;
use crate::sessions::{hand_out, session_of};

const FIELDS: [Field; 3] = [
    Field::text("username", "User name", None),
    Field::text("password", "Password", None),
    Field::text("next", "Next", None),
];

/// The methods, as the original's `LoginView` lists them.
const ALLOW: &str = "GET, POST, PUT, HEAD, OPTIONS";

/// Where a log-in leads that says nothing of it (Django's `LOGIN_REDIRECT_URL`).
const PROFILE: &str = "/accounts/profile/";

/// The longest `next` that is followed, in bytes.
const LONGEST_NEXT: usize = 4096;

const REQUIRED: &str = "This field is required.";
const REFUSED: &str =
    "Please enter a correct username and password. Note that both fields may be case-sensitive.";

/// `api-auth/login/`
pub(crate) async fn login(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    answer_page(&request, async || match request.method().as_str() {
        "GET" | "HEAD" => form(&request, &services, "", &[], &Input::empty()),
        "OPTIONS" => Ok(with_headers(HttpResponse::Ok()).insert_header((header::ALLOW, ALLOW)).finish()),
        "TRACE" => Ok(not_allowed()),
        _ => submitted(&request, body, &services).await,
    })
    .await
}

fn not_allowed() -> HttpResponse {
    with_headers(HttpResponse::MethodNotAllowed()).insert_header((header::ALLOW, ALLOW)).finish()
}

async fn submitted(
    request: &HttpRequest,
    body: Payload,
    services: &Services,
) -> Result<HttpResponse, Failure> {
    let input = match read(request, body, services, &FIELDS).await? {
        Form::Ours(input) => input,
        Form::Forged(error) => {
            tracing::info!(reason = %error, "log-in refused");
            return Ok(with_headers(HttpResponse::Forbidden()).body(page::forged()));
        }
    };
    // The original takes PUT for a form without fields.
    if !matches!(*request.method(), Method::POST | Method::PUT) {
        return Ok(not_allowed());
    }
    let username = strip(text(&input, "username").unwrap_or_default());
    let password = text(&input, "password").unwrap_or_default();
    if username.is_empty() || password.is_empty() {
        return form(request, services, username, &[REQUIRED], &input);
    }
    let name = Username::normalized(username);
    let client = services.gate.client(request);
    match services.credentials.verify(&name, &Password::new(password), client).await? {
        CredentialOutcome::Verified(logged_in) => begin(request, services, &logged_in, &input).await,
        CredentialOutcome::Throttled(throttled) => {
            let mut response = form(request, services, username, &[throttled.detail().as_str()], &input)?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            if let Some(seconds) = throttled.seconds() {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
        CredentialOutcome::Refused => {
            tracing::info!(username = ?loggable_name(&name), "log-in by page failed");
            form(request, services, username, &[REFUSED], &input)
        }
    }
}

/// Where the log-in leads, where that is safe: the form's word counts more than the query's.
fn next(request: &HttpRequest, services: &Services, input: &Input) -> Result<Option<String>, Failure> {
    let query = Query::parse(request.query_string());
    let next = text(input, "next").or_else(|| query.get("next")).unwrap_or_default();
    let links = Links::of(request, &services.proxies)?;
    // A longer one would make a header that proxies refuse, after the session has begun.
    Ok((next.len() <= LONGEST_NEXT && is_safe_next(next, &links)).then(|| next.to_owned()))
}

/// Ends the session that the browser had, and begins one for this account.
async fn begin(
    request: &HttpRequest,
    services: &Services,
    logged_in: &LoggedIn,
    input: &Input,
) -> Result<HttpResponse, Failure> {
    let LoggedIn { account, password, .. } = logged_in;
    if services.accounts.find_by_id(account.id).await.map_err(failures::store)?.is_none() {
        return form(request, services, "", &[REFUSED], input);
    }
    let next = next(request, services, input)?;
    if let Some(old) = session_of(request) {
        services.sessions.end(&old).await?;
    }
    // Of the hash that was verified: if the password was changed meanwhile, the session is none.
    let key = services.sessions.begin(account.id, password).await.map_err(|error| match error {
        BeginError::Store(error) => error.into(),
        BeginError::Randomness(error) => internal(error),
    })?;
    services.accounts.note_log_in(account.id, services.now()).await.map_err(failures::store)?;
    hand_out(request, &key).map_err(internal)?;
    tracing::info!(account = account.id, "logged in by page");
    // A token that was planted before the log-in is of no use after it.
    let token = CsrfToken::new(services.randomness.as_ref()).map_err(internal)?;
    let mut response = redirect(next.as_deref().unwrap_or(PROFILE));
    give(&mut response, cookie(services, &token));
    Ok(response)
}

fn form(
    request: &HttpRequest,
    services: &Services,
    username: &str,
    problems: &[&str],
    input: &Input,
) -> Result<HttpResponse, Failure> {
    let head = presspass_auth::actix::request_head(request);
    let token = token_of(&head, services).map_err(internal)?;
    let masked = token.masked(services.randomness.as_ref()).map_err(internal)?;
    let next = next(request, services, input)?.unwrap_or_default();
    // No name is longer, and the page need not be.
    let shown: String = username.chars().take(Username::MAX_LENGTH).collect();
    let form = LoginForm { token: masked.as_str(), next: &next, username: &shown, problems };
    let mut response = with_headers(HttpResponse::Ok()).body(form.page());
    give(&mut response, cookie(services, &token));
    Ok(response)
}

fn give(response: &mut HttpResponse, cookie: String) {
    if let Ok(line) = cookie.try_into() {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::Internal { reason: error.to_string() }
}
