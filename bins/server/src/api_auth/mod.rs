//! Logging in and out by pages, as REST framework's `rest_framework.urls` has it.

mod csrf;
mod login;
mod logout;
mod page;

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};

pub(crate) use csrf::cookie as csrf_cookie;
pub(crate) use login::login;
pub(crate) use logout::logout;

/// What all of these answers say: nobody keeps them, and nobody frames them.
fn with_headers(mut builder: HttpResponseBuilder) -> HttpResponseBuilder {
    builder
        .insert_header((header::CACHE_CONTROL, "max-age=0, no-cache, no-store, must-revalidate"))
        .insert_header((header::VARY, "Cookie"))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ))
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"));
    builder
}

/// 302 to somewhere here.
fn redirect(to: &str) -> HttpResponse {
    with_headers(HttpResponse::Found())
        .insert_header((header::LOCATION, presspass_rest::location(to)))
        .finish()
}
