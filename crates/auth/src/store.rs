//! The stores that this crate needs. It has none itself: the service that uses it supplies them.

use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use crate::outcome::Rejection;
use crate::passwords::Password;
use crate::sessions::SessionKey;
use crate::throttles::Throttled;
use crate::tokens::{ClaimsProfile, Subject, VerifiedToken};

/// A boxed future, as traits return it that are chosen at run time.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A store could not answer. This says nothing about the caller, so it never becomes a 401.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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
#[non_exhaustive]
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

impl<U> Resolution<U> {
    /// The same with the account converted.
    pub fn map<V>(self, convert: impl FnOnce(U) -> V) -> Resolution<V> {
        match self {
            Self::Active(user) => Resolution::Active(convert(user)),
            Self::Disabled => Resolution::Disabled,
            Self::Unknown => Resolution::Unknown,
            Self::Revoked => Resolution::Revoked,
        }
    }

    /// The account that a verified token names, if it may be used: for a service that looks accounts up after the chain.
    /// `profile` is that of the token's [policy](crate::tokens::TokenPolicy::profile), in whose words it is rejected.
    ///
    /// # Errors
    /// A [`Rejection`] if the account is disabled or does not exist, or the token was revoked;
    /// [`Gate::reject`](crate::gate::Gate::reject) makes a response of it.
    pub fn accept(self, profile: impl Into<ClaimsProfile>) -> Result<U, Rejection> {
        match self {
            Self::Active(user) => Ok(user),
            Self::Disabled => Err(Rejection::disabled_account()),
            Self::Unknown => Err(Rejection::unknown_account(profile)),
            Self::Revoked => Err(Rejection::revoked_token(profile)),
        }
    }
}

/// Accounts, as the [`JwtAuthenticator`](crate::authenticators::JwtAuthenticator) looks them up.
///
/// User and id are types of the service, and do not have to implement anything of this crate. Write `resolve` as an
/// `async fn`:
///
/// ```
/// use presspass_auth::tokens::VerifiedToken;
/// use presspass_auth::{Resolution, StoreError, UserStore};
/// use serde::Deserialize;
///
/// #[derive(Debug)]
/// struct User { id: u64, tenant: u64 }
///
/// /// A claim of the service's own.
/// #[derive(Deserialize)]
/// struct Tenant { tenant: u64 }
///
/// #[derive(Debug)]
/// struct Users;
///
/// impl UserStore for Users {
///     type User = User;
///     type Id = u64;
///
///     async fn resolve(&self, id: u64, token: VerifiedToken) -> Result<Resolution<User>, StoreError> {
///         let Ok(Tenant { tenant }) = token.claims() else { return Ok(Resolution::Unknown) };
///         Ok(Resolution::Active(User { id, tenant })) // SELECT … WHERE id = … AND tenant = …
///     }
/// }
/// ```
pub trait UserStore: fmt::Debug + Send + Sync {
    /// The service's user type.
    type User: Send;

    /// What tokens name: every type that implements [`FromStr`](std::str::FromStr), or another [`Subject`].
    type Id: Subject + Send;

    /// The account that a verified token names.
    ///
    /// A service that [revokes](crate::revocation) tokens returns [`Resolution::Revoked`] if
    /// [`token.facts()`](VerifiedToken::facts) are not [live](crate::revocation::RevocationState::judge); others ignore
    /// them. [`token.claims()`](VerifiedToken::claims) are the service's own claims.
    ///
    /// A service may return a value that carries the id and the token's facts and look them up later, in one statement
    /// with the object that is requested. It must then [accept](Resolution::accept) what it finds before it acts on it.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn resolve(
        &self,
        id: Self::Id,
        token: VerifiedToken,
    ) -> impl Future<Output = Result<Resolution<Self::User>, StoreError>> + Send;
}

impl<S: UserStore> UserStore for Arc<S> {
    type User = S::User;
    type Id = S::Id;

    fn resolve(
        &self,
        id: S::Id,
        token: VerifiedToken,
    ) -> impl Future<Output = Result<Resolution<S::User>, StoreError>> + Send {
        (**self).resolve(id, token)
    }
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
    type User: Send;

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
    ) -> impl Future<Output = Result<CredentialOutcome<Self::User>, StoreError>> + Send;
}

impl<S: CredentialStore> CredentialStore for Arc<S> {
    type User = S::User;

    fn verify(
        &self,
        username: String,
        password: Password,
        client: Option<IpAddr>,
    ) -> impl Future<Output = Result<CredentialOutcome<S::User>, StoreError>> + Send {
        (**self).verify(username, password, client)
    }
}

/// Sessions and their accounts, as the [`SessionAuthenticator`](crate::authenticators::SessionAuthenticator) looks
/// them up. [`Sessions`](crate::sessions::Sessions) has one; implement it for sessions of your own.
pub trait SessionUsers: fmt::Debug + Send + Sync {
    /// The service's user type.
    type User: Send;

    /// The account of the session with this key; `Ok(None)` if there is no session, it has expired, or its account is
    /// disabled.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn resolve(
        &self,
        key: &SessionKey,
    ) -> impl Future<Output = Result<Option<Self::User>, StoreError>> + Send;
}
