//! What this crate asks of a database. It ships no store: the service that uses it brings its own.

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use crate::account_ref::AccountRef;
use crate::passwords::Password;
use crate::revocation::TokenFacts;
use crate::sessions::SessionKey;
use crate::throttles::Throttled;

/// A boxed future: what a trait that is chosen at run time can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A store could not answer. This says nothing about the caller: it never becomes a 401.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store is away or overloaded now; the same request may succeed later (HTTP 503).
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store cannot keep any more: the disk is full (HTTP 507).
    #[error("the store is full")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store answered with something that we did not expect (HTTP 500).
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a look-up of an account gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution<U> {
    /// The account, and it may be used.
    Active(U),
    /// There is such an account, but it is disabled.
    Disabled,
    /// No account has this id and this name.
    Unknown,
    /// There is such an account, but these credentials of its own were [revoked](crate::revocation).
    Revoked,
}

/// Accounts, as authenticators look them up.
///
/// The user type is the service's own; no trait needs to be implemented on it.
pub trait UserStore: fmt::Debug + Send + Sync {
    /// What an account is to this service.
    type User;

    /// The account that a verified token names. `id` and `username` must both be the account's.
    ///
    /// A service that [revokes](crate::revocation) tokens returns [`Resolution::Revoked`] if `token` is not
    /// [live](crate::revocation::RevocationState::judge); others ignore it.
    ///
    /// A service may return a value that carries the account and the token's facts and look them up later, in one
    /// statement with the object that is requested. It must then refuse an account that is missing or disabled, and a
    /// token that is revoked.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn resolve(
        &self,
        account: AccountRef,
        token: TokenFacts,
    ) -> BoxFuture<'_, Result<Resolution<Self::User>, StoreError>>;
}

/// What a name and a password are good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialOutcome<U> {
    /// The account's own, and it may be used.
    Verified(U),
    /// Unknown, disabled or wrong.
    Refused,
    /// Nobody looked at the password: too many were wrong.
    Throttled(Throttled),
}

/// Names and passwords, as the basic authenticator verifies them.
pub trait CredentialStore: fmt::Debug + Send + Sync {
    /// What an account is to this service.
    type User;

    /// The account with this name, if the password is its own and it may be used. Unknown, disabled and wrong must cost
    /// the same time. `client` is the caller's address, where it is known.
    ///
    /// # Errors
    /// Where the store cannot answer, or too many passwords are being verified.
    fn verify(
        &self,
        username: String,
        password: Password,
        client: Option<IpAddr>,
    ) -> BoxFuture<'_, Result<CredentialOutcome<Self::User>, StoreError>>;
}

/// Whose session it is, as the session authenticator looks it up.
pub trait SessionUsers: fmt::Debug + Send + Sync {
    /// What an account is to this service.
    type User;

    /// The account of the live session with this key; `Ok(None)` where there is none, it has ended, or its account
    /// may not be used.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn resolve<'a>(&'a self, key: &'a SessionKey) -> BoxFuture<'a, Result<Option<Self::User>, StoreError>>;
}
