//! Login and logout pages (DRF's `rest_framework.urls`).

mod csrf;
mod login;
mod logout;
mod page;
mod pasted_token;
mod profile;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use presspass_rest::pages::{Layout, Privacy};

pub(crate) use login::login;
pub(crate) use logout::logout;
pub(crate) use page::{LoginForm, OUT_OF_DATE, forged, too_many_attempts};
pub(crate) use pasted_token::pasted_token;
pub(crate) use profile::{profile, reader};

use crate::app::services::Services;

/// The answer with a page.
fn respond(request: &HttpRequest, services: &Services, page: Layout, cookies: &[String]) -> HttpResponse {
    services.pages.respond(request, page, Privacy::Personal, cookies)
}

/// 302 to a path of this server, as in Django.
fn redirect(services: &Services, to: &str) -> HttpResponse {
    let mut response = services.pages.redirect(to, &[]);
    *response.status_mut() = StatusCode::FOUND;
    response
}

/// An answer without a page.
fn bare(status: StatusCode, allow: &'static str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "max-age=0, no-cache, no-store, must-revalidate"))
        .insert_header((header::VARY, "Cookie"))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::ALLOW, allow))
        .finish()
}

/// Removes a pasted token: a user who logs in or out wants to change the account.
pub(crate) fn forget_token(request: &HttpRequest, services: &Services, response: &mut HttpResponse) {
    if let Some(line) = services.forget_pasted_token(request).and_then(|line| line.try_into().ok()) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}
