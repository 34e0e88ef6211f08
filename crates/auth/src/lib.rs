//! Who is calling, and what they may do.
//!
//! An ordered chain of authenticators, tokens, password hashes of every kind that Django writes, and permissions that
//! compose. Nothing here names a web framework, a database or an async runtime, so any service can take it.
//!
//! A request goes through an [`AuthenticatorChain`]: each [`Authenticator`] says that it was not attempted, that it
//! verified the caller, or that it rejects the credentials. What an account is, is the service's own business: it
//! brings a [`UserStore`].
//!
//! ```
//! use std::sync::Arc;
//! use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenSubject, TokenVerifier};
//! use presspass_auth::{Clock, SystemClock};
//!
//! let key = SigningKey::hs256("a secret of thirty-two bytes or more, kept well")?;
//! let issuer = TokenIssuer::new(key.clone(), TokenPolicy::default());
//! let subject = TokenSubject { user_id: 1, username: "ada", email: "" };
//! let token = issuer.issue(subject, SystemClock.now())?;
//!
//! let verifier = TokenVerifier::new(key, TokenPolicy::default());
//! assert!(verifier.verify(token.as_bytes(), SystemClock.now()).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]

mod account_ref;
#[cfg(feature = "actix")]
pub mod actix;
mod alphanumeric;
pub mod api_keys;
pub mod authenticators;
mod chain;
mod clock;
pub mod csrf;
pub mod gate;
mod outcome;
pub mod passwords;
pub mod permissions;
pub mod python_base64;
mod randomness;
mod request_head;
pub mod revocation;
pub mod sessions;
mod store;
pub mod tokens;
#[cfg(feature = "tower")]
pub mod tower;

pub use account_ref::AccountRef;
pub use chain::{Authentication, Authenticator, AuthenticatorChain, Verdict};
pub use clock::{Clock, ManualClock, SystemClock};
pub use outcome::{Challenge, Outcome, Rejection, RejectionKind};
pub use randomness::{Randomness, RandomnessError, SystemRandomness};
pub use request_head::{Headers, RequestHead};
pub use store::{BoxFuture, CredentialStore, Resolution, SessionUsers, StoreError, UserStore};
