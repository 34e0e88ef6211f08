//! Authentication by name and password with every request (RFC 7617).

use std::borrow::Cow;
use std::fmt;

use super::header::{Credentials, credentials};
use crate::chain::Authenticator;
use crate::outcome::{Challenge, Outcome, Rejection};
use crate::passwords::Password;
use crate::python_base64;
use crate::request_head::RequestHead;
use crate::store::{CredentialOutcome, CredentialStore, StoreError};

/// Verifies the name and the password in `Authorization: Basic …` (RFC 7617), which come with every request.
///
/// Error messages are, to the letter, those of DRF's `BasicAuthentication`. Names and passwords are decoded as
/// Latin-1, as DRF does: UTF-8 is read as other characters.
pub struct BasicAuthenticator<S> {
    store: S,
}

impl<S> BasicAuthenticator<S> {
    /// Accepts the names and passwords that `store` verifies.
    #[must_use]
    pub const fn new(store: S) -> Self {
        Self { store }
    }
}

/// The name and the password of a request.
fn parse(head: &RequestHead<'_>) -> Result<Option<(String, Password)>, Rejection> {
    let header = head.header("authorization").unwrap_or(Cow::Borrowed(b""));
    let encoded = match credentials(&header, "basic") {
        Credentials::None => return Ok(None),
        Credentials::Missing => {
            return Err(Rejection::unauthenticated(
                "Invalid basic header. No credentials provided.",
                "the header has a scheme and no credentials",
            ));
        }
        Credentials::Several => {
            return Err(Rejection::unauthenticated(
                "Invalid basic header. Credentials string should not contain spaces.",
                "the header has more than two parts",
            ));
        }
        Credentials::One(encoded) => encoded,
    };
    let decoded = python_base64::decode(encoded).ok_or_else(|| {
        Rejection::unauthenticated(
            "Invalid basic header. Credentials not correctly base64 encoded.",
            "the credentials are not base64",
        )
    })?;
    let text: String = decoded.into_iter().map(char::from).collect();
    let (name, password) = text.split_once(':').unwrap_or((&text, ""));
    Ok(Some((name.to_owned(), Password::new(password))))
}

impl<S: CredentialStore> Authenticator<S::User> for BasicAuthenticator<S> {
    fn name(&self) -> &'static str {
        "basic"
    }

    async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<S::User>, StoreError> {
        let (username, password) = match parse(head) {
            Ok(Some(given)) => given,
            Ok(None) => return Ok(Outcome::NotAttempted),
            Err(rejection) => return Ok(Outcome::Rejected(rejection)),
        };
        Ok(match self.store.verify(username, password, head.client()).await? {
            CredentialOutcome::Verified(user) => Outcome::Verified(user),
            CredentialOutcome::Refused => Outcome::Rejected(Rejection::unauthenticated(
                "Invalid username/password.",
                "no active account has this name and this password",
            )),
            CredentialOutcome::Throttled(throttled) => Outcome::Rejected(Rejection::throttled(throttled)),
        })
    }

    fn scheme(&self) -> Option<&str> {
        Some("Basic")
    }

    fn challenge(&self) -> Option<Challenge> {
        Some(Challenge::new("Basic", "api"))
    }

    fn reads_session_cookie(&self) -> bool {
        false
    }

    fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool {
        false
    }
}

impl<S> fmt::Debug for BasicAuthenticator<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BasicAuthenticator")
    }
}
