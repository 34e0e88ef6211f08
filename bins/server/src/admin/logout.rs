//! `/admin/logout/`: by POST, as in the original since 5.0. Who comes by a bookmark is asked.

use actix_web::http::{Method, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_rest::pages::{Button, ButtonStyle, Form, Html, Layout, Privacy, Site, Width};
use presspass_rest::{Failure, answer_page, forget_cookie};

use super::visitor::{Visitor, visitor};
use super::{HOME, LOGIN, LOGOUT, Read, not_allowed, read, redirect};
use crate::api_auth::forged;
use crate::services::Services;
use crate::sessions::session_of;

/// `/admin/logout/`
pub(crate) async fn logout(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    answer_page(&request, async || match *request.method() {
        Method::GET | Method::HEAD => match visitor(&request, &services).await? {
            Visitor::Nobody => Ok(redirect(&services, HOME, &[])),
            Visitor::Staff(_) | Visitor::Stranger(_) => ask(&request, &services),
        },
        Method::POST => match read(&request, body, &services, &[]).await? {
            Read::Ours(_) => end(&request, &services).await,
            Read::Forged(error) => {
                tracing::info!(reason = %error, "log-out refused");
                let page = forged(Site::Admin);
                Ok(services.pages.respond(&request, page, Privacy::Personal, &[]))
            }
        },
        _ => Ok(not_allowed(&request, &services)),
    })
    .await
}

fn ask(request: &HttpRequest, services: &Services) -> Result<HttpResponse, Failure> {
    let token = services.pages.form_token(request)?;
    let mut form = Form::new("logout", Vec::new());
    form.action = LOGOUT.to_owned();
    form.csrf = Some(token.masked);
    form.buttons = vec![
        Button::submit("Log out", ButtonStyle::Primary),
        Button::link("Stay", ButtonStyle::Quiet, HOME),
    ];
    let page = card("Log out?", &form.to_string());
    Ok(services.pages.respond(request, page, Privacy::Personal, &[token.cookie]))
}

async fn end(request: &HttpRequest, services: &Services) -> Result<HttpResponse, Failure> {
    if let Some(key) = session_of(request) {
        let session = services.sessions.resume(&key).await?;
        services.sessions.end(&key).await?;
        if let Some(session) = session {
            tracing::info!(account = session.account_id, "logged out of the admin");
        }
    }
    let again = Button::link("Log in again", ButtonStyle::Plain, LOGIN);
    let page = card("Logged out", &format!("<p>You are logged out.</p>\n<p>{again}</p>"));
    let mut response = services.pages.respond(request, page, Privacy::Personal, &[]);
    let head = presspass_auth::actix::request_head(request);
    if head.cookie(&services.cookies.session).is_some()
        && let Ok(line) = forget_cookie(&services.cookies.session).try_into()
    {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    Ok(response)
}

fn card(title: &str, content: &str) -> Layout {
    let content = Html::trusted(format!("<div class=\"card flow\">\n{content}\n</div>"));
    Layout { width: Width::Narrow, ..Layout::new(Site::Admin, title, content) }
}
