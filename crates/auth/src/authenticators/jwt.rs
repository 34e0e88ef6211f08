//! Authentication by a JSON Web Token in a header or a cookie.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::header::{Credentials, credentials};
use crate::chain::Authenticator;
use crate::clock::{Clock, SystemClock};
use crate::csrf::CsrfToken;
use crate::outcome::{Challenge, Outcome, Rejection};
use crate::request_head::RequestHead;
use crate::store::{Resolution, StoreError, UserStore};
#[cfg(feature = "django")]
use crate::tokens::TokenWire;
use crate::tokens::{ClaimsProfile, SubjectError, TokenVerifier};

/// Verifies the token in `Authorization: Bearer …` (RFC 6750, section 2.1), or in a cookie (RFC 6265, section 5.4) if one
/// is configured and the header is absent.
///
/// A chain can have several with the same scheme: one for each issuer, whose verifiers expect different
/// [issuers](crate::tokens::TokenPolicy::issuer), and beside them an
/// [`ApiKeyAuthenticator`](super::ApiKeyAuthenticator). A token of another issuer, and what is not a JSON Web Token at all,
/// is passed on to the next of them.
///
/// In the profiles of Django's packages the scheme is `JWT`, and error messages are, to the letter, those of
/// `JSONWebTokenAuthentication` in djangorestframework-jwt 1.11 or drf-jwt 1.19.
pub struct JwtAuthenticator<S> {
    prefix: String,
    cookie: Option<String>,
    verifier: Arc<TokenVerifier>,
    users: S,
    clock: Arc<dyn Clock>,
}

/// The `Authorization` header, if it is not empty.
fn authorization<'a>(head: &RequestHead<'a>) -> Option<Cow<'a, [u8]>> {
    head.header("authorization").filter(|value| !value.trim_ascii().is_empty())
}

impl<S> JwtAuthenticator<S> {
    /// Accepts tokens that `verifier` accepts and whose account `users` resolves.
    #[must_use]
    pub fn new(verifier: impl Into<Arc<TokenVerifier>>, users: S) -> Self {
        let verifier = verifier.into();
        let prefix = match verifier.policy().profile {
            ClaimsProfile::Registered => "Bearer",
            #[cfg(feature = "django")]
            ClaimsProfile::Django(_) => "JWT",
        };
        let clock = Arc::new(SystemClock);
        Self { prefix: prefix.to_owned(), cookie: None, verifier, users, clock }
    }

    /// With another clock than the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Expects another scheme in `Authorization`. It is compared without regard to case.
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

    fn profile(&self) -> ClaimsProfile {
        self.verifier.policy().profile
    }

    /// The `Authorization` header, unless it is ignored: drf-jwt reads the cookie if the header is not two parts with one
    /// space between.
    fn header<'a>(&self, head: &RequestHead<'a>) -> Option<Cow<'a, [u8]>> {
        let header = authorization(head)?;
        match self.profile() {
            #[cfg(feature = "django")]
            ClaimsProfile::Django(TokenWire::DrfJwt) => {
                let is_pair = header.split(|byte| *byte == b' ').count() == 2;
                (is_pair && std::str::from_utf8(&header).is_ok()).then_some(header)
            }
            _ => Some(header),
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

impl<S: UserStore> Authenticator<S::User> for JwtAuthenticator<S> {
    fn name(&self) -> &'static str {
        super::JWT
    }

    async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<S::User>, StoreError> {
        let token = match self.token(head) {
            Ok(Some(token)) => token,
            Ok(None) => return Ok(Outcome::NotAttempted),
            Err(rejection) => return Ok(Outcome::Rejected(rejection)),
        };
        let verified = match self.verifier.verify_remote(&token, self.clock.now()).await? {
            Ok(verified) => verified,
            Err(error) => {
                let detail = error.detail(self.profile());
                let rejection = Rejection::unauthenticated(detail, error.to_string());
                let is_of_another = self.verifier.is_of_another(&token);
                return Ok(Outcome::Rejected(if is_of_another { rejection.of_another() } else { rejection }));
            }
        };
        let resolution = match verified.subject::<S::Id>() {
            Ok(id) => self.users.resolve(id, verified).await?,
            Err(SubjectError::Unreadable) => Resolution::Unknown,
            Err(SubjectError::Missing) => {
                let detail = match self.profile() {
                    ClaimsProfile::Registered => "The token is invalid.",
                    #[cfg(feature = "django")]
                    ClaimsProfile::Django(_) => "Invalid payload.",
                };
                let rejection = Rejection::unauthenticated(detail, "the token names no account");
                return Ok(Outcome::Rejected(rejection));
            }
        };
        Ok(resolution.accept(self.profile()).map_or_else(Outcome::Rejected, Outcome::Verified))
    }

    fn scheme(&self) -> Option<&str> {
        Some(&self.prefix)
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

impl<S> fmt::Debug for JwtAuthenticator<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtAuthenticator")
            .field("prefix", &self.prefix)
            .field("cookie", &self.cookie)
            .finish_non_exhaustive()
    }
}
