//! The admin: who may use it, and its models. What its pages say is `crates/admin`.

mod guards;
mod login;
mod logout;
mod models;
mod password_change;
mod visitor;

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_admin::{AdminError, Answer, Ask, HOME, Place, Staff, Submission, Want, query_value};
use presspass_auth::csrf::{CsrfError, FIELD};
use presspass_rest::pages::{FormToken, Html, Layout, Link, LogOut, Message, Privacy, Site, UserArea, Width};
use presspass_rest::{Failure, Query, answer_page, read_form};
use presspass_serializers::{Field, Input, Member};

pub(crate) use login::login;
pub(crate) use logout::logout;
pub(crate) use models::{Stores, site};
pub(crate) use password_change::password_change;

use crate::failures;
use crate::services::Services;
use crate::sessions::log_in;
use visitor::{Visitor, visitor};

const LOGIN: &str = "/admin/login/";
const LOGOUT: &str = "/admin/logout/";
const PASSWORD_CHANGE: &str = "/admin/password_change/";

/// What methods the pages have.
const ALLOW: &str = "GET, HEAD, POST";

/// `/admin/…`: every page that needs a member of the staff.
pub(crate) async fn page(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    answer_page(&request, async || {
        let staff = match visitor(&request, &services).await? {
            Visitor::Staff(staff) => staff,
            Visitor::Stranger(_) | Visitor::Nobody => return Ok(to_login(&request, &services)),
        };
        let path = request.match_info().as_str();
        let place = Place::of(path.strip_prefix(HOME).unwrap_or("?").trim_end_matches('/'));
        let want = match *request.method() {
            Method::GET | Method::HEAD => Want::See,
            Method::POST => match read(&request, body, &services, &services.admin.form_names(&place)).await? {
                Read::Ours(submission) => Want::Do(submission),
                Read::Forged(error) => return Ok(forged(&request, &services, &staff, &error)),
            },
            _ => return Ok(not_allowed(&request, &services)),
        };
        let is_write = matches!(want, Want::Do(_));
        let token = services.pages.form_token(&request)?;
        let query = Query::parse(request.query_string());
        let ask = Ask { staff: &staff, query, want, csrf: &token.masked, now: services.now() };
        let answer = services.admin.answer(&place, ask).await.map_err(failure)?;
        if is_write {
            tracing::info!(account = staff.account().id, path, outcome = outcome(&answer), "admin");
        }
        respond(&request, &services, &staff, answer, &token).await
    })
    .await
}

/// What is logged of a write.
fn outcome(answer: &Answer) -> &'static str {
    match answer {
        Answer::Redirect { .. } | Answer::PasswordChanged { .. } => "done",
        Answer::Page(_) => "asked again",
        Answer::Forbidden => "permission denied",
        Answer::NotFound => "not found",
        Answer::LogIn => "the account is gone",
    }
}

async fn respond(
    request: &HttpRequest,
    services: &Services,
    staff: &Staff,
    answer: Answer,
    token: &FormToken,
) -> Result<HttpResponse, Failure> {
    Ok(match answer {
        Answer::Page(layout) => show(request, services, staff, *layout, token),
        Answer::Redirect { to, messages } => redirect(services, &to, &messages),
        Answer::PasswordChanged { account_id, to, message } => {
            tracing::info!(account = staff.account().id, of = account_id, "a password was changed by the admin");
            services.sessions.end_all(account_id, None).await?;
            let mut response = redirect(services, &to, &[message]);
            if account_id == staff.account().id {
                keep(request, services, account_id, &mut response).await?;
            }
            response
        }
        Answer::Forbidden => {
            tracing::info!(account = staff.account().id, "permission denied");
            refused(request, services, staff, StatusCode::FORBIDDEN, "You may not do this", FORBIDDEN)
        }
        Answer::NotFound => {
            refused(request, services, staff, StatusCode::NOT_FOUND, "There is no such page", NOT_FOUND)
        }
        Answer::LogIn => to_login(request, services),
    })
}

const FORBIDDEN: &str = "Your account does not hold the permission that this needs.";
const NOT_FOUND: &str = "The address leads nowhere here.";

/// A page, with who reads it.
fn show(
    request: &HttpRequest,
    services: &Services,
    staff: &Staff,
    mut layout: Layout,
    token: &FormToken,
) -> HttpResponse {
    layout.user = UserArea::Known {
        name: staff.account().username.clone(),
        links: vec![Link::new("Change password", PASSWORD_CHANGE)],
        log_out: Some(LogOut {
            label: "Log out",
            action: LOGOUT.to_owned(),
            csrf: token.masked.clone(),
            next: None,
        }),
    };
    services.pages.respond(request, layout, Privacy::Personal, std::slice::from_ref(&token.cookie))
}

/// A page that says why there is nothing to see.
fn refused(
    request: &HttpRequest,
    services: &Services,
    staff: &Staff,
    status: StatusCode,
    title: &str,
    text: &str,
) -> HttpResponse {
    let text = Html::text(text);
    let content = Html::trusted(format!("<div class=\"card\"><p>{text}</p></div>"));
    let mut layout = services.admin.layout(staff, title, content);
    layout.status = status;
    layout.width = Width::Middle;
    match services.pages.form_token(request) {
        Ok(token) => show(request, services, staff, layout, &token),
        Err(_) => services.pages.respond(request, layout, Privacy::Personal, &[]),
    }
}

fn forged(request: &HttpRequest, services: &Services, staff: &Staff, error: &CsrfError) -> HttpResponse {
    tracing::info!(account = staff.account().id, reason = %error, "a form was refused");
    refused(request, services, staff, StatusCode::FORBIDDEN, "Forbidden", FORGED)
}

const FORGED: &str = "It cannot be told whether this came from a page of ours. Go back, reload the page, and try again; \
                      this site needs cookies.";

/// To the log-in page, which leads back here.
fn to_login(request: &HttpRequest, services: &Services) -> HttpResponse {
    let here = request.uri().path_and_query().map_or(HOME, |it| it.as_str());
    let next = query_value(here);
    redirect(services, &format!("{LOGIN}?next={next}"), &[])
}

/// 302, as the original does it.
fn redirect(services: &Services, to: &str, messages: &[Message]) -> HttpResponse {
    let mut response = services.pages.redirect(to, messages);
    *response.status_mut() = StatusCode::FOUND;
    response
}

/// Gives the browser of whoever changed their own password another session.
async fn keep(
    request: &HttpRequest,
    services: &Services,
    account_id: i64,
    response: &mut HttpResponse,
) -> Result<(), Failure> {
    if let Some(csrf) = log_in(request, services, account_id).await?
        && let Ok(line) = csrf.try_into()
    {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    Ok(())
}

fn not_allowed(request: &HttpRequest, services: &Services) -> HttpResponse {
    let text = Html::trusted("<div class=\"card\"><p>A page is read, or sent its form.</p></div>".to_owned());
    let mut layout = Layout::new(Site::Admin, "Method not allowed", text);
    layout.status = StatusCode::METHOD_NOT_ALLOWED;
    layout.width = Width::Middle;
    let mut response = services.pages.respond(request, layout, Privacy::Personal, &[]);
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(ALLOW));
    response
}

/// What came of reading a form.
enum Read {
    /// It came from a page of ours.
    Ours(Submission),
    /// It may have come from anywhere.
    Forged(CsrfError),
}

/// Reads the form of a POST, as far as it has these fields, and checks where it comes from.
async fn read(
    request: &HttpRequest,
    body: Payload,
    services: &Services,
    names: &[&'static str],
) -> Result<Read, Failure> {
    let fields: Vec<Field> = names.iter().map(|name| Field::text(name, "", None)).collect();
    let pairs = match read_form(request, body, services.body_limits, &fields).await? {
        Input::Members(members) => members.into_iter().filter_map(|(name, member)| match member {
            Member::Text(text) => Some((name, text)),
            _ => None,
        }),
        Input::Null | Input::Other(_) => return Ok(Read::Ours(Submission::default())),
    };
    let submission = Submission::new(pairs.collect());
    Ok(match services.pages.check_form(request, submission.get(FIELD))? {
        Ok(()) => Read::Ours(submission),
        Err(error) => Read::Forged(error),
    })
}

/// What goes wrong in the admin, as what is answered.
fn failure(error: AdminError) -> Failure {
    match error {
        AdminError::Store(error) => failures::store(error),
        AdminError::Busy(busy) => Failure::unavailable(busy.to_string()),
        AdminError::Hash(_) | AdminError::Registration(_) => Failure::Internal { reason: error.to_string() },
    }
}
