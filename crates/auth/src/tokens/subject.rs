//! What a token names.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use serde_json::Value;

use super::claims::VerifiedToken;
#[cfg(feature = "django")]
use super::django::DjangoSubject;

/// Why a token does not name a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubjectError {
    /// The claim is missing or empty.
    #[error("the token names no account")]
    Missing,
    /// The claim is there, but no account can have this name.
    #[error("the token names an account that cannot exist")]
    Unreadable,
}

/// What a verified token names, usually the id of an account.
///
/// Every type that implements [`FromStr`] is a subject, and is read from `sub`: `i64`, `String`, `uuid::Uuid`, your own.
/// For claims of another provider, implement it for a type of your own:
///
/// ```
/// use presspass_auth::tokens::{Subject, SubjectError, VerifiedToken};
/// use serde::Deserialize;
///
/// #[derive(Debug, Deserialize)]
/// struct Machine { client_id: String }
///
/// impl Subject for Machine {
///     fn read(token: &VerifiedToken) -> Result<Self, SubjectError> {
///         token.claims().map_err(|_| SubjectError::Missing)
///     }
/// }
/// ```
pub trait Subject: Sized {
    /// Reads it from the claims of a verified token.
    ///
    /// # Errors
    /// If the token does not name one.
    fn read(token: &VerifiedToken) -> Result<Self, SubjectError>;
}

impl<T: FromStr> Subject for T {
    fn read(token: &VerifiedToken) -> Result<Self, SubjectError> {
        match &token.sub {
            Some(Value::String(sub)) if !sub.is_empty() => sub.parse().map_err(|_| SubjectError::Unreadable),
            None | Some(Value::String(_) | Value::Null) => Err(SubjectError::Missing),
            Some(_) => Err(SubjectError::Unreadable),
        }
    }
}

/// The account that a token is issued to: its id, which is every type that implements [`Display`], or with the feature
/// `django` a `DjangoSubject`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSubject<'a>(pub(super) NewSubject<'a>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NewSubject<'a> {
    Sub(Cow<'a, str>),
    #[cfg(feature = "django")]
    Django(DjangoSubject<'a>),
}

impl<T: Display> From<T> for TokenSubject<'_> {
    fn from(id: T) -> Self {
        Self(NewSubject::Sub(id.to_string().into()))
    }
}

#[cfg(feature = "django")]
impl<'a> From<DjangoSubject<'a>> for TokenSubject<'a> {
    fn from(subject: DjangoSubject<'a>) -> Self {
        Self(NewSubject::Django(subject))
    }
}
