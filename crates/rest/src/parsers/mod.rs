//! From a request's body to an [`Input`].

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
use crate::pages::api::note;

pub use body::RequestBody;
pub use bounds::{BodyBounds, ReceivedBody};

/// Reads and parses a body by its `Content-Type`. Of its members only those of `fields` are kept, and of a form's its
/// CSRF token: what nobody asks for costs no memory.
///
/// # Errors
/// 400 where it cannot be parsed, 415; 408, 413 and 503 by [`BodyBounds`].
pub async fn read_input(request: &HttpRequest, payload: Payload, fields: &[Field]) -> Result<Input, Failure> {
    let content_type = request.headers().get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes);
    // A body that does not say what it is, is text (RFC 2045, section 5.2), which nothing here reads.
    let content_type = String::from_utf8_lossy(content_type.unwrap_or(b"text/plain"));
    let body = read(payload).await?;
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

async fn read(mut payload: Payload) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        body.extend_from_slice(&chunk.map_err(bounds::failure)?);
    }
    Ok(body.freeze())
}

/// Reads a body that is of use only where it is a form, as Django's own views do: any other is an empty one.
///
/// # Errors
/// 400 where it cannot be parsed; 408, 413 and 503 by [`BodyBounds`].
pub async fn read_form(request: &HttpRequest, payload: Payload, fields: &[Field]) -> Result<Input, Failure> {
    let content_type = request.headers().get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes);
    let content_type = String::from_utf8_lossy(content_type.unwrap_or_default());
    let media_type = MediaType::parse(&content_type);
    let is_form =
        media_type.covers("application/x-www-form-urlencoded") || media_type.covers("multipart/form-data");
    // Read all the same: what is left of it would be taken for the next request.
    let input = read_input(request, payload, fields).await;
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
