//! Who is calling, by name and password with every request (RFC 7617).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, Engine};

use super::header::{Credentials, credentials};
use crate::chain::Authenticator;
use crate::outcome::{Challenge, Outcome, Rejection};
use crate::passwords::Password;
use crate::request_head::RequestHead;
use crate::store::{BoxFuture, CredentialStore, StoreError};

/// Trailing bits are passed over, as Python does.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Verifies the name and the password in `Authorization: Basic …`.
///
/// What callers are told is REST framework's `BasicAuthentication`, to the letter. Names and passwords are read as
/// Latin-1, as it reads them: the bytes of UTF-8 are other characters there.
pub struct BasicAuthenticator<U> {
    store: Arc<dyn CredentialStore<User = U>>,
}

impl<U> BasicAuthenticator<U> {
    /// Accepts what `store` accepts.
    #[must_use]
    pub const fn new(store: Arc<dyn CredentialStore<User = U>>) -> Self {
        Self { store }
    }
}

/// The name and the password of a header.
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
        Credentials::Spaced => {
            return Err(Rejection::unauthenticated(
                "Invalid basic header. Credentials string should not contain spaces.",
                "the header has more than two parts",
            ));
        }
        Credentials::Given(encoded) => encoded,
    };
    let decoded = decode(encoded).ok_or_else(|| {
        Rejection::unauthenticated(
            "Invalid basic header. Credentials not correctly base64 encoded.",
            "the credentials are no base64",
        )
    })?;
    let text: String = decoded.into_iter().map(char::from).collect();
    let (name, password) = text.split_once(':').unwrap_or((&text, ""));
    Ok(Some((name.to_owned(), Password::new(password))))
}

/// Python's `base64.b64decode`: what is not in the alphabet is passed over, and so is all behind the padding; what is
/// left must make whole groups.
fn decode(encoded: &[u8]) -> Option<Vec<u8>> {
    let mut digits = Vec::with_capacity(encoded.len());
    let mut padding = 0;
    for byte in encoded {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                digits.push(*byte);
                padding = 0;
            }
            b'=' if digits.len() % 4 >= 2 => {
                padding += 1;
                if digits.len() % 4 + padding >= 4 {
                    return BASE64.decode(&digits).ok();
                }
            }
            _ => {}
        }
    }
    if digits.len() % 4 == 0 { BASE64.decode(&digits).ok() } else { None }
}

impl<U: Send> Authenticator<U> for BasicAuthenticator<U> {
    fn name(&self) -> &'static str {
        "basic"
    }

    fn authenticate<'a>(
        &'a self,
        head: &'a RequestHead<'a>,
    ) -> BoxFuture<'a, Result<Outcome<U>, StoreError>> {
        Box::pin(async move {
            let (username, password) = match parse(head) {
                Ok(Some(given)) => given,
                Ok(None) => return Ok(Outcome::NotAttempted),
                Err(rejection) => return Ok(Outcome::Rejected(rejection)),
            };
            Ok(match self.store.verify(username, password).await? {
                Some(user) => Outcome::Verified(user),
                None => Outcome::Rejected(Rejection::unauthenticated(
                    "Invalid username/password.",
                    "no active account has this name and this password",
                )),
            })
        })
    }

    fn challenge(&self) -> Option<Challenge> {
        Some(Challenge::new("Basic", "api"))
    }

    fn reads_session_cookie(&self) -> bool {
        false
    }
}

impl<U> fmt::Debug for BasicAuthenticator<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BasicAuthenticator")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_python_reads_it() {
        for (encoded, decoded) in [
            ("", Some("")),
            ("!!!", Some("")),
            ("YTpi", Some("a:b")),
            ("Y!T\u{7f}pi", Some("a:b")),
            ("YTo=", Some("a:")),
            ("YTo", None),
            ("YQ==", Some("a")),
            ("YQ=", None),
            ("YQ", None),
            ("Y", None),
            ("YQ==YQ==", Some("a")),
            ("=YTpi", Some("a:b")),
            ("Y===", None),
            ("YR==", Some("a")),
            ("Y_Tpi", Some("a:b")),
        ] {
            assert_eq!(decode(encoded.as_bytes()), decoded.map(|text| text.as_bytes().to_vec()), "{encoded}");
        }
    }
}
