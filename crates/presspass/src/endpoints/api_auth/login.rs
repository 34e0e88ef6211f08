//! `api-auth/login/`: begins a session for a user name and a password.

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::CredentialOutcome;
use presspass_auth::passwords::Password;
use presspass_domain::Username;
use presspass_rest::pages::Site;
use presspass_rest::{Failure, Query, answer_page};
use presspass_serializers::{Field, Input, strip};

use super::csrf::{Form, read, text};
use super::page::{LoginForm, OUT_OF_DATE, too_many_attempts};
use super::{bare, forget_token, page, redirect, respond};
use crate::app::services::{Services, WRONG_CREDENTIALS};
use crate::identity::credentials::LoggedIn;

const FIELDS: [Field; 3] = [
    Field::text("username", "User name", None),
    Field::text("password", "Password", None),
    Field::text("next", "Next", None),
];

/// The methods, as Django's `LoginView` lists them.
const ALLOW: &str = "GET, POST, PUT, HEAD, OPTIONS";

/// Where a login leads that says nothing of it (Django's `LOGIN_REDIRECT_URL`).
pub(super) const PROFILE: &str = "/accounts/profile/";

const REQUIRED: &str = "This field is required.";

/// `api-auth/login/`
pub(crate) async fn login(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    answer_page(&request, Site::Api, async || match request.method().as_str() {
        "GET" | "HEAD" => form(&request, &services, "", &[], &Input::empty()),
        "OPTIONS" => Ok(bare(StatusCode::OK, ALLOW)),
        "TRACE" => Ok(not_allowed()),
        _ => submitted(&request, body, &services).await,
    })
    .await
}

fn not_allowed() -> HttpResponse {
    bare(StatusCode::METHOD_NOT_ALLOWED, ALLOW)
}

async fn submitted(
    request: &HttpRequest,
    body: Payload,
    services: &Services,
) -> Result<HttpResponse, Failure> {
    let input = match read(request, body, services, &FIELDS).await? {
        Form::Ours(input) => input,
        Form::Forged(input, error) => {
            services.form_refused(request, &error);
            if !services.pages.may_be_ours(request) {
                return Ok(respond(request, services, page::forged(Site::Api), &[]));
            }
            let username = text(&input, "username").unwrap_or_default();
            let mut response = form(request, services, username, &[OUT_OF_DATE], &input)?;
            *response.status_mut() = StatusCode::FORBIDDEN;
            return Ok(response);
        }
    };
    // Django treats PUT as a form without fields.
    if !matches!(*request.method(), Method::POST | Method::PUT) {
        return Ok(not_allowed());
    }
    let username = strip(text(&input, "username").unwrap_or_default());
    let password = text(&input, "password").unwrap_or_default();
    if username.is_empty() || password.is_empty() {
        return form(request, services, username, &[REQUIRED], &input);
    }
    let name = Username::normalized(username);
    let client = services.access.client(request);
    match services.credentials.log_in(&name, &Password::new(password), client).await? {
        CredentialOutcome::Verified(logged_in) => begin(request, services, &logged_in, &input).await,
        CredentialOutcome::Throttled(throttled) => {
            let mut response = form(request, services, username, &[&too_many_attempts(&throttled)], &input)?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            if let Some(seconds) = throttled.seconds() {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
        CredentialOutcome::Refused => form(request, services, username, &[WRONG_CREDENTIALS], &input),
    }
}

/// Where the login leads, where that is safe: the form's word counts more than the query's.
fn next(request: &HttpRequest, services: &Services, input: &Input) -> Result<Option<String>, Failure> {
    let query = Query::of(request)?;
    let next = text(input, "next").or_else(|| query.get("next")).unwrap_or_default();
    services.pages.next(request, next)
}

/// Begins a session for this account.
async fn begin(
    request: &HttpRequest,
    services: &Services,
    logged_in: &LoggedIn,
    input: &Input,
) -> Result<HttpResponse, Failure> {
    let LoggedIn { account, password, .. } = logged_in;
    let next = next(request, services, input)?;
    let Some(csrf) = services.log_in(request, account.id, password).await? else {
        return form(request, services, "", &[WRONG_CREDENTIALS], input);
    };
    tracing::info!(account = account.id, via = "page", "logged in");
    let mut response = redirect(services, next.as_deref().unwrap_or(PROFILE));
    if let Ok(line) = csrf.try_into() {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    forget_token(request, services, &mut response);
    Ok(response)
}

fn form(
    request: &HttpRequest,
    services: &Services,
    username: &str,
    problems: &[&str],
    input: &Input,
) -> Result<HttpResponse, Failure> {
    let token = services.pages.form_token(request)?;
    let next = next(request, services, input)?.unwrap_or_default();
    let mut form = LoginForm::new(Site::Api, "/api-auth/login/", &token.masked, username);
    form.hidden = vec![("next".to_owned(), next)];
    form.problems = problems.iter().map(|&problem| problem.to_owned()).collect();
    Ok(respond(request, services, form.page(), &[token.cookie]))
}
