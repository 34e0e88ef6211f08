//! How refusals are written.

use std::fmt;
use std::sync::Arc;

use super::Refusal;
use crate::outcome::Challenge;

/// Writes the responses to refused requests, in the format that the errors of a service have.
///
/// ```
/// use presspass_auth::gate::{ErrorFormat, Refusal};
///
/// #[derive(Debug)]
/// struct PlainText;
///
/// impl ErrorFormat for PlainText {
///     fn content_type(&self) -> &'static str { "text/plain; charset=utf-8" }
///
///     fn body(&self, refusal: &Refusal) -> String { refusal.detail().into_owned() }
/// }
/// ```
pub trait ErrorFormat: fmt::Debug + Send + Sync {
    /// The value of `Content-Type`.
    fn content_type(&self) -> &'static str;

    /// The body. [`Refusal::detail`] is for the client; [`Display`](fmt::Display) of a refusal is not.
    fn body(&self, refusal: &Refusal) -> String;

    /// The value of `WWW-Authenticate`, of a refusal that has a challenge.
    fn challenge(&self, challenge: Challenge, _refusal: &Refusal) -> Challenge {
        challenge
    }
}

/// Problem details (RFC 9457): `application/problem+json` with `type`, `title`, `status` and `detail`. The challenge of
/// the scheme `Bearer` has `error="invalid_token"` if a token was rejected (RFC 6750, section 3.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProblemDetails {
    realm: Option<String>,
}

impl ProblemDetails {
    /// With the realm `api`.
    #[must_use]
    pub const fn new() -> Self {
        Self { realm: None }
    }

    /// With the realm of the service in every challenge (RFC 9110, section 11.5), instead of `api`.
    #[must_use]
    pub fn with_realm(realm: impl Into<String>) -> Self {
        Self { realm: Some(realm.into()) }
    }
}

impl ErrorFormat for ProblemDetails {
    fn content_type(&self) -> &'static str {
        "application/problem+json"
    }

    fn body(&self, refusal: &Refusal) -> String {
        let title = match refusal.status() {
            401 => "Unauthorized",
            403 => "Forbidden",
            405 => "Method Not Allowed",
            429 => "Too Many Requests",
            503 => "Service Unavailable",
            507 => "Insufficient Storage",
            _ => "Internal Server Error",
        };
        serde_json::json!({
            "type": "about:blank",
            "title": title,
            "status": refusal.status(),
            "detail": refusal.detail(),
        })
        .to_string()
    }

    fn challenge(&self, challenge: Challenge, refusal: &Refusal) -> Challenge {
        let challenge = match &self.realm {
            Some(realm) => challenge.with("realm", realm),
            None => challenge,
        };
        if refusal.is_rejected_challenge() && challenge.scheme().eq_ignore_ascii_case("Bearer") {
            challenge.with("error", "invalid_token").with("error_description", &refusal.detail())
        } else {
            challenge
        }
    }
}

/// The errors of Django REST framework: `{"detail":"…"}`.
#[cfg(feature = "django")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DrfErrors;

#[cfg(feature = "django")]
impl ErrorFormat for DrfErrors {
    fn content_type(&self) -> &'static str {
        "application/json"
    }

    fn body(&self, refusal: &Refusal) -> String {
        serde_json::json!({ "detail": refusal.detail() }).to_string()
    }
}

/// What all refusals of a gate have in common.
#[derive(Debug, Clone)]
pub(crate) struct RefusalStyle {
    challenge: Option<Challenge>,
    format: Option<Arc<dyn ErrorFormat>>,
}

impl RefusalStyle {
    pub const DEFAULT_FORMAT: &dyn ErrorFormat = &ProblemDetails::new();

    /// With the challenge of a chain.
    pub const fn new(challenge: Option<Challenge>) -> Self {
        Self { challenge, format: None }
    }

    pub fn set_format(&mut self, format: impl ErrorFormat + 'static) {
        self.format = Some(Arc::new(format));
    }

    pub const fn challenge(&self) -> Option<&Challenge> {
        self.challenge.as_ref()
    }

    pub fn format(&self) -> &dyn ErrorFormat {
        self.format.as_deref().unwrap_or(Self::DEFAULT_FORMAT)
    }
}

#[cfg(test)]
mod tests {
    use super::super::RefusalCause;
    use super::*;
    use crate::outcome::Rejection;

    fn style(format: impl ErrorFormat + 'static, scheme: &str) -> Arc<RefusalStyle> {
        let mut style = RefusalStyle::new(Some(Challenge::new(scheme, "api")));
        style.set_format(format);
        Arc::new(style)
    }

    fn rejected(format: impl ErrorFormat + 'static, scheme: &str) -> Refusal {
        let rejection = Rejection::unauthenticated("The token has expired.", "exp");
        Refusal::of(RefusalCause::Rejected(rejection), &style(format, scheme))
    }

    fn header(refusal: &Refusal, name: &str) -> Option<String> {
        refusal.headers().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value.into_owned())
    }

    #[test]
    fn problem_details_say_why_a_bearer_token_is_refused() {
        let refusal = rejected(ProblemDetails::with_realm("notes"), "Bearer");
        let expected =
            r#"Bearer realm="notes", error="invalid_token", error_description="The token has expired.""#;
        assert_eq!(header(&refusal, "www-authenticate").as_deref(), Some(expected));
        assert_eq!(header(&refusal, "content-type").as_deref(), Some("application/problem+json"));
        let body: serde_json::Value = serde_json::from_str(&refusal.body()).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "type": "about:blank",
                "title": "Unauthorized",
                "status": 401,
                "detail": "The token has expired.",
            })
        );
    }

    #[test]
    fn without_a_token_or_with_other_credentials_there_is_no_error_code() {
        let style = style(ProblemDetails::default(), "Bearer");
        let anonymous = Refusal::of(RefusalCause::NotAuthenticated, &style);
        assert_eq!(header(&anonymous, "www-authenticate").as_deref(), Some("Bearer realm=\"api\""));
        let of_another = rejected(ProblemDetails::default(), "Bearer").by_another_scheme(true);
        assert_eq!(header(&of_another, "www-authenticate").as_deref(), Some("Bearer realm=\"api\""));
        let basic = rejected(ProblemDetails::default(), "Basic");
        assert_eq!(header(&basic, "www-authenticate").as_deref(), Some("Basic realm=\"api\""));
    }

    #[test]
    fn drf_has_a_detail_and_its_own_challenge() {
        let refusal = rejected(DrfErrors, "Bearer");
        assert_eq!(header(&refusal, "www-authenticate").as_deref(), Some("Bearer realm=\"api\""));
        assert_eq!(header(&refusal, "content-type").as_deref(), Some("application/json"));
        assert_eq!(refusal.body(), r#"{"detail":"The token has expired."}"#);
    }
}
