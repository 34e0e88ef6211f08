//! The response to a request that a gate refuses.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::format::RefusalStyle;
use crate::outcome::{Challenge, Rejection, RejectionKind};
use crate::store::StoreError;
use crate::throttles::Throttled;

/// Why a request is refused, and the response to its client, in the [format](super::ErrorFormat) of the gate.
///
/// As an error it is for the log, with a store's error as its source. The client sees [`body`](Self::body), which
/// never contains an internal reason.
#[derive(Debug)]
pub struct Refusal {
    cause: RefusalCause,
    varies_on_cookie: bool,
    /// Whether another authenticator than that of the challenge has rejected the credentials.
    is_of_another_scheme: bool,
    /// Problem details without a challenge if there is none.
    style: Option<Arc<RefusalStyle>>,
}

/// Why a request is refused: for a service that has responses of its own for everything.
#[derive(Debug)]
#[non_exhaustive]
pub enum RefusalCause {
    /// The credentials are invalid, must not be used in this way, or were not verified.
    Rejected(Rejection),
    /// The caller is anonymous, and an account is required.
    NotAuthenticated,
    /// The caller does not have the permission.
    PermissionDenied,
    /// No permission is known for this method.
    MethodNotAllowed(String),
    /// A store cannot answer. This says nothing about the caller.
    Store(StoreError),
    /// No middleware for this account type has authenticated the request.
    NoMiddleware,
}

/// The methods for which a permission can be known (DRF's `perms_map`).
const ALLOW: &str = "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS";
/// After how many seconds a client may try again. An unavailable store is tried again at every request.
const RETRY_AFTER: &str = "1";

impl Refusal {
    const fn new(cause: RefusalCause) -> Self {
        Self { cause, varies_on_cookie: false, is_of_another_scheme: false, style: None }
    }

    pub(crate) fn of(cause: RefusalCause, style: &Arc<RefusalStyle>) -> Self {
        Self { style: Some(Arc::clone(style)), ..Self::new(cause) }
    }

    /// An extractor runs without the middleware that provides the account.
    #[cfg(any(feature = "actix", feature = "tower"))]
    pub(crate) fn no_middleware() -> Self {
        let refusal = Self::new(RefusalCause::NoMiddleware);
        #[cfg(feature = "tracing")]
        tracing::error!("{refusal}");
        refusal
    }

    #[cfg(feature = "actix")]
    pub(crate) const fn is_no_middleware(&self) -> bool {
        matches!(self.cause, RefusalCause::NoMiddleware)
    }

    pub(super) const fn by_another_scheme(mut self, is_of_another: bool) -> Self {
        self.is_of_another_scheme = is_of_another;
        self
    }

    pub(super) const fn varying_on_cookie(mut self, varies: bool) -> Self {
        self.varies_on_cookie = varies;
        self
    }

    /// Why the request is refused.
    #[must_use]
    pub const fn cause(&self) -> &RefusalCause {
        &self.cause
    }

    /// Why the request is refused, without the response.
    #[must_use]
    pub fn into_cause(self) -> RefusalCause {
        self.cause
    }

    /// Whether other credentials may help: there are none, or they are invalid. With a challenge this is a 401, without
    /// one a 403.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        match &self.cause {
            RefusalCause::Rejected(rejection) => rejection.kind() == RejectionKind::Unauthenticated,
            RefusalCause::NotAuthenticated => true,
            _ => false,
        }
    }

    /// Whether credentials were rejected that are of the challenge's scheme (RFC 6750, section 3.1).
    #[must_use]
    pub fn is_rejected_challenge(&self) -> bool {
        matches!(self.cause, RefusalCause::Rejected(_))
            && self.is_unauthenticated()
            && !self.is_of_another_scheme
    }

    /// Whether the response depends on a cookie and must have `Vary: Cookie`, which is among its
    /// [headers](Self::headers).
    #[must_use]
    pub const fn varies_on_cookie(&self) -> bool {
        self.varies_on_cookie
    }

    /// The value of `WWW-Authenticate` (RFC 9110, section 11.6.1); `None` unless the status is 401.
    #[must_use]
    pub fn challenge(&self) -> Option<Challenge> {
        let style = self.style.as_deref().filter(|_| self.is_unauthenticated())?;
        Some(style.format().challenge(style.challenge()?.clone(), self))
    }

    fn has_challenge(&self) -> bool {
        self.style.as_deref().is_some_and(|style| style.challenge().is_some())
    }

    fn throttled(&self) -> Option<Throttled> {
        match &self.cause {
            RefusalCause::Rejected(rejection) => match rejection.kind() {
                RejectionKind::Throttled(throttled) => Some(throttled),
                RejectionKind::Unauthenticated | RejectionKind::Forbidden => None,
            },
            _ => None,
        }
    }

    /// The HTTP status: 401 for invalid or missing credentials, or 403 if the chain's first authenticator has no
    /// challenge; 403 without permission; 405; 429 after too many failures; 503 for a store that is unavailable, 507
    /// for one that is full, else 500.
    #[must_use]
    pub fn status(&self) -> u16 {
        match &self.cause {
            RefusalCause::Rejected(_) | RefusalCause::NotAuthenticated if self.is_unauthenticated() => {
                if self.has_challenge() { 401 } else { 403 }
            }
            RefusalCause::Rejected(_) if self.throttled().is_some() => 429,
            RefusalCause::Rejected(_) | RefusalCause::NotAuthenticated | RefusalCause::PermissionDenied => {
                403
            }
            RefusalCause::MethodNotAllowed(_) => 405,
            RefusalCause::Store(StoreError::Unavailable(_)) => 503,
            RefusalCause::Store(StoreError::Full(_)) => 507,
            RefusalCause::Store(StoreError::Failed(_)) | RefusalCause::NoMiddleware => 500,
        }
    }

    /// The message for the client.
    #[must_use]
    pub fn detail(&self) -> Cow<'_, str> {
        match &self.cause {
            RefusalCause::Rejected(rejection) => rejection.detail().into(),
            RefusalCause::NotAuthenticated => "Authentication credentials were not provided.".into(),
            RefusalCause::PermissionDenied => "You do not have permission to perform this action.".into(),
            RefusalCause::MethodNotAllowed(method) => format!("Method \"{method}\" not allowed.").into(),
            RefusalCause::Store(StoreError::Unavailable(_)) => {
                "The service is temporarily unavailable.".into()
            }
            RefusalCause::Store(StoreError::Full(_)) => "The storage is full.".into(),
            RefusalCause::Store(StoreError::Failed(_)) | RefusalCause::NoMiddleware => {
                "A server error occurred.".into()
            }
        }
    }

    /// The headers, with names in lower case: `Content-Type` and, if they apply, `WWW-Authenticate` (RFC 9110,
    /// section 11.6.1), `Allow`, `Retry-After` in seconds and `Vary`.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, Cow<'static, str>)> {
        let mut headers = vec![("content-type", Cow::Borrowed(self.style().content_type()))];
        headers.extend(self.challenge().map(|challenge| ("www-authenticate", challenge.to_string().into())));
        match &self.cause {
            RefusalCause::MethodNotAllowed(_) => headers.push(("allow", ALLOW.into())),
            RefusalCause::Store(StoreError::Unavailable(_)) => {
                headers.push(("retry-after", RETRY_AFTER.into()));
            }
            _ => {}
        }
        let seconds = self.throttled().and_then(Throttled::seconds);
        headers.extend(seconds.map(|seconds| ("retry-after", seconds.to_string().into())));
        if self.varies_on_cookie {
            headers.push(("vary", "Cookie".into()));
        }
        headers
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> String {
        self.style().body(self)
    }

    fn style(&self) -> &dyn super::ErrorFormat {
        self.style.as_deref().map_or(RefusalStyle::DEFAULT_FORMAT, RefusalStyle::format)
    }
}

impl From<StoreError> for RefusalCause {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::new(RefusalCause::Store(error))
    }
}

impl fmt::Display for Refusal {
    /// For the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            RefusalCause::Rejected(rejection) => f.write_str(rejection.reason()),
            RefusalCause::Store(error) => error.fmt(f),
            RefusalCause::NoMiddleware => f.write_str(
                "no middleware for this account type has authenticated the request: \
                 wrap the service in Authenticate, or AuthenticateLayer",
            ),
            _ => f.write_str(&self.detail()),
        }
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            RefusalCause::Store(error) => std::error::Error::source(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DrfErrors, Gate};
    use super::*;
    use crate::chain::AuthenticatorChain;
    use crate::tokens::TokenWire;

    fn style(challenge: Option<Challenge>) -> Arc<RefusalStyle> {
        Arc::new(RefusalStyle::new(challenge))
    }

    #[test]
    fn each_refusal_has_its_response() {
        let rejected = |rejection| RefusalCause::Rejected(rejection);
        let down = || StoreError::Unavailable("secret".into());
        let jwt = Some(Challenge::new("JWT", "api"));
        let challenged = Some(("www-authenticate", "JWT realm=\"api\""));
        for (cause, challenge, status, header) in [
            (RefusalCause::NotAuthenticated, &jwt, 401, challenged),
            (RefusalCause::NotAuthenticated, &None, 403, None),
            (rejected(Rejection::unknown_account(TokenWire::default())), &jwt, 401, challenged),
            (rejected(Rejection::unknown_account(TokenWire::default())), &None, 403, None),
            (rejected(Rejection::forbidden("no", "why")), &jwt, 403, None),
            (RefusalCause::PermissionDenied, &jwt, 403, None),
            (RefusalCause::MethodNotAllowed("TRACE".to_owned()), &jwt, 405, Some(("allow", ALLOW))),
            (RefusalCause::Store(down()), &jwt, 503, Some(("retry-after", "1"))),
            (RefusalCause::Store(StoreError::Full("secret".into())), &jwt, 507, None),
            (RefusalCause::Store(StoreError::Failed("secret".into())), &jwt, 500, None),
            (RefusalCause::NoMiddleware, &jwt, 500, None),
        ] {
            let refusal = Refusal::of(cause, &style(challenge.clone()));
            assert_eq!(refusal.status(), status, "{refusal}");
            let headers = refusal.headers();
            let further = headers.get(1).map(|(name, value)| (*name, value.as_ref()));
            assert_eq!(further, header, "{refusal}");
            assert!(!refusal.body().contains("secret") && !refusal.body().contains("why"), "{refusal}");
        }
        let vary = Refusal::from(down()).varying_on_cookie(true).headers();
        assert_eq!(vary.last().map(|(name, value)| (*name, value.as_ref())), Some(("vary", "Cookie")));
    }

    #[test]
    fn a_body_is_json_whatever_the_method() {
        let gate = Gate::<()>::new(AuthenticatorChain::new()).with_errors(DrfErrors);
        let refusal = gate.refuse(RefusalCause::MethodNotAllowed("A\"B".to_owned()));
        let expected = r#"{"detail":"Method \"A\"B\" not allowed."}"#.replace("A\"B", "A\\\"B");
        assert_eq!(refusal.body(), expected);
    }
}
