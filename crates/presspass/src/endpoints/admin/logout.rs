//! `/admin/logout/`: ends the session by POST, as Django does since 5.0. A GET is answered with a form.

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_rest::pages::{Button, ButtonStyle, Form, Html, Layout, Site, Width};
use presspass_rest::{Failure, forget_cookie};

use super::context::{AdminContext, SentForm, answer};
use super::viewer::Viewer;
use super::{HOME, LOGIN, LOGOUT};
use crate::app::services::Services;
use crate::endpoints::api_auth::{forged, forget_token};
use crate::identity::sessions::session_of;

/// `/admin/logout/`
pub(crate) async fn logout(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    answer(&request, &services, async |context| match *request.method() {
        Method::GET | Method::HEAD => match context.viewer().await? {
            Viewer::Anonymous => Ok(context.redirect(HOME, &[])),
            Viewer::Staff(_) | Viewer::NotStaff(_) => confirm(&context),
        },
        Method::POST => match context.read(body, &[]).await? {
            SentForm::Trusted(_) => end(&context).await,
            SentForm::Untrusted(_, error) => {
                context.services.form_refused(context.request, &error);
                if !context.services.pages.may_be_ours(context.request) {
                    return Ok(context.page(forged(Site::Admin), &[]));
                }
                let mut response = confirm(&context)?;
                *response.status_mut() = StatusCode::FORBIDDEN;
                Ok(response)
            }
        },
        _ => Ok(context.not_allowed()),
    })
    .await
}

fn confirm(context: &AdminContext<'_>) -> Result<HttpResponse, Failure> {
    let token = context.services.pages.form_token(context.request)?;
    let mut form = Form::new("logout", Vec::new());
    LOGOUT.clone_into(&mut form.action);
    form.csrf = Some(token.masked);
    form.buttons = vec![
        Button::submit("Log out", ButtonStyle::Primary),
        Button::link("Cancel", ButtonStyle::Quiet, HOME),
    ];
    Ok(context.page(card("Log out?", &form.to_string()), &[token.cookie]))
}

async fn end(context: &AdminContext<'_>) -> Result<HttpResponse, Failure> {
    let (request, services) = (context.request, context.services);
    if let Some(key) = session_of(request) {
        let session = services.sessions.resume(&key).await?;
        services.sessions.end(&key).await?;
        if let Some(session) = session {
            tracing::info!(account = session.account_id, "admin logout");
        }
    }
    let again = Button::link("Log in again", ButtonStyle::Plain, LOGIN);
    let text = format!("<p>You are logged out.</p>\n<p>{again}</p>");
    let mut response = context.page(card("Logged out", &text), &[]);
    let head = presspass_auth::actix::request_head(request);
    if head.cookie(&services.cookies.session).is_some()
        && let Ok(line) = forget_cookie(&services.cookies.session).try_into()
    {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    forget_token(request, services, &mut response);
    Ok(response)
}

fn card(title: &str, content: &str) -> Layout {
    let content = Html::trusted(format!("<div class=\"card flow\">\n{content}\n</div>"));
    Layout { width: Width::Narrow, ..Layout::new(Site::Admin, title, content) }
}
