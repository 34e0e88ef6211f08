//! Authentication by a session of the framework.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::chain::Authenticator;
use crate::csrf::CsrfToken;
use crate::outcome::{Challenge, Outcome};
use crate::request_head::RequestHead;
use crate::sessions::{FingerprintKey, SessionAccounts};
use crate::store::StoreError;

/// Finds the account that has logged in to a session of the framework, such as tower-sessions or actix-session. Made by
/// [`FrameworkSessions::authenticator`](crate::sessions::FrameworkSessions::authenticator).
///
/// It has no challenge: first in a chain it turns 401 into 403.
pub struct FrameworkSessionAuthenticator<A, Id> {
    accounts: A,
    fingerprints: FingerprintKey,
    id: PhantomData<fn() -> Id>,
}

/// No layer of the framework has provided a session.
#[derive(Debug, thiserror::Error)]
#[error("there is no layer for sessions around the layer that authenticates")]
struct NoSessionLayer;

impl<A, Id> FrameworkSessionAuthenticator<A, Id> {
    pub(crate) const fn new(accounts: A, fingerprints: FingerprintKey) -> Self {
        Self { accounts, fingerprints, id: PhantomData }
    }
}

impl<Id: FromStr + Send + Sync, A: SessionAccounts<Id>> Authenticator<A::User>
    for FrameworkSessionAuthenticator<A, Id>
{
    fn name(&self) -> &'static str {
        super::SESSION
    }

    async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<A::User>, StoreError> {
        let session = head.framework_session().ok_or_else(|| StoreError::Failed(NoSessionLayer.into()))?;
        session.load().await?;
        let Some(login) = session.login() else { return Ok(Outcome::NotAttempted) };
        let Some(id) = login.account() else { return Ok(Outcome::NotAttempted) };
        let found = self.accounts.find(&id).await?;
        // A session of another password counts as no credentials, as an expired one.
        let found = found.filter(|account| self.fingerprints.of(&account.password) == login.fingerprint());
        Ok(found.map_or(Outcome::NotAttempted, |account| Outcome::Verified(account.user)))
    }

    fn challenge(&self) -> Option<Challenge> {
        None
    }

    fn reads_session_cookie(&self) -> bool {
        true
    }

    fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool {
        true
    }

    fn csrf_token(&self, head: &RequestHead<'_>) -> Option<CsrfToken> {
        Some(head.framework_session()?.login()?.csrf_token())
    }
}

impl<A: fmt::Debug, Id> fmt::Debug for FrameworkSessionAuthenticator<A, Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FrameworkSessionAuthenticator").field(&self.accounts).finish()
    }
}
