//! Parsers of request bodies.

mod body;
mod bounds;
mod form;
mod json;
mod multipart;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Payload;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use presspass_auth::csrf;
use presspass_serializers::{Field, Input};

use crate::decoding::Charset;
use crate::failure::Failure;
use crate::media_type::MediaType;

pub(crate) use body::RequestBody;
pub use bounds::{BodyBounds, ReceivedBody};

/// Reads and parses a body by its `Content-Type`. Only members that are in `fields` are kept, and the CSRF token of a form:
/// others take no memory.
///
/// # Errors
/// 400 where it cannot be parsed, 415; 408, 413 and 503 by [`BodyBounds`].
pub async fn read_input(request: &HttpRequest, payload: Payload, fields: &[Field]) -> Result<Input, Failure> {
    let content_type = request.headers().get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes);
    // A body without a type is text (RFC 2045, section 5.2), which is not accepted.
    let content_type = String::from_utf8_lossy(content_type.unwrap_or(b"text/plain"));
    parse(&read(payload).await?, &content_type, fields)
}

fn parse(body: &Bytes, content_type: &str, fields: &[Field]) -> Result<Input, Failure> {
    let media_type = MediaType::parse(content_type);
    // DRF looks at the length first: an empty body is an empty form or object, whatever its type.
    if body.is_empty() {
        return Ok(match media_type {
            Some(media_type) if is_form(&media_type) => Input::Form(Vec::new()),
            _ => Input::empty(),
        });
    }
    let unsupported = || Failure::UnsupportedMediaType { media_type: content_type.to_owned() };
    let media_type = media_type.ok_or_else(unsupported)?;
    let charset = Charset::of(&media_type);
    if media_type.covers("application/json") {
        json::parse(body, charset, fields)
    } else if media_type.covers("application/x-www-form-urlencoded") {
        form::parse(body, charset, fields)
    } else if media_type.covers("multipart/form-data") {
        multipart::parse(body, content_type, &media_type, fields)
    } else {
        Err(unsupported())
    }
}

async fn read(mut payload: Payload) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        body.extend_from_slice(&chunk.map_err(bounds::failure)?);
    }
    Ok(body.freeze())
}

/// Reads a form. Like Django's own views, treats any other body as an empty one.
///
/// # Errors
/// 400 where it cannot be parsed; 408, 413 and 503 by [`BodyBounds`].
pub async fn read_form(request: &HttpRequest, payload: Payload, fields: &[Field]) -> Result<Input, Failure> {
    let content_type = request.headers().get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes);
    let content_type = String::from_utf8_lossy(content_type.unwrap_or_default());
    let is_form = MediaType::parse(&content_type).is_some_and(|media_type| is_form(&media_type));
    // It is read in any case: an unread body would be read as the next request.
    let input = read_input(request, payload, fields).await;
    match input {
        Err(Failure::Parse(_) | Failure::UnsupportedMediaType { .. }) | Ok(_) if !is_form => {
            Ok(Input::empty())
        }
        outcome => outcome,
    }
}

fn is_form(media_type: &MediaType<'_>) -> bool {
    media_type.covers("application/x-www-form-urlencoded") || media_type.covers("multipart/form-data")
}

fn is_wanted_of_form(fields: &[Field], name: &str) -> bool {
    wanted(fields, name).is_some() || name == csrf::FIELD
}

/// The field that a member is for.
fn wanted<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find(|field| field.name == name && !field.read_only)
}
