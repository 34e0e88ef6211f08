//! The failure type of all endpoints: status, body and reason for the log.

use std::time::Duration;

use actix_web::ResponseError as _;
use actix_web::http::StatusCode;
use presspass_auth::gate::{Refusal, RefusalCause};
use presspass_auth::throttles::Throttled;
use presspass_auth::{RejectionKind, StoreError};
use presspass_domain::causes;
use presspass_serializers::{Errors, FieldErrors};
use serde::Serialize;

/// Why a request fails. [`crate::answer`] is the one place that makes a response of it.
#[derive(Debug)]
pub enum Failure {
    /// 400: the body cannot be read.
    Parse(String),
    /// 400: fields are invalid.
    Invalid(Errors),
    /// 401 or 403: the gate refuses the caller.
    Refused(Refusal),
    /// 404.
    NotFound,
    /// 404: the list has no such page.
    InvalidPage,
    /// 404: the cursor is invalid.
    InvalidCursor,
    /// 405.
    MethodNotAllowed { method: String },
    /// 406.
    NotAcceptable,
    /// 408: the body did not arrive in time.
    BodyTimeout,
    /// 409: stored data does not allow it.
    Conflict { detail: String },
    /// 413.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// 415.
    UnsupportedMediaType { media_type: String },
    /// 429.
    Throttled(Throttled),
    /// 503: the same request may succeed later.
    Unavailable { retry_after: Duration, reason: String },
    /// 507: the storage is full.
    Full { reason: String },
    /// 500: a bug or a broken installation. The reason is logged, and not sent.
    Internal { reason: String },
}

/// `{"detail": "…"}`
#[derive(Serialize)]
pub(crate) struct Detail<'a> {
    detail: &'a str,
}

pub(crate) enum Body<'a> {
    Detail(String),
    Errors(&'a Errors),
}

impl Serialize for Body<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Detail(detail) => Detail { detail }.serialize(serializer),
            Self::Errors(errors) => errors.serialize(serializer),
        }
    }
}

impl Failure {
    /// Whether the gate refuses the caller, and other credentials may help.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_unauthenticated())
    }

    /// 503: a resource is exhausted for now.
    #[must_use]
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { retry_after: Duration::from_secs(1), reason: reason.into() }
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Parse(_) | Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Refused(refusal) => refusal.status_code(),
            Self::NotFound | Self::InvalidPage | Self::InvalidCursor => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Full { .. } => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(crate) fn body(&self) -> Body<'_> {
        Body::Detail(match self {
            Self::Invalid(errors) => return Body::Errors(errors),
            Self::Parse(detail) | Self::Conflict { detail } => detail.clone(),
            Self::Refused(refusal) => refusal.detail().into_owned(),
            Self::NotFound => "Not found.".to_owned(),
            Self::InvalidPage => "Invalid page.".to_owned(),
            Self::InvalidCursor => "Invalid cursor".to_owned(),
            Self::MethodNotAllowed { method } => format!("Method \"{method}\" not allowed."),
            Self::NotAcceptable => "Could not satisfy the request Accept header.".to_owned(),
            Self::BodyTimeout => "The request's body did not arrive in time.".to_owned(),
            Self::TooLarge { limit } => format!("The request's body is larger than {limit} bytes."),
            Self::UnsupportedMediaType { media_type } => {
                format!("Unsupported media type \"{media_type}\" in request.")
            }
            Self::Throttled(throttled) => throttled.detail(),
            Self::Unavailable { .. } => "The service is temporarily unavailable.".to_owned(),
            Self::Full { .. } => "The storage is full.".to_owned(),
            Self::Internal { .. } => "A server error occurred.".to_owned(),
        })
    }

    /// The body's `detail`, where it has one.
    pub(crate) fn detail(&self) -> Option<String> {
        match self.body() {
            Body::Detail(detail) => Some(detail),
            Body::Errors(_) => None,
        }
    }

    /// What a user can do about a body that was not read; `None` where the detail says enough.
    pub(crate) fn advice(&self) -> Option<String> {
        match self {
            Self::TooLarge { limit } => Some(format!(
                "What you sent is larger than {}, so nothing was saved. Go back: your browser still has what you typed. \
                 Make it shorter, then send it again.",
                readable(*limit)
            )),
            Self::BodyTimeout => Some(GO_BACK.to_owned()),
            _ => None,
        }
    }

    /// The reason, for the log alone.
    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Unavailable { reason, .. } | Self::Full { reason } | Self::Internal { reason } => {
                Some(reason)
            }
            _ => None,
        }
    }
}

/// The page of a form that was not accepted.
pub(crate) const GO_BACK: &str = "Nothing was saved. Go back: your browser still has what you typed.";

/// A number of bytes with a readable unit.
fn readable(bytes: usize) -> String {
    const UNITS: [(usize, &str); 2] = [(1024 * 1024, "MB"), (1024, "KB")];
    let Some((unit, name)) = UNITS.into_iter().find(|(unit, _)| bytes >= *unit) else {
        return format!("{bytes} bytes");
    };
    // Rounded down, so that what is said to fit does fit.
    match (bytes / unit, bytes % unit * 10 / unit) {
        (whole, 0) => format!("{whole} {name}"),
        (whole, tenths) => format!("{whole}.{tenths} {name}"),
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::unavailable(causes(&error)),
            StoreError::Full(_) => Self::Full { reason: causes(&error) },
            _ => Self::Internal { reason: causes(&error) },
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal.cause() {
            RefusalCause::MethodNotAllowed(method) => Self::MethodNotAllowed { method: method.clone() },
            RefusalCause::Rejected(rejection) => match rejection.kind() {
                RejectionKind::Throttled(throttled) => Self::Throttled(throttled),
                _ => Self::Refused(refusal),
            },
            RefusalCause::Store(_) => match refusal.into_cause() {
                RefusalCause::Store(error) => error.into(),
                cause => Self::Internal { reason: format!("{cause:?}") },
            },
            _ => Self::Refused(refusal),
        }
    }
}

impl From<FieldErrors> for Failure {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(Errors::Fields(errors))
    }
}

impl From<Errors> for Failure {
    fn from(errors: Errors) -> Self {
        Self::Invalid(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_readable_units() {
        for (bytes, text) in [
            (2_621_440, "2.5 MB"),
            (1_048_576, "1 MB"),
            (16_384, "16 KB"),
            (2000, "1.9 KB"),
            (1023, "1023 bytes"),
        ] {
            assert_eq!(readable(bytes), text);
        }
    }

    #[test]
    fn the_reason_of_an_internal_error_is_not_sent() {
        let failure = Failure::Internal { reason: "no such table: posts_post".to_owned() };
        let Body::Detail(detail) = failure.body() else { panic!("no detail") };
        assert_eq!(detail, "A server error occurred.");
        assert_eq!(failure.reason(), Some("no such table: posts_post"));
    }

    #[test]
    fn throttled_callers_get_the_words_of_drf() {
        let Ok(rate) = presspass_auth::throttles::Rate::parse("1/m") else { panic!("it is a rate") };
        let failure = Failure::Throttled(rate.refusal(1, Some(0), 0));
        assert_eq!(failure.status().as_u16(), 429);
        let Body::Detail(detail) = failure.body() else { panic!("no detail") };
        assert_eq!(detail, "Request was throttled. Expected available in 60 seconds.");
        assert_eq!(failure.reason(), None);
    }
}
