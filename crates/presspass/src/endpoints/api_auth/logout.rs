//! `api-auth/logout/`: by POST only. DRF logs out by any method, so that an image on any page can do it.

use actix_web::http::{Method, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_rest::pages::Site;
use presspass_rest::{Endpoint, Failure, Query, answer, answer_page, forget_cookie};
use presspass_serializers::{Field, Input};

use super::csrf::{Form, read, text};
use super::{forget_token, page, redirect, respond};
use crate::app::services::Services;
use crate::identity::sessions::session_of;

const FIELDS: [Field; 1] = [Field::text("next", "Next", None)];

const LOGOUT: Endpoint = Endpoint::new("Log out", "POST, OPTIONS").open();

/// `api-auth/logout/`
pub(crate) async fn logout(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    if *request.method() != Method::POST {
        return answer(&request, body, &LOGOUT, async |call| match call.method() {
            "OPTIONS" => Ok(crate::endpoints::view::metadata(call, Vec::new())),
            _ => Err(call.method_not_allowed()),
        })
        .await;
    }
    answer_page(&request, Site::Api, async || match read(&request, body, &services, &FIELDS).await? {
        Form::Ours(input) => end(&request, &services, &input).await,
        Form::Forged(input, error) => {
            services.form_refused(&request, &error);
            if !services.pages.may_be_ours(&request) {
                return Ok(respond(&request, &services, page::forged(Site::Api), &[]));
            }
            let token = services.pages.form_token(&request)?;
            let page = page::log_out_again(&token.masked, text(&input, "next"));
            Ok(respond(&request, &services, page, &[token.cookie]))
        }
    })
    .await
}

async fn end(request: &HttpRequest, services: &Services, input: &Input) -> Result<HttpResponse, Failure> {
    if let Some(key) = session_of(request) {
        let session = services.sessions.resume(&key).await?;
        services.sessions.end(&key).await?;
        if let Some(session) = session {
            tracing::info!(account = session.account_id, "logged out");
        }
    }
    let query = Query::of(request)?;
    let mut response = match text(input, "next").or_else(|| query.get("next")) {
        Some(next) => {
            let next = services.pages.next(request, next)?;
            redirect(services, next.as_deref().unwrap_or(request.path()))
        }
        None => respond(request, services, page::logged_out(), &[]),
    };
    let head = presspass_auth::actix::request_head(request);
    if head.cookie(&services.cookies.session).is_some()
        && let Ok(line) = forget_cookie(&services.cookies.session).try_into()
    {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    forget_token(request, services, &mut response);
    Ok(response)
}
