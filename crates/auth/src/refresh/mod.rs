//! Refresh tokens: short-lived access tokens, and a longer-lived secret with which a client gets new ones.
//!
//! A login begins a **family** of tokens. [`TokenService::issue`] returns an access token, which is a JWT that is verified
//! without a store, and a [`RefreshToken`], which is a random secret that a [`RefreshStore`] knows by its digest.
//! [`TokenService::refresh`] exchanges the refresh token for another pair of the same family; each is good for one
//! exchange. If one is used twice, then a thief has a copy of it, and the whole family ends: neither the thief nor the
//! client can go on without a login (RFC 9700, section 4.14.2). [`TokenService::revoke`] ends a family at logout (RFC
//! 7009), and [`TokenService::revoke_all`] those of an account, after its password was changed or it was disabled.
//!
//! Access tokens carry the family as `sid`. They are valid until they expire, unless the
//! [`UserStore`](crate::UserStore) asks [`TokenService::is_live`]. A client must not send the same refresh token from two
//! threads at once.
//!
//! ```
//! use presspass_auth::refresh::{MemoryRefreshTokens, RefreshError, TokenService};
//! use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy};
//!
//! # async fn log_in() -> Result<(), Box<dyn std::error::Error>> {
//! let key = SigningKey::hs256("a secret of thirty-two bytes or more")?;
//! let issuer = TokenIssuer::new(key, TokenPolicy::default());
//! let tokens = TokenService::new(issuer, MemoryRefreshTokens::default());
//!
//! let first = tokens.issue("ada".to_owned()).await?;
//! let second = tokens.refresh(&first.refresh).await?;
//! // The first refresh token is used up: whoever sends it again ends the family.
//! assert!(matches!(tokens.refresh(&first.refresh).await, Err(RefreshError::Reused)));
//! assert!(matches!(tokens.refresh(&second.refresh).await, Err(RefreshError::Invalid)));
//! # Ok(())
//! # }
//! # use std::task::{Context, Poll, Waker};
//! # let polled = std::pin::pin!(log_in()).poll(&mut Context::from_waker(Waker::noop()));
//! # assert!(matches!(polled, Poll::Ready(Ok(()))));
//! ```
//!
//! Tokens of Django's packages have no refresh tokens: a token that has not expired is exchanged itself, as long as its
//! family is young enough ([`TokenPolicy::allow_refresh`](crate::tokens::TokenPolicy::allow_refresh)).

#[cfg(any(test, feature = "acceptance"))]
pub mod acceptance;
mod memory;
mod service;
mod store;
mod token;

pub use memory::MemoryRefreshTokens;
pub use service::{RefreshError, TokenPair, TokenService};
pub use store::{NextToken, RefreshRecord, RefreshStore, Rotation};
pub use token::{FamilyId, RefreshDigest, RefreshToken};
