//! The result of authentication: a claim of a token, or an account.

use std::ops::Deref;

use presspass_auth::api_keys::Scopes;
use presspass_auth::revocation::TokenFacts;
use presspass_auth::tokens::{DjangoAccount, VerifiedToken};
use presspass_auth::{Resolution, StoreError, UserStore};
use presspass_domain::{Account, AccountClaim, AccountKey};

/// The name of the session authenticator.
pub(super) const SESSION: &str = "session";

/// The result of authentication (DRF's `request.user`).
#[derive(Debug, Clone)]
pub enum Identity {
    /// The account of a verified token, which was not looked up yet: a read looks it up in the same statement as the data.
    Claimed(Claim),
    /// The account, looked up and active.
    Resolved(Caller),
}

impl Identity {
    pub(super) fn username(&self) -> &str {
        match self {
            Self::Claimed(claim) => &claim.key.username,
            Self::Resolved(caller) => &caller.username,
        }
    }
}

/// The account that a verified token claims. The account may be deleted or disabled, and the token revoked.
#[derive(Debug, Clone)]
pub struct Claim {
    pub(crate) key: AccountKey,
    pub(crate) token: TokenFacts,
}

impl Claim {
    /// The query that looks it up.
    #[must_use]
    pub fn query(&self) -> AccountClaim {
        let token_ids = self.token.names().map(|name| *name.as_bytes());
        AccountClaim { key: self.key.clone(), token_ids }
    }
}

/// An authenticated caller: an active account, and the method of authentication.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account.
    pub account: Account,
    /// How the caller authenticated.
    pub by: AuthMethod,
}

impl Deref for Caller {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
    }
}

impl Caller {
    /// What limits the caller in addition to the permissions of the account.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        match &self.by {
            AuthMethod::ApiKey(scopes) => scopes,
            AuthMethod::Token(_) | AuthMethod::Session | AuthMethod::Password => &Scopes::All,
        }
    }
}

/// How a caller authenticated.
#[derive(Debug, Clone)]
pub enum AuthMethod {
    /// By this token, which was not revoked.
    Token(TokenFacts),
    /// By a session.
    Session,
    /// By name and password.
    Password,
    /// By an API key with these scopes.
    ApiKey(Scopes),
}

impl AuthMethod {
    /// The name of the authenticator.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Token(_) => "jwt",
            Self::Session => SESSION,
            Self::Password => "basic",
            Self::ApiKey(_) => "api-key",
        }
    }
}

/// Defers the lookup of a token's account.
#[derive(Debug)]
pub(crate) struct DeferredAccounts;

impl UserStore for DeferredAccounts {
    type User = Identity;
    type Id = DjangoAccount;

    async fn resolve(
        &self,
        DjangoAccount { id, username }: DjangoAccount,
        token: VerifiedToken,
    ) -> Result<Resolution<Identity>, StoreError> {
        let claim = Claim { key: AccountKey { id, username }, token: token.into_facts() };
        Ok(Resolution::Active(Identity::Claimed(claim)))
    }
}
