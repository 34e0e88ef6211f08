//! Forms that change something.

use actix_web::HttpRequest;
use actix_web::web::Payload;
use presspass_auth::csrf::{CsrfError, FIELD};
use presspass_rest::{Failure, read_form};
use presspass_serializers::{Field, Input, Member};

use crate::app::services::Services;

/// What came of reading a form that changes something.
pub(super) enum Form {
    /// It came from a page of ours.
    Ours(Input),
    /// It may have come from anywhere, or from a page of ours from before another log-in.
    Forged(Input, CsrfError),
}

/// Reads a form and checks where it comes from. A POST alone has one.
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
