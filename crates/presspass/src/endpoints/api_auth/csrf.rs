//! Reads a form and checks its CSRF token.

use actix_web::HttpRequest;
use actix_web::web::Payload;
use presspass_auth::csrf::{CsrfError, FIELD};
use presspass_rest::{Failure, read_form};
use presspass_serializers::{Field, Input, Member};

use crate::app::services::Services;

/// The result of reading a form.
pub(super) enum Form {
    /// It came from our own page.
    Ours(Input),
    /// It may have come from another site, or from our own page before another login.
    Forged(Input, CsrfError),
}

/// Reads a form and checks its origin. Only a POST has one.
pub(super) async fn read(
    request: &HttpRequest,
    body: Payload,
    services: &Services,
    fields: &[Field],
) -> Result<Form, Failure> {
    let input = if request.method() == actix_web::http::Method::POST {
        read_form(request, body, fields).await?
    } else {
        Input::empty()
    };
    Ok(match services.pages.check_form(request, text(&input, FIELD))? {
        Ok(()) => Form::Ours(input),
        Err(error) => Form::Forged(input, error),
    })
}

/// The text of a member.
pub(super) fn text<'i>(input: &'i Input, name: &str) -> Option<&'i str> {
    match input.member(name) {
        Some(Member::Text(text)) => Some(text),
        _ => None,
    }
}
