//! Authentication by a JSON Web Token in a header or a cookie.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::header::{Credentials, credentials};
use crate::chain::{Attempt, Authenticator};
use crate::clock::Clock;
use crate::csrf::CsrfToken;
use crate::outcome::{Challenge, Outcome, Rejection};
use crate::request_head::RequestHead;
use crate::store::{Resolution, UserStore};
use crate::tokens::{Subject, TokenVerifier, TokenWire, VerifiedToken};

/// Verifies the token in `Authorization: JWT …` (RFC 9110, section 11.6.2), or in a cookie (RFC 6265, section 5.4) if one
/// is configured and the header is absent. With the prefix `Bearer` the header is that of RFC 6750, section 2.1.
///
/// Error messages are, to the letter, those of `JSONWebTokenAuthentication` in the package that the verifier's
/// [policy](crate::tokens::TokenPolicy::wire) names: djangorestframework-jwt 1.11 or drf-jwt 1.19.
pub struct JwtAuthenticator<U> {
    prefix: String,
    cookie: Option<String>,
    verifier: Arc<TokenVerifier>,
    users: Arc<dyn UserStore<User = U>>,
    clock: Arc<dyn Clock>,
}

/// The `Authorization` header, if it is not empty.
fn authorization<'a>(head: &RequestHead<'a>) -> Option<Cow<'a, [u8]>> {
    head.header("authorization").filter(|value| !value.trim_ascii().is_empty())
}

impl<U> JwtAuthenticator<U> {
    /// Accepts tokens with the scheme `JWT` that `verifier` accepts and whose account `users` resolves.
    #[must_use]
    pub fn new(
        verifier: Arc<TokenVerifier>,
        users: Arc<dyn UserStore<User = U>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { prefix: "JWT".to_owned(), cookie: None, verifier, users, clock }
    }

    /// Expects another scheme than `JWT`, such as `Bearer`. It is compared without regard to case.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Also reads the token from this cookie, if there is no `Authorization` header. Unsafe methods then need a
    /// [CSRF check](crate::csrf), which djangorestframework-jwt does not have.
    #[must_use]
    pub fn with_cookie(mut self, name: impl Into<String>) -> Self {
        self.cookie = Some(name.into());
        self
    }

    fn wire(&self) -> TokenWire {
        self.verifier.policy().wire
    }

    /// The `Authorization` header, unless it is ignored: drf-jwt reads the cookie if the header is not two parts with one
    /// space between.
    fn header<'a>(&self, head: &RequestHead<'a>) -> Option<Cow<'a, [u8]>> {
        let header = authorization(head)?;
        match self.wire() {
            TokenWire::DjangorestframeworkJwt => Some(header),
            TokenWire::DrfJwt => {
                let is_pair = header.split(|byte| *byte == b' ').count() == 2;
                (is_pair && std::str::from_utf8(&header).is_ok()).then_some(header)
            }
        }
    }

    /// The token of the request.
    fn token<'a>(&self, head: &RequestHead<'a>) -> Result<Option<Cow<'a, [u8]>>, Rejection> {
        let Some(header) = self.header(head) else {
            let cookie = self.cookie.as_deref().and_then(|name| head.cookie(name));
            return Ok(cookie.map(|token| Cow::Owned(token.into_bytes())));
        };
        match header {
            Cow::Borrowed(bytes) => Ok(self.credentials(bytes)?.map(Cow::Borrowed)),
            Cow::Owned(bytes) => Ok(self.credentials(&bytes)?.map(|token| Cow::Owned(token.to_vec()))),
        }
    }

    /// What follows the scheme; `None` with another scheme.
    fn credentials<'h>(&self, header: &'h [u8]) -> Result<Option<&'h [u8]>, Rejection> {
        match credentials(header, &self.prefix) {
            Credentials::None => Ok(None),
            Credentials::One(token) => Ok(Some(token)),
            Credentials::Missing => Err(Rejection::unauthenticated(
                "Invalid Authorization header. No credentials provided.",
                "the header has a scheme and no token",
            )),
            Credentials::Several => Err(Rejection::unauthenticated(
                "Invalid Authorization header. Credentials string should not contain spaces.",
                "the header has more than two parts",
            )),
        }
    }
}

impl<U: Send> Authenticator<U> for JwtAuthenticator<U> {
    fn name(&self) -> &'static str {
        "jwt"
    }

    fn authenticate<'a>(&'a self, head: &'a RequestHead<'a>) -> Attempt<'a, U> {
        Box::pin(async move {
            let token = match self.token(head) {
                Ok(Some(token)) => token,
                Ok(None) => return Ok(Outcome::NotAttempted),
                Err(rejection) => return Ok(Outcome::Rejected(rejection)),
            };
            let VerifiedToken { subject, facts, .. } = match self.verifier.verify(&token, self.clock.now()) {
                Ok(verified) => verified,
                Err(error) => {
                    let detail = error.detail(self.wire());
                    return Ok(Outcome::Rejected(Rejection::unauthenticated(detail, error.to_string())));
                }
            };
            let resolution = match subject {
                Subject::Account(account) => self.users.resolve(account, facts).await?,
                Subject::Unresolvable => Resolution::Unknown,
                Subject::Unnamed => {
                    let rejection =
                        Rejection::unauthenticated("Invalid payload.", "the token names no account");
                    return Ok(Outcome::Rejected(rejection));
                }
            };
            Ok(match resolution {
                Resolution::Active(user) => Outcome::Verified(user),
                Resolution::Disabled => Outcome::Rejected(Rejection::disabled_account()),
                Resolution::Unknown => Outcome::Rejected(Rejection::unknown_account(self.wire())),
                Resolution::Revoked => Outcome::Rejected(Rejection::revoked_token(self.wire())),
            })
        })
    }

    fn challenge(&self) -> Option<Challenge> {
        Some(Challenge::new(&self.prefix, "api"))
    }

    fn reads_session_cookie(&self) -> bool {
        false
    }

    fn relies_on_cookie(&self, head: &RequestHead<'_>) -> bool {
        self.cookie.is_some() && self.header(head).is_none()
    }

    fn csrf_token(&self, head: &RequestHead<'_>) -> Option<CsrfToken> {
        Some(CsrfToken::for_session(head.cookie(self.cookie.as_deref()?)?.as_bytes()))
    }
}

impl<U> fmt::Debug for JwtAuthenticator<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtAuthenticator")
            .field("prefix", &self.prefix)
            .field("cookie", &self.cookie)
            .finish_non_exhaustive()
    }
}
