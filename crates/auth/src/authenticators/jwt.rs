//! Who is calling, by a JSON Web Token in a header or a cookie.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use time::Duration;

use super::header::{Credentials, credentials};
use crate::account_ref::AccountRef;
use crate::chain::{Attempt, Authenticator};
use crate::clock::Clock;
use crate::outcome::{Challenge, Outcome, Rejection};
use crate::request_head::RequestHead;
use crate::revocation::{Revocations, facts_of_verified};
use crate::store::{Resolution, StoreError, UserStore};
use crate::tokens::{Subject, TokenVerifier, TokenWire};

/// Verifies the token in `Authorization: JWT …` (RFC 9110, section 11.6.2), or in a cookie (RFC 6265, section 5.4) where one
/// is named and the header is absent. With the prefix `Bearer` it is that of RFC 6750, section 2.1.
///
/// What callers are told is the `JSONWebTokenAuthentication` of the package that the verifier's policy names, to the
/// letter: djangorestframework-jwt 1.11, or drf-jwt 1.19.
pub struct JwtAuthenticator<U> {
    prefix: String,
    cookie: Option<String>,
    verifier: Arc<TokenVerifier>,
    users: Users<U>,
    clock: Arc<dyn Clock>,
}

/// Who looks accounts up.
enum Users<U> {
    Plain(Arc<dyn UserStore<User = U>>),
    Revocable { users: Arc<dyn Revocations<User = U>>, lifetime: Duration },
}

/// The `Authorization` header, where it says anything.
fn authorization<'a>(head: &RequestHead<'a>) -> Option<Cow<'a, [u8]>> {
    head.header("authorization").filter(|value| !value.trim_ascii().is_empty())
}

impl<U> JwtAuthenticator<U> {
    /// Accepts tokens that `verifier` accepts, of accounts that `users` knows, behind the scheme `JWT`.
    #[must_use]
    pub fn new(
        verifier: Arc<TokenVerifier>,
        users: Arc<dyn UserStore<User = U>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self::over(verifier, Users::Plain(users), clock)
    }

    /// Accepts tokens that `verifier` accepts and that `users` does not hold for [revoked](crate::revocation). A token
    /// without `iat` counts as issued `lifetime` before it ends: the longest with which a token that still lives was
    /// issued.
    #[must_use]
    pub fn with_revocations(
        verifier: Arc<TokenVerifier>,
        users: Arc<dyn Revocations<User = U>>,
        lifetime: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self::over(verifier, Users::Revocable { users, lifetime }, clock)
    }

    fn over(verifier: Arc<TokenVerifier>, users: Users<U>, clock: Arc<dyn Clock>) -> Self {
        Self { prefix: "JWT".to_owned(), cookie: None, verifier, users, clock }
    }

    /// Another scheme than `JWT`, compared without regard to case: `Bearer`.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Also reads the token from this cookie, where there is no `Authorization` header. Unsafe methods then need a
    /// [CSRF check](crate::csrf), which djangorestframework-jwt does without.
    #[must_use]
    pub fn with_cookie(mut self, name: impl Into<String>) -> Self {
        self.cookie = Some(name.into());
        self
    }

    fn wire(&self) -> TokenWire {
        self.verifier.policy().wire
    }

    /// The `Authorization` header, where it counts: drf-jwt looks at the cookie wherever the header is not of two parts with
    /// one space between.
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

    /// The token that the request carries.
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

    /// What stands behind the scheme, where the scheme is ours.
    fn credentials<'h>(&self, header: &'h [u8]) -> Result<Option<&'h [u8]>, Rejection> {
        match credentials(header, &self.prefix) {
            Credentials::None => Ok(None),
            Credentials::Given(token) => Ok(Some(token)),
            Credentials::Missing => Err(Rejection::unauthenticated(
                "Invalid Authorization header. No credentials provided.",
                "the header has a scheme and no token",
            )),
            Credentials::Spaced => Err(Rejection::unauthenticated(
                "Invalid Authorization header. Credentials string should not contain spaces.",
                "the header has more than two parts",
            )),
        }
    }

    /// The account that a good token names.
    fn subject(&self, token: &[u8]) -> Result<AccountRef, Rejection> {
        let verified = self
            .verifier
            .verify(token, self.clock.now())
            .map_err(|error| Rejection::unauthenticated(error.detail(self.wire()), error.to_string()))?;
        match verified.subject {
            Subject::Account(account) => Ok(account),
            Subject::Unnamed => {
                Err(Rejection::unauthenticated("Invalid payload.", "the token names no account"))
            }
            Subject::Unresolvable => Err(Rejection::unknown_account(self.wire())),
        }
    }

    async fn resolve(&self, token: &[u8], account: AccountRef) -> Result<Resolution<U>, StoreError> {
        match &self.users {
            Users::Plain(users) => users.resolve(account).await,
            Users::Revocable { users, lifetime } => match facts_of_verified(token, *lifetime) {
                Some(facts) => users.resolve(account, facts).await,
                None => Ok(Resolution::Revoked),
            },
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
            let account = match self.subject(&token) {
                Ok(account) => account,
                Err(rejection) => return Ok(Outcome::Rejected(rejection)),
            };
            Ok(match self.resolve(&token, account).await? {
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
}

impl<U> fmt::Debug for JwtAuthenticator<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtAuthenticator")
            .field("prefix", &self.prefix)
            .field("cookie", &self.cookie)
            .finish_non_exhaustive()
    }
}
