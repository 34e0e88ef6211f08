//! `/admin/login/`: a session for a member of the staff.

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_admin::{HOME, Submission};
use presspass_auth::CredentialOutcome;
use presspass_auth::passwords::Password;
use presspass_domain::Username;
use presspass_rest::pages::Site;
use presspass_rest::{Failure, Query};
use presspass_serializers::strip;

use super::LOGIN;
use super::desk::{Desk, Read, answer};
use super::visitor::Visitor;
use crate::app::services::Services;
use crate::endpoints::api_auth::{LoginForm, forged, forget_token};
use crate::identity::credentials::{LoggedIn, loggable_name};
use crate::identity::sessions::log_in;

const NAMES: [&str; 3] = ["username", "password", "next"];

const REQUIRED: &str = "This field is required.";
const REFUSED: &str = "Please enter the correct username and password for a staff account. Note that both fields may be \
                       case-sensitive.";

/// `/admin/login/`
pub(crate) async fn login(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    answer(&request, &services, async |desk| match *request.method() {
        Method::GET | Method::HEAD => {
            let lead = match desk.visitor().await? {
                Visitor::Staff(_) => return Ok(desk.redirect(HOME, &[])),
                Visitor::Stranger(account) => Some(format!(
                    "You are logged in as {}, who may not use the admin. You can log in to another account.",
                    account.username
                )),
                Visitor::Nobody => None,
            };
            form(&desk, &Submission::default(), None, lead)
        }
        Method::POST => match desk.read(body, &NAMES).await? {
            Read::Ours(sent) => submitted(&desk, &sent).await,
            Read::Forged(error) => {
                tracing::info!(reason = %error, "log-in refused");
                Ok(desk.page(forged(Site::Admin), &[]))
            }
        },
        _ => Ok(desk.not_allowed()),
    })
    .await
}

async fn submitted(desk: &Desk<'_>, sent: &Submission) -> Result<HttpResponse, Failure> {
    let services = desk.services;
    let username = strip(sent.text("username"));
    let password = sent.text("password");
    if username.is_empty() || password.is_empty() {
        return form(desk, sent, Some(REQUIRED), None);
    }
    let name = Username::normalized(username);
    let client = services.gate.client(desk.request);
    match services.credentials.log_in(&name, &Password::new(password), client).await? {
        CredentialOutcome::Verified(LoggedIn { account, password, .. }) if account.is_staff => {
            let Some(csrf) = log_in(desk.request, services, account.id, &password).await? else {
                return form(desk, sent, Some(REFUSED), None);
            };
            tracing::info!(account = account.id, "logged in to the admin");
            let next = next(desk, sent)?;
            let mut response = desk.redirect(next.as_deref().unwrap_or(HOME), &[]);
            if let Ok(line) = csrf.try_into() {
                response.headers_mut().append(header::SET_COOKIE, line);
            }
            forget_token(desk.request, services, &mut response);
            Ok(response)
        }
        CredentialOutcome::Verified(LoggedIn { account, .. }) => {
            tracing::info!(account = account.id, "log-in to the admin refused: no member of the staff");
            form(desk, sent, Some(REFUSED), None)
        }
        CredentialOutcome::Refused => {
            tracing::info!(username = ?loggable_name(&name), "log-in to the admin failed");
            form(desk, sent, Some(REFUSED), None)
        }
        CredentialOutcome::Throttled(throttled) => {
            let mut response = form(desk, sent, Some(&throttled.detail()), None)?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            if let Some(seconds) = throttled.seconds() {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            Ok(response)
        }
    }
}

/// Where the log-in leads, where that is here: the form's word counts more than the query's.
fn next(desk: &Desk<'_>, sent: &Submission) -> Result<Option<String>, Failure> {
    let query = Query::parse(desk.request.query_string());
    let next = sent.get("next").or_else(|| query.get("next")).unwrap_or_default();
    desk.services.pages.next(desk.request, next)
}

fn form(
    desk: &Desk<'_>,
    sent: &Submission,
    problem: Option<&str>,
    lead: Option<String>,
) -> Result<HttpResponse, Failure> {
    let token = desk.services.pages.form_token(desk.request)?;
    let next = next(desk, sent)?.unwrap_or_default();
    // No name is longer, and the page need not be.
    let shown: String = sent.text("username").chars().take(Username::MAX_LENGTH).collect();
    let form = LoginForm {
        site: Site::Admin,
        action: LOGIN,
        lead,
        token: &token.masked,
        next: &next,
        username: &shown,
        problems: problem.as_slice(),
    };
    Ok(desk.page(form.page(), &[token.cookie]))
}
