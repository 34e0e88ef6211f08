//! Revocation of tokens.
//!
//! Without revocation, a token is valid until it expires. A service that loads its account at every request can
//! revoke it, without another query: the statement that loads the account also loads a [`RevocationState`], and
//! [`RevocationState::judge`] says whether the token with these [`TokenFacts`] is still valid. A token is revoked in
//! four ways:
//!
//! - it was revoked itself, or another token of its family: a token and all that were refreshed from it
//!   ([`TokenFacts`]);
//! - all tokens of its account were revoked after its family began ([`RevocationState::revoke_all`]);
//! - this service changed the password of its account, which revokes all ([`RevocationState::change_password`]);
//! - another program that shares the database changed the password, which the [fingerprint](Fingerprint) of its hash
//!   shows.
//!
//! All of these are functions over values; nothing here waits, reads a clock or knows how tokens are signed. A
//! [`UserStore`](crate::UserStore) loads the values and calls [`RevocationState::judge`]; the service stores what the
//! transitions return.
//!
//! ```
//! use presspass_auth::revocation::{Liveness, RevocationState, TokenFacts, TokenTimes};
//! use presspass_auth::sessions::FingerprintKey;
//! use time::{Duration, OffsetDateTime};
//!
//! let password = FingerprintKey::new(b"the service's secret").of("bcrypt_sha256$$2b$12$…");
//! let state = RevocationState::default();
//! let lifetime = Duration::minutes(5);
//! let token = |exp| TokenFacts::new(None, None, TokenTimes { iat: None, orig_iat: None, exp }, lifetime);
//!
//! let now = OffsetDateTime::from_unix_timestamp(1_800_000_000)?;
//! let issued_now = token(1_800_000_300);
//! assert_eq!(state.judge(&issued_now, password, false), Liveness::Live);
//!
//! let state = state.revoke_all(now);
//! assert_eq!(state.judge(&issued_now, password, false), Liveness::AllRevoked);
//! // The next one is issued in the same second, and good.
//! let issued_next = token(state.issue_at(now).unix_timestamp() + 300);
//! assert_eq!(state.judge(&issued_next, password, false), Liveness::Live);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod facts;
mod jti;
mod state;

pub use facts::{TokenFacts, TokenId, TokenTimes};
pub use state::{Liveness, RevocationState};

#[cfg(doc)]
use crate::sessions::Fingerprint;
