//! The account in tokens of djangorestframework-jwt and drf-jwt.

mod payload;
mod wire;

use serde_json::Value;

pub use wire::TokenWire;

use super::claims::VerifiedToken;
use super::subject::{Subject, SubjectError};

/// The account that a token of Django's packages is issued to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DjangoSubject<'a> {
    /// The account's primary key.
    pub user_id: i64,
    /// The account's name.
    pub username: &'a str,
    /// The account's email address; may be empty.
    pub email: &'a str,
}

/// The account that a verified token of Django's packages names: both its id and its name must be the account's. Whether
/// it exists, only a store knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DjangoAccount {
    /// The account's primary key.
    pub id: i64,
    /// The account's name.
    pub username: String,
}

impl Subject for DjangoAccount {
    /// Reads it as djangorestframework-jwt does: a value that Python takes for false names no account.
    fn read(token: &VerifiedToken) -> Result<Self, SubjectError> {
        let name = match &token.username {
            None | Some(Value::Null | Value::Bool(false)) => return Err(SubjectError::Missing),
            Some(Value::String(name)) if name.is_empty() => return Err(SubjectError::Missing),
            Some(Value::Array(items)) if items.is_empty() => return Err(SubjectError::Missing),
            Some(Value::Object(members)) if members.is_empty() => return Err(SubjectError::Missing),
            Some(Value::Number(number)) if number.as_f64() == Some(0.0) => {
                return Err(SubjectError::Missing);
            }
            Some(Value::String(name)) => Some(name),
            Some(_) => None,
        };
        // If a name passes to another account, its tokens do not: the id is required, and must be that account's.
        match (token.user_id, name) {
            (Some(id), Some(username)) => Ok(Self { id, username: username.clone() }),
            _ => Err(SubjectError::Unreadable),
        }
    }
}
