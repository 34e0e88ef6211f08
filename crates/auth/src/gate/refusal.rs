//! The response to a request that a gate refuses.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::format::{ErrorFormat, ProblemDetails};
use crate::outcome::{Challenge, Rejection, RejectionKind};
use crate::store::StoreError;
use crate::throttles::Throttled;

/// Why a request is refused, and the response to its client, in the [format](ErrorFormat) of the gate.
///
/// As an error it is for the log, with a store's error as its source. The client sees [`body`](Self::body), which
/// never contains an internal reason.
#[derive(Debug)]
pub struct Refusal {
    cause: Cause,
    varies_on_cookie: bool,
    /// Problem details if there is none.
    format: Option<Arc<dyn ErrorFormat>>,
}

#[derive(Debug)]
enum Cause {
    Unauthenticated {
        detail: Cow<'static, str>,
        challenge: Option<Challenge>,
        /// Whether credentials of the challenge's scheme were rejected.
        is_rejected: bool,
    },
    Forbidden {
        detail: Cow<'static, str>,
    },
    MethodNotAllowed {
        method: String,
    },
    Throttled(Throttled),
    Store(StoreError),
    #[cfg(any(feature = "actix", feature = "tower"))]
    NoGate,
}

/// The methods for which a permission can be known (DRF's `perms_map`).
const ALLOW: &str = "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS";
/// After how many seconds a client may try again. An unavailable store is tried again at every request.
const RETRY_AFTER: &str = "1";

impl Refusal {
    const fn of(cause: Cause) -> Self {
        Self { cause, varies_on_cookie: false, format: None }
    }

    /// The refusal of rejected credentials. `challenge` is the chain's.
    #[must_use]
    pub fn rejected(rejection: &Rejection, challenge: Option<Challenge>) -> Self {
        let detail = rejection.detail().to_owned().into();
        Self::of(match rejection.kind() {
            RejectionKind::Unauthenticated => Cause::Unauthenticated { detail, challenge, is_rejected: true },
            RejectionKind::Forbidden => Cause::Forbidden { detail },
            RejectionKind::Throttled(throttled) => Cause::Throttled(throttled),
        })
    }

    /// The refusal of an anonymous caller.
    #[must_use]
    pub const fn not_authenticated(challenge: Option<Challenge>) -> Self {
        let detail = Cow::Borrowed("Authentication credentials were not provided.");
        Self::of(Cause::Unauthenticated { detail, challenge, is_rejected: false })
    }

    /// The refusal of a caller without permission.
    #[must_use]
    pub const fn permission_denied() -> Self {
        let detail = Cow::Borrowed("You do not have permission to perform this action.");
        Self::of(Cause::Forbidden { detail })
    }

    pub(crate) fn method_not_allowed(method: &str) -> Self {
        Self::of(Cause::MethodNotAllowed { method: method.to_owned() })
    }

    /// An extractor runs without the middleware that provides the account.
    #[cfg(any(feature = "actix", feature = "tower"))]
    pub(crate) fn no_gate() -> Self {
        let refusal = Self::of(Cause::NoGate);
        #[cfg(feature = "tracing")]
        tracing::error!("{refusal}");
        refusal
    }

    #[cfg(feature = "actix")]
    pub(crate) const fn is_no_gate(&self) -> bool {
        matches!(self.cause, Cause::NoGate)
    }

    /// In another format than problem details.
    #[must_use]
    pub fn written_by<F: ErrorFormat + 'static>(self, format: &Arc<F>) -> Self {
        self.in_format(Some(Arc::clone(format) as _))
    }

    pub(super) fn in_format(self, format: Option<Arc<dyn ErrorFormat>>) -> Self {
        Self { format, ..self }
    }

    /// Another authenticator than that of the challenge has rejected the credentials.
    pub(super) fn by_another_scheme(mut self) -> Self {
        if let Cause::Unauthenticated { is_rejected, .. } = &mut self.cause {
            *is_rejected = false;
        }
        self
    }

    /// Whether credentials were rejected that are of the challenge's scheme (RFC 6750, section 3.1).
    #[must_use]
    pub const fn is_rejected_challenge(&self) -> bool {
        matches!(self.cause, Cause::Unauthenticated { is_rejected: true, .. })
    }

    pub(super) const fn varying_on_cookie(mut self, varies: bool) -> Self {
        self.varies_on_cookie = varies;
        self
    }

    /// The HTTP status: 401 for invalid or missing credentials, or 403 if the chain's first authenticator has no
    /// challenge; 403 without permission; 405; 429 after too many failures; 503 for a store that is unavailable, 507
    /// for one that is full, else 500.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match &self.cause {
            Cause::Unauthenticated { challenge: Some(_), .. } => 401,
            Cause::Unauthenticated { challenge: None, .. } | Cause::Forbidden { .. } => 403,
            Cause::MethodNotAllowed { .. } => 405,
            Cause::Throttled(_) => 429,
            Cause::Store(StoreError::Unavailable(_)) => 503,
            Cause::Store(StoreError::Full(_)) => 507,
            Cause::Store(StoreError::Failed(_)) => 500,
            #[cfg(any(feature = "actix", feature = "tower"))]
            Cause::NoGate => 500,
        }
    }

    /// The message for the client.
    #[must_use]
    pub fn detail(&self) -> Cow<'_, str> {
        match &self.cause {
            Cause::Unauthenticated { detail, .. } | Cause::Forbidden { detail } => Cow::Borrowed(detail),
            Cause::MethodNotAllowed { method } => format!("Method \"{method}\" not allowed.").into(),
            Cause::Throttled(throttled) => throttled.detail().into(),
            Cause::Store(StoreError::Unavailable(_)) => "The service is unavailable for the moment.".into(),
            Cause::Store(StoreError::Full(_)) => "There is no room for what was sent.".into(),
            Cause::Store(StoreError::Failed(_)) => "A server error occurred.".into(),
            #[cfg(any(feature = "actix", feature = "tower"))]
            Cause::NoGate => "A server error occurred.".into(),
        }
    }

    /// The headers, with names in lower case: `Content-Type` and, if they apply, `WWW-Authenticate` (RFC 9110,
    /// section 11.6.1), `Allow`, `Retry-After` in seconds and `Vary`.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, Cow<'static, str>)> {
        let format = self.format();
        let mut headers = vec![("content-type", Cow::Borrowed(format.content_type()))];
        match &self.cause {
            Cause::Unauthenticated { challenge: Some(challenge), .. } => {
                let challenge = format.challenge(challenge.clone(), self);
                headers.push(("www-authenticate", challenge.to_string().into()));
            }
            Cause::MethodNotAllowed { .. } => headers.push(("allow", ALLOW.into())),
            Cause::Throttled(throttled) => {
                headers
                    .extend(throttled.seconds().map(|seconds| ("retry-after", seconds.to_string().into())));
            }
            Cause::Store(StoreError::Unavailable(_)) => headers.push(("retry-after", RETRY_AFTER.into())),
            _ => {}
        }
        if self.varies_on_cookie {
            headers.push(("vary", "Cookie".into()));
        }
        headers
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> String {
        self.format().body(self)
    }

    fn format(&self) -> &dyn ErrorFormat {
        const DEFAULT: &ProblemDetails = &ProblemDetails::new();
        self.format.as_deref().unwrap_or(DEFAULT)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::of(Cause::Store(error))
    }
}

impl fmt::Display for Refusal {
    /// For the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Store(error) => error.fmt(f),
            #[cfg(any(feature = "actix", feature = "tower"))]
            Cause::NoGate => f.write_str(
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
            Cause::Store(error) => std::error::Error::source(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::DrfErrors;
    use super::*;
    use crate::tokens::TokenWire;

    #[test]
    fn each_refusal_has_its_response() {
        let jwt = || Some(Challenge::new("JWT", "api"));
        let down = || StoreError::Unavailable("secret".into());
        for (refusal, status, header) in [
            (Refusal::not_authenticated(jwt()), 401, Some(("www-authenticate", "JWT realm=\"api\""))),
            (Refusal::not_authenticated(None), 403, None),
            (
                Refusal::rejected(&Rejection::unknown_account(TokenWire::default()), jwt()),
                401,
                Some(("www-authenticate", "JWT realm=\"api\"")),
            ),
            (Refusal::rejected(&Rejection::forbidden("no", "why"), jwt()), 403, None),
            (Refusal::permission_denied(), 403, None),
            (Refusal::method_not_allowed("TRACE"), 405, Some(("allow", ALLOW))),
            (down().into(), 503, Some(("retry-after", "1"))),
            (StoreError::Full("secret".into()).into(), 507, None),
            (StoreError::Failed("secret".into()).into(), 500, None),
        ] {
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
        let body = Refusal::method_not_allowed("A\"B").written_by(&Arc::new(DrfErrors)).body();
        assert_eq!(body, r#"{"detail":"Method \"A\"B\" not allowed."}"#.replace("A\"B", "A\\\"B"));
    }
}
