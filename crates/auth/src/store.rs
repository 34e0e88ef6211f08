//! The stores that this crate needs. It has none itself: the service that uses it supplies them.

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use crate::account_ref::AccountRef;
use crate::passwords::Password;
use crate::revocation::TokenFacts;
use crate::sessions::SessionKey;
use crate::throttles::Throttled;

/// A boxed future, as traits return it that are chosen at run time.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A store could not answer. This says nothing about the caller, so it never becomes a 401.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store is unavailable or overloaded; the same request may succeed later (HTTP 503).
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store cannot store more: the disk is full (HTTP 507).
    #[error("the store is full")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store failed in an unexpected way (HTTP 500).
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The result of looking up an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution<U> {
    /// An active account.
    Active(U),
    /// The account is disabled.
    Disabled,
    /// No account has this id and this name.
    Unknown,
    /// The account exists, but the credentials were [revoked](crate::revocation).
    Revoked,
}

/// Accounts, as the [`JwtAuthenticator`](crate::authenticators::JwtAuthenticator) looks them up.
///
/// The user type is the service's own; it does not have to implement anything.
pub trait UserStore: fmt::Debug + Send + Sync {
    /// The service's user type.
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

/// The result of verifying a name and a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialOutcome<U> {
    /// The password is right, and the account is active.
    Verified(U),
    /// Unknown, disabled or wrong.
    Refused,
    /// The password was not verified: too many were wrong.
    Throttled(Throttled),
}

/// Names and passwords, as the [`BasicAuthenticator`](crate::authenticators::BasicAuthenticator) verifies them.
pub trait CredentialStore: fmt::Debug + Send + Sync {
    /// The service's user type.
    type User;

    /// The account with this name, if it is active and the password is right. An unknown name, a disabled account and
    /// a wrong password must take the same time. `client` is the caller's address, if it is known.
    ///
    /// # Errors
    /// If the store cannot answer, or too many passwords are being verified.
    fn verify(
        &self,
        username: String,
        password: Password,
        client: Option<IpAddr>,
    ) -> BoxFuture<'_, Result<CredentialOutcome<Self::User>, StoreError>>;
}

/// Sessions and their accounts, as the [`SessionAuthenticator`](crate::authenticators::SessionAuthenticator) looks
/// them up.
pub trait SessionUsers: fmt::Debug + Send + Sync {
    /// The service's user type.
    type User;

    /// The account of the session with this key; `Ok(None)` if there is no session, it has expired, or its account is
    /// disabled.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn resolve<'a>(&'a self, key: &'a SessionKey) -> BoxFuture<'a, Result<Option<Self::User>, StoreError>>;
}
