//! Authentication by name and password with every request (RFC 7617).

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::header::{Credentials, credentials};
use crate::chain::Authenticator;
use crate::outcome::{Challenge, Outcome, Rejection};
use crate::passwords::Password;
use crate::request_head::RequestHead;
use crate::store::{CredentialOutcome, CredentialStore, StoreError};

/// Verifies the name and the password in `Authorization: Basic …` (RFC 7617), which come with every request.
///
/// Names and passwords are UTF-8, as the challenge tells clients (RFC 7617, section 2.1).
pub struct BasicAuthenticator<S> {
    store: S,
    encoding: Encoding,
}

/// How names and passwords are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    #[cfg(feature = "django")]
    Drf,
}

impl<S> BasicAuthenticator<S> {
    /// Accepts the names and passwords that `store` verifies.
    #[must_use]
    pub const fn new(store: S) -> Self {
        Self { store, encoding: Encoding::Utf8 }
    }

    /// Decodes names and passwords as DRF does up to 3.11: from Base64 as Python reads it, and as Latin-1, so that UTF-8 is
    /// read as other characters.
    #[cfg(feature = "django")]
    #[must_use]
    pub fn as_drf(self) -> Self {
        Self { encoding: Encoding::Drf, ..self }
    }
}

/// The name and the password of a request.
fn parse(head: &RequestHead<'_>, encoding: Encoding) -> Result<Option<(String, Password)>, Rejection> {
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
    let text = encoding.decode(encoded)?;
    let (name, password) = text.split_once(':').unwrap_or((&text, ""));
    Ok(Some((name.to_owned(), Password::new(password))))
}

impl Encoding {
    fn decode(self, encoded: &[u8]) -> Result<String, Rejection> {
        let decoded = match self {
            Self::Utf8 => STANDARD.decode(encoded).ok(),
            #[cfg(feature = "django")]
            Self::Drf => crate::python_base64::decode(encoded),
        };
        let decoded = decoded.ok_or_else(|| {
            Rejection::unauthenticated(
                "Invalid basic header. Credentials not correctly base64 encoded.",
                "the credentials are not base64",
            )
        })?;
        match self {
            Self::Utf8 => String::from_utf8(decoded).map_err(|_| {
                Rejection::unauthenticated(
                    "Invalid basic header. Credentials not correctly encoded as UTF-8.",
                    "the credentials are not UTF-8",
                )
            }),
            // Latin-1 has the first 256 characters of Unicode.
            #[cfg(feature = "django")]
            Self::Drf => Ok(decoded.into_iter().map(char::from).collect()),
        }
    }
}

impl<S: CredentialStore> Authenticator<S::User> for BasicAuthenticator<S> {
    fn name(&self) -> &'static str {
        super::BASIC
    }

    async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<S::User>, StoreError> {
        let (username, password) = match parse(head, self.encoding) {
            Ok(Some(given)) => given,
            Ok(None) => return Ok(Outcome::NotAttempted),
            Err(rejection) => return Ok(Outcome::Rejected(rejection)),
        };
        #[cfg(feature = "tracing")]
        if head.client().is_none() {
            static ONCE: std::sync::Once = std::sync::Once::new();
            ONCE.call_once(|| {
                tracing::warn!(
                    "addresses of clients unknown: failed logins of all clients are throttled together; axum needs \
                     into_make_service_with_connect_info"
                );
            });
        }
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
        let challenge = Challenge::new("Basic", "api");
        Some(match self.encoding {
            Encoding::Utf8 => challenge.with("charset", "UTF-8"),
            #[cfg(feature = "django")]
            Encoding::Drf => challenge,
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn given(credentials: &[u8], encoding: Encoding) -> Option<(String, String)> {
        let header = format!("Basic {}", STANDARD.encode(credentials));
        let headers = [("authorization", header.as_str())];
        let (name, password) = parse(&RequestHead::new("GET", "/", &headers), encoding).ok()??;
        Some((name, password.expose().to_owned()))
    }

    #[test]
    fn names_and_passwords_are_utf_8_unless_the_encoding_of_drf_is_asked_for() {
        let pair = |name: &str, password: &str| Some((name.to_owned(), password.to_owned()));
        assert_eq!(given("ada:pässword:€".as_bytes(), Encoding::Utf8), pair("ada", "pässword:€"));
        assert_eq!(given(b"ada:p\xe4ss", Encoding::Utf8), None);
        assert_eq!(given(b"ada:p\xe4ss", Encoding::Drf), pair("ada", "päss"));
        assert_eq!(given("ada:ä".as_bytes(), Encoding::Drf), pair("ada", "Ã¤"));
        assert_eq!(given(b"ada", Encoding::Utf8), pair("ada", ""));
    }
}
