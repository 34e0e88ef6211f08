//! From a request's body to an [`Input`].

mod body;
mod form;
mod json;
mod multipart;

use std::io;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Payload;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use presspass_auth::csrf;
use presspass_serializers::{Field, Input};

use crate::decoding::Charset;
use crate::failure::Failure;
use crate::media_type::MediaType;
use crate::pages::api::note;

/// What a body may cost us.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// How many bytes it may have.
    pub bytes: usize,
    /// How long it may take to arrive.
    pub time: Duration,
}

pub use body::RequestBody;

/// Reads and parses a body by its `Content-Type`. Of its members only those of `fields` are kept, and of a form's its
/// CSRF token: what nobody asks for costs no memory.
///
/// # Errors
/// 400 where it cannot be parsed, 408, 413, 415.
pub async fn read_input(
    request: &HttpRequest,
    payload: Payload,
    limits: BodyLimits,
    fields: &[Field],
) -> Result<Input, Failure> {
    let content_type = request.headers().get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes);
    // A body that does not say what it is, is text (RFC 2045, section 5.2), which nothing here reads.
    let content_type = String::from_utf8_lossy(content_type.unwrap_or(b"text/plain"));
    let body = tokio::time::timeout(limits.time, read(payload, limits.bytes))
        .await
        .map_err(|_| Failure::BodyTimeout)??;
    let input = parse(&body, &content_type, fields)?;
    // A page shows what was sent again where it was not taken.
    note(request, |notes| notes.typed = Some(input.clone()));
    Ok(input)
}

fn parse(body: &Bytes, content_type: &str, fields: &[Field]) -> Result<Input, Failure> {
    // The original looks at the length first: an empty body is an empty object, whatever it is said to be.
    if body.is_empty() {
        return Ok(Input::empty());
    }
    let media_type = MediaType::parse(content_type);
    let charset = Charset::of(&media_type);
    if media_type.covers("application/json") {
        json::parse(body, charset, fields)
    } else if media_type.covers("application/x-www-form-urlencoded") {
        form::parse(body, charset, fields)
    } else if media_type.covers("multipart/form-data") {
        multipart::parse(body, content_type, charset, fields)
    } else {
        Err(Failure::UnsupportedMediaType { media_type: content_type.to_owned() })
    }
}

async fn read(mut payload: Payload, limit: usize) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(broken)?;
        if body.len() + chunk.len() > limit {
            return Err(Failure::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// What a payload ends with that did not arrive in time, where somebody had to read it before its endpoint.
pub(crate) fn too_slow() -> PayloadError {
    PayloadError::Io(io::ErrorKind::TimedOut.into())
}

fn broken(error: PayloadError) -> Failure {
    match error {
        PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut => Failure::BodyTimeout,
        error => Failure::Parse(format!("The request's body is broken: {error}")),
    }
}

/// Reads a body that is of use only where it is a form, as Django's own views do: any other is an empty one.
///
/// # Errors
/// 400 where it cannot be parsed, 408, 413.
pub async fn read_form(
    request: &HttpRequest,
    payload: Payload,
    limits: BodyLimits,
    fields: &[Field],
) -> Result<Input, Failure> {
    let content_type = request.headers().get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes);
    let content_type = String::from_utf8_lossy(content_type.unwrap_or_default());
    let media_type = MediaType::parse(&content_type);
    let is_form =
        media_type.covers("application/x-www-form-urlencoded") || media_type.covers("multipart/form-data");
    // Read all the same: what is left of it would be taken for the next request.
    let input = read_input(request, payload, limits, fields).await;
    match input {
        Err(Failure::Parse(_) | Failure::UnsupportedMediaType { .. }) | Ok(_) if !is_form => {
            Ok(Input::empty())
        }
        outcome => outcome,
    }
}

/// Whether a form's part is one that is asked for.
fn is_wanted_of_form(fields: &[Field], name: &str) -> bool {
    is_wanted(fields, name) || name == csrf::FIELD
}

/// Whether a member is one that is asked for and can be set.
fn is_wanted(fields: &[Field], name: &str) -> bool {
    fields.iter().any(|field| field.name == name && !field.read_only)
}
