//! Paths without an endpoint: a redirect that adds the last slash where that is an endpoint's path, else 404.

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::pages::Reader;

/// The characters that Django's `escape_uri_path` does not escape, beside letters and digits.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b',')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The answer to a path without an endpoint: a redirect where `is_known` says that the path with a slash has one (Django's
/// `CommonMiddleware` with `APPEND_SLASH`), else 404. `reader` is the user, where that is known.
#[must_use]
pub fn redirect_to_slash(
    request: &HttpRequest,
    reader: Option<&Reader>,
    is_known: impl Fn(&str) -> bool,
) -> HttpResponse {
    // Django resolves decoded paths.
    let path = percent_decode_str(request.path()).decode_utf8_lossy();
    let with_slash = format!("{path}/");
    if path.ends_with('/') || !path.starts_with('/') || path.starts_with("//") || !is_known(&with_slash) {
        return not_found_for(request, reader);
    }
    let mut location = utf8_percent_encode(&with_slash, KEPT).to_string();
    if !request.query_string().is_empty() {
        location.push('?');
        location.push_str(request.query_string());
    }
    HttpResponse::MovedPermanently()
        .insert_header((header::LOCATION, location))
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .finish()
}

/// 404 for a path without an endpoint: a page for browsers, and Django's body for other clients.
#[must_use]
pub fn not_found(request: &HttpRequest) -> HttpResponse {
    not_found_for(request, None)
}

fn not_found_for(request: &HttpRequest, reader: Option<&Reader>) -> HttpResponse {
    if let Some(page) = crate::pages::not_found::page(request, reader) {
        return page;
    }
    let mut builder = HttpResponse::NotFound();
    if request.method() == Method::CONNECT {
        // The connection must not wait for a tunnel.
        builder.force_close();
    }
    builder
        .insert_header((header::X_FRAME_OPTIONS, "SAMEORIGIN"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type("text/html; charset=utf-8")
        .body("<h1>Not Found</h1><p>The requested resource was not found on this server.</p>")
}
