//! The CSRF token of a page with a form.

use actix_web::HttpRequest;
use actix_web::web::Payload;
use presspass_auth::csrf::{CsrfError, CsrfToken, FIELD, Site};
use presspass_auth::{RandomnessError, RequestHead};
use presspass_rest::{Failure, Links, SetCookie, read_form};
use presspass_serializers::{Field, Input, Member};

use crate::services::Services;

/// How long browsers keep the token, in seconds: a year (Django's `CSRF_COOKIE_AGE`).
const MAX_AGE: u64 = 31_449_600;

/// The token that the browser has, or a new one.
pub(super) fn token_of(head: &RequestHead<'_>, services: &Services) -> Result<CsrfToken, RandomnessError> {
    match services.csrf.token(head) {
        Ok(Some(token)) => Ok(token),
        Ok(None) | Err(_) => CsrfToken::new(services.randomness.as_ref()),
    }
}

/// The value of the `Set-Cookie` that gives a browser this token. Scripts can read it: front ends repeat it.
pub(crate) fn cookie(services: &Services, token: &CsrfToken) -> String {
    SetCookie::new(services.csrf.cookie(), token.as_str(), MAX_AGE).same_site_lax().to_string()
}

/// What came of reading a form that changes something.
pub(super) enum Form {
    /// It came from a page of ours.
    Ours(Input),
    /// It may have come from anywhere.
    Forged(CsrfError),
}

/// Reads a form and checks where it comes from. A POST alone has one.
pub(super) async fn read(
    request: &HttpRequest,
    body: Payload,
    services: &Services,
    fields: &[Field],
) -> Result<Form, Failure> {
    let input = if request.method() == actix_web::http::Method::POST {
        read_form(request, body, services.body_limits, fields).await?
    } else {
        Input::empty()
    };
    let links = Links::of(request, &services.proxies)?;
    let head = presspass_auth::actix::request_head(request);
    let site = Site { is_secure: links.is_secure(), host: links.host() };
    Ok(match services.csrf.check(&head, text(&input, FIELD), site) {
        Ok(()) => Form::Ours(input),
        Err(error) => Form::Forged(error),
    })
}

/// The text of a member.
pub(super) fn text<'i>(input: &'i Input, name: &str) -> Option<&'i str> {
    match input.member(name) {
        Some(Member::Text(text)) => Some(text),
        _ => None,
    }
}
