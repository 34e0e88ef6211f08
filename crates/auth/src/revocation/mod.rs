//! Tokens that end before their time.
//!
//! A token is good until it expires, wherever it is verified. A service that looks its account up at every request can
//! do better, at no round trip more: its statement fetches a [`RevocationState`] beside the account, and
//! [`RevocationState::judge`] says whether the token that these [`TokenFacts`] are of is still good. Four things end
//! one:
//!
//! - it was revoked itself, or another token of its family was: a family is a token and what was refreshed from it
//!   ([`TokenFacts`]);
//! - all tokens of its account were revoked after its family began ([`RevocationState::revoke_all`]);
//! - the password of its account was changed here, which revokes all ([`RevocationState::change_password`]);
//! - or it was changed by another program that shares the database, which only the [fingerprint](Fingerprint) of its
//!   hash tells.
//!
//! All of these are functions over values; nothing here waits, reads a clock or knows how tokens are signed. A
//! [`UserStore`](crate::UserStore) fetches the values and calls [`RevocationState::judge`]; the service stores what the
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
