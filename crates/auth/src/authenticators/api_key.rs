//! Authentication by an API key in a header.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use time::Duration;

use super::header::{Credentials, credentials};
#[cfg(feature = "django")]
use crate::api_keys::LegacyKey;
use crate::api_keys::{ApiKey, ApiKeyStore, MalformedKey};
use crate::chain::Authenticator;
use crate::clock::{Clock, SystemClock};
use crate::outcome::{Challenge, Outcome, Rejection};
use crate::request_head::RequestHead;
use crate::store::{Resolution, StoreError};

/// How old the recorded last use of a key must be before it is recorded again, so that a key in constant use does not
/// cause a write at every request.
const LAST_USE_PRECISION: Duration = Duration::MINUTE;

/// Verifies the [API key](crate::api_keys) in `Authorization: Token …`: one of ours, or one of DRF's `authtoken`
/// application.
///
/// With the scheme `Bearer` it can stand beside authenticators for tokens: what is not a key is passed on to the next one
/// with this scheme.
///
/// Error messages are, to the letter, those of DRF's `TokenAuthentication`. Keys that are mistyped, unknown, expired
/// or revoked are all `Invalid token.`; only the log distinguishes them.
pub struct ApiKeyAuthenticator<S> {
    keyword: String,
    store: S,
    clock: Arc<dyn Clock>,
}

/// The key in a header.
enum ReceivedKey {
    Ours(ApiKey),
    #[cfg(feature = "django")]
    Legacy(LegacyKey),
}

fn invalid(reason: impl Into<Cow<'static, str>>) -> Rejection {
    Rejection::unauthenticated("Invalid token.", reason)
}

impl<S: ApiKeyStore> ApiKeyAuthenticator<S> {
    /// Accepts the keys that `store` knows, with the scheme `Token`.
    #[must_use]
    pub fn new(store: S) -> Self {
        Self { keyword: "Token".to_owned(), store, clock: Arc::new(SystemClock) }
    }

    /// With another clock than the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Expects another scheme than `Token`, such as `Bearer` (DRF's `keyword`). It is compared without regard to
    /// case.
    #[must_use]
    pub fn with_keyword(mut self, keyword: impl Into<String>) -> Self {
        self.keyword = keyword.into();
        self
    }

    fn received_key(&self, head: &RequestHead<'_>) -> Result<Option<ReceivedKey>, Rejection> {
        let header = head.header("authorization").unwrap_or(Cow::Borrowed(b""));
        let key = match credentials(&header, &self.keyword) {
            Credentials::None => return Ok(None),
            Credentials::One(key) => key,
            Credentials::Missing => {
                return Err(Rejection::unauthenticated(
                    "Invalid token header. No credentials provided.",
                    "the header has a scheme and no key",
                ));
            }
            Credentials::Several => {
                return Err(Rejection::unauthenticated(
                    "Invalid token header. Token string should not contain spaces.",
                    "the header has more than two parts",
                ));
            }
        };
        let Ok(key) = std::str::from_utf8(key) else {
            return Err(Rejection::unauthenticated(
                "Invalid token header. Token string should not contain invalid characters.",
                "the key is not UTF-8",
            ));
        };
        #[cfg(feature = "django")]
        if let Some(legacy) = LegacyKey::parse(key) {
            return Ok(Some(ReceivedKey::Legacy(legacy)));
        }
        match ApiKey::parse(key) {
            Ok(key) => Ok(Some(ReceivedKey::Ours(key))),
            Err(MalformedKey::Form) => Err(invalid("the key has an unknown format").of_another()),
            Err(error @ MalformedKey::Checksum) => Err(invalid(error.to_string())),
        }
    }

    async fn verify(&self, key: &ApiKey) -> Result<Outcome<S::User>, StoreError> {
        let digest = key.digest();
        let bearer = match accept(self.store.find(digest).await?) {
            Ok(bearer) => bearer,
            Err(rejection) => return Ok(Outcome::Rejected(rejection)),
        };
        let now = self.clock.now();
        if bearer.key.is_expired(now) {
            return Ok(Outcome::Rejected(invalid("the key has expired")));
        }
        let Some(account) = self.store.bound(bearer.account, bearer.key.scopes) else {
            return Ok(Outcome::Rejected(invalid("the key has scopes, which this service does not support")));
        };
        if bearer.key.last_used_at.is_none_or(|last| now - last >= LAST_USE_PRECISION) {
            let recorded = self.store.record_use(digest, now).await;
            #[cfg(feature = "tracing")]
            if let Err(error) = &recorded {
                tracing::warn!(error = error as &dyn std::error::Error, "use of an API key not recorded");
            }
            // The caller is authenticated whether or not the use can be recorded.
            drop(recorded);
        }
        Ok(Outcome::Verified(account))
    }
}

fn accept<T>(found: Resolution<T>) -> Result<T, Rejection> {
    match found {
        Resolution::Active(found) => Ok(found),
        Resolution::Disabled => {
            Err(Rejection::unauthenticated("User inactive or deleted.", "the account is disabled"))
        }
        Resolution::Unknown => Err(invalid("no account has this key")),
        Resolution::Revoked => Err(invalid("the key was revoked")),
    }
}

impl<S: ApiKeyStore> Authenticator<S::User> for ApiKeyAuthenticator<S> {
    fn name(&self) -> &'static str {
        super::API_KEY
    }

    async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<S::User>, StoreError> {
        match self.received_key(head) {
            Ok(None) => Ok(Outcome::NotAttempted),
            Ok(Some(ReceivedKey::Ours(key))) => self.verify(&key).await,
            #[cfg(feature = "django")]
            Ok(Some(ReceivedKey::Legacy(key))) => {
                let found = accept(self.store.find_legacy(&key).await?);
                Ok(found.map_or_else(Outcome::Rejected, Outcome::Verified))
            }
            Err(rejection) => Ok(Outcome::Rejected(rejection)),
        }
    }

    fn scheme(&self) -> Option<&str> {
        Some(&self.keyword)
    }

    fn challenge(&self) -> Option<Challenge> {
        Some(Challenge::bare(&self.keyword))
    }

    fn reads_session_cookie(&self) -> bool {
        false
    }

    fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool {
        false
    }
}

impl<S> fmt::Debug for ApiKeyAuthenticator<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyAuthenticator").field("keyword", &self.keyword).finish_non_exhaustive()
    }
}
