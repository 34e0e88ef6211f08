//! `/admin/login/`: begins a session for a staff account.

use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_admin::{HOME, Staff, Submission};
use presspass_auth::CredentialOutcome;
use presspass_auth::passwords::Password;
use presspass_auth::throttles::Throttled;
use presspass_domain::{Account, Username};
use presspass_rest::pages::Site;
use presspass_rest::{Failure, Query};
use presspass_serializers::strip;

use super::LOGIN;
use super::context::{AdminContext, SentForm, answer};
use super::viewer::Viewer;
use crate::app::services::Services;
use crate::endpoints::api_auth::{LoginForm, OUT_OF_DATE, forged, too_many_attempts};
use crate::identity::credentials::LoggedIn;

const NAMES: [&str; 3] = ["username", "password", "next"];

const REQUIRED: &str = "This field is required.";
const REFUSED: &str = "That user name and password don’t match a staff account.";

/// The outcome of a login.
pub(super) enum Outcome {
    /// A session has begun: the cookies have to be sent.
    LoggedIn(Staff, Vec<HeaderValue>),
    /// With this message.
    Refused(&'static str),
    Throttled(Throttled),
}

/// `/admin/login/`
pub(crate) async fn login(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    answer(&request, &services, async |context| match *request.method() {
        Method::GET | Method::HEAD => {
            let lead = match context.viewer().await? {
                Viewer::Staff(_) => return Ok(context.redirect(HOME, &[])),
                Viewer::NotStaff(account) => Some(not_staff(&account)),
                Viewer::Anonymous => first_steps(&services).await?,
            };
            form(&context, &Submission::default(), None, lead)
        }
        Method::POST => match context.read(body, &NAMES).await? {
            SentForm::Trusted(sent) => submitted(&context, &sent).await,
            SentForm::Untrusted(sent, error) => {
                services.form_refused(&request, &error);
                if !services.pages.may_be_ours(&request) {
                    return Ok(context.page(forged(Site::Admin), &[]));
                }
                let mut response = form(&context, &sent, Some(OUT_OF_DATE), None)?;
                *response.status_mut() = StatusCode::FORBIDDEN;
                Ok(response)
            }
        },
        _ => Ok(context.not_allowed()),
    })
    .await
}

/// What users without access to the admin are shown.
pub(super) fn not_staff(account: &Account) -> String {
    format!("{} doesn’t have admin access. Switch account?", account.username)
}

/// How to create the first administrator, where there is none.
async fn first_steps(services: &Services) -> Result<Option<String>, Failure> {
    if services.accounts.has_superuser().await? {
        return Ok(None);
    }
    Ok(Some(match &services.setup_link {
        Some(_) => {
            "There is no administrator yet. Open the setup link that the server printed at startup, or run \
                    “presspass createsuperuser”."
                .to_owned()
        }
        None => "There is no administrator yet. Run “presspass createsuperuser” to create one.".to_owned(),
    }))
}

async fn submitted(context: &AdminContext<'_>, sent: &Submission) -> Result<HttpResponse, Failure> {
    match log_in_staff(context, sent.text("username"), sent.text("password")).await? {
        Outcome::LoggedIn(_, cookies) => {
            let next = next(context, sent)?;
            let mut response = context.redirect(next.as_deref().unwrap_or(HOME), &[]);
            set_cookies(&mut response, cookies);
            Ok(response)
        }
        Outcome::Refused(problem) => form(context, sent, Some(problem), None),
        Outcome::Throttled(throttled) => {
            let problem = too_many_attempts(&throttled);
            Ok(wait(form(context, sent, Some(&problem), None)?, &throttled))
        }
    }
}

pub(super) fn set_cookies(response: &mut HttpResponse, cookies: Vec<HeaderValue>) {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Makes the response a 429.
pub(super) fn wait(mut response: HttpResponse, throttled: &Throttled) -> HttpResponse {
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    if let Some(seconds) = throttled.seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Begins a session for the staff account of this name and password.
pub(super) async fn log_in_staff(
    context: &AdminContext<'_>,
    username: &str,
    password: &str,
) -> Result<Outcome, Failure> {
    let services = context.services;
    let username = strip(username);
    if username.is_empty() || password.is_empty() {
        return Ok(Outcome::Refused(REQUIRED));
    }
    let name = Username::normalized(username);
    let client = services.access.client(context.request);
    let LoggedIn { account, password, .. } =
        match services.credentials.log_in(&name, &Password::new(password), client).await? {
            CredentialOutcome::Verified(logged_in) => logged_in,
            CredentialOutcome::Refused => return Ok(Outcome::Refused(REFUSED)),
            CredentialOutcome::Throttled(throttled) => return Ok(Outcome::Throttled(throttled)),
        };
    let id = account.id;
    let Viewer::Staff(staff) = Viewer::of(account, services).await? else {
        tracing::info!(account = id, "admin login refused: not staff");
        return Ok(Outcome::Refused(REFUSED));
    };
    let Some(csrf) = services.log_in(context.request, id, &password).await? else {
        return Ok(Outcome::Refused(REFUSED));
    };
    tracing::info!(account = id, "admin login succeeded");
    let cookies = [Some(csrf), services.forget_pasted_token(context.request)];
    Ok(Outcome::LoggedIn(staff, cookies.into_iter().flatten().filter_map(|it| it.try_into().ok()).collect()))
}

/// Where to go after the login, if that is on this site: the form's parameter has precedence over the query's.
fn next(context: &AdminContext<'_>, sent: &Submission) -> Result<Option<String>, Failure> {
    let query = Query::parse(context.request.query_string());
    let next = sent.get("next").or_else(|| query.get("next")).unwrap_or_default();
    context.services.pages.next(context.request, next)
}

fn form(
    context: &AdminContext<'_>,
    sent: &Submission,
    problem: Option<&str>,
    lead: Option<String>,
) -> Result<HttpResponse, Failure> {
    let token = context.services.pages.form_token(context.request)?;
    let mut form = LoginForm::new(Site::Admin, LOGIN, &token.masked, sent.text("username"));
    form.lead = lead;
    form.hidden = vec![("next".to_owned(), next(context, sent)?.unwrap_or_default())];
    form.problems = problem.into_iter().map(str::to_owned).collect();
    Ok(context.page(form.page(), &[token.cookie]))
}
