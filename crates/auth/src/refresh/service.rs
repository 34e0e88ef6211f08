//! Issues, refreshes and revokes.

use std::fmt;
use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;
use time::{Duration, OffsetDateTime};

use super::store::{NextToken, RefreshRecord, RefreshStore, Rotation};
use super::token::{FamilyId, RefreshToken};
use crate::clock::{Clock, SystemClock};
use crate::randomness::{Randomness, RandomnessError, SystemRandomness};
use crate::store::StoreError;
use crate::tokens::{ExtraError, SigningError, TokenIssuer, TokenRequest, VerifiedToken};

/// An access token, and the refresh token with which the client gets the next pair.
#[derive(Debug)]
#[non_exhaustive]
pub struct TokenPair {
    /// The access token, a JWT. Send it as `access_token` (RFC 6749, section 5.1).
    pub access: String,
    /// How long it is valid: `expires_in`.
    pub expires_in: Duration,
    /// The refresh token. Send it as `refresh_token`.
    pub refresh: RefreshToken,
    /// When the refresh token expires if it is not used.
    pub refresh_expires_at: OffsetDateTime,
}

/// Why there is no new pair of tokens.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshError {
    /// There is no such refresh token, it has expired, or its family has ended. The client has to log in again:
    /// `invalid_grant` (RFC 6749, section 5.2).
    #[error("the refresh token is unknown, or has expired")]
    Invalid,
    /// The refresh token was used before, so there is a copy of it: its family was ended. To the client it is the same
    /// as [`Invalid`](Self::Invalid); an operator may want to know.
    #[error("the refresh token was used twice")]
    Reused,
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The access token could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The service's own claims cannot be written.
    #[error(transparent)]
    Claims(#[from] ExtraError),
    /// There is no randomness.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// Issues, refreshes and revokes tokens.
pub struct TokenService<S> {
    issuer: TokenIssuer,
    store: S,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    lifetime: Duration,
    family_lifetime: Duration,
}

impl<S: RefreshStore<Id: Display>> TokenService<S> {
    /// Issues access tokens by `issuer`, and keeps refresh tokens in `store`: each for two weeks, and a family for 90
    /// days.
    #[must_use]
    pub fn new(issuer: TokenIssuer, store: S) -> Self {
        Self {
            issuer,
            store,
            clock: Arc::new(SystemClock),
            randomness: Arc::new(SystemRandomness),
            lifetime: Duration::weeks(2),
            family_lifetime: Duration::days(90),
        }
    }

    /// With another clock than the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// With another source of randomness than the system's.
    #[must_use]
    pub fn with_randomness(mut self, randomness: impl Randomness + 'static) -> Self {
        self.randomness = Arc::new(randomness);
        self
    }

    /// With another lifetime of refresh tokens: a client that does not refresh for so long has to log in again.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// With another lifetime of families: after it, every client has to log in again.
    #[must_use]
    pub fn with_family_lifetime(mut self, lifetime: Duration) -> Self {
        self.family_lifetime = lifetime;
        self
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// Begins a family for this account: it has logged in.
    ///
    /// # Errors
    /// If the store, the signing key or the randomness fails; then no family has begun.
    pub async fn issue(&self, account_id: S::Id) -> Result<TokenPair, RefreshError> {
        self.begin(account_id, None::<&()>).await
    }

    /// The same, with the service's own claims in the access token.
    ///
    /// # Errors
    /// As [`issue`](Self::issue), and if the claims cannot be written.
    pub async fn issue_with(
        &self,
        account_id: S::Id,
        claims: &(impl Serialize + Sync),
    ) -> Result<TokenPair, RefreshError> {
        self.begin(account_id, Some(claims)).await
    }

    async fn begin(
        &self,
        account_id: S::Id,
        claims: Option<&(impl Serialize + Sync)>,
    ) -> Result<TokenPair, RefreshError> {
        let now = self.clock.now();
        let (token, family) = (self.new_token()?, FamilyId::new(self.randomness.as_ref())?);
        let access = self.access(&account_id, &family, claims, now)?;
        let family_ends_at = now + self.family_lifetime;
        let expires_at = (now + self.lifetime).min(family_ends_at);
        let record = RefreshRecord { account_id, family, expires_at, family_ends_at };
        self.store.begin(token.digest(), record).await?;
        Ok(self.pair(access, token, expires_at))
    }

    /// Exchanges a refresh token for the next pair of its family. The account is not looked up: when you disable one,
    /// also revoke its refresh tokens ([`revoke_all`](Self::revoke_all)).
    ///
    /// # Errors
    /// [`RefreshError::Invalid`] or [`RefreshError::Reused`] if the token is not good, and if the store, the signing key
    /// or the randomness fails.
    pub async fn refresh(&self, token: &RefreshToken) -> Result<TokenPair, RefreshError> {
        let record = self.rotate(token).await?;
        self.next(&record.0, record.1, None::<&()>)
    }

    /// The same, with the service's own claims in the access token, which `claims` makes for the account.
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh), and if the claims cannot be written.
    pub async fn refresh_with<C: Serialize + Sync>(
        &self,
        token: &RefreshToken,
        claims: impl FnOnce(&S::Id) -> C,
    ) -> Result<TokenPair, RefreshError> {
        let (record, next) = self.rotate(token).await?;
        let claims = claims(&record.account_id);
        self.next(&record, next, Some(&claims))
    }

    async fn rotate(
        &self,
        token: &RefreshToken,
    ) -> Result<(RefreshRecord<S::Id>, RefreshToken), RefreshError> {
        let (next, now) = (self.new_token()?, self.clock.now());
        let replacement = NextToken { digest: next.digest(), expires_at: now + self.lifetime };
        match self.store.rotate(token.digest(), replacement, now).await? {
            Rotation::Rotated(record) => Ok((record, next)),
            Rotation::Unknown => Err(RefreshError::Invalid),
            Rotation::Reused(record) => {
                #[cfg(feature = "tracing")]
                tracing::warn!(account = %record.account_id, family = %record.family, "refresh token used twice");
                drop(record);
                Err(RefreshError::Reused)
            }
        }
    }

    fn next(
        &self,
        record: &RefreshRecord<S::Id>,
        token: RefreshToken,
        claims: Option<&(impl Serialize + Sync)>,
    ) -> Result<TokenPair, RefreshError> {
        let access = self.access(&record.account_id, &record.family, claims, self.clock.now())?;
        Ok(self.pair(access, token, record.expires_at))
    }

    /// Ends the family of a refresh token, used or not: the client logs out. An unknown token is not an error (RFC 7009,
    /// section 2.2).
    ///
    /// # Errors
    /// If the store cannot answer.
    pub async fn revoke(&self, token: &RefreshToken) -> Result<(), StoreError> {
        self.store.end(token.digest()).await
    }

    /// Ends all families of an account: its password was changed, or it was disabled. Returns how many.
    ///
    /// # Errors
    /// If the store cannot answer.
    pub async fn revoke_all(&self, account_id: &S::Id) -> Result<u64, StoreError> {
        self.store.end_all(account_id).await
    }

    /// Whether the family of an access token has not ended: for a [`UserStore`](crate::UserStore) that refuses access
    /// tokens at once when their family ends. A token without a family is live.
    ///
    /// # Errors
    /// If the store cannot answer.
    pub async fn is_live(&self, token: &VerifiedToken) -> Result<bool, StoreError> {
        match token.session_id() {
            Some(sid) => self.store.is_live(&FamilyId::from_text(sid), self.clock.now()).await,
            None => Ok(true),
        }
    }

    fn new_token(&self) -> Result<RefreshToken, RandomnessError> {
        RefreshToken::new(self.randomness.as_ref())
    }

    fn access(
        &self,
        account_id: &S::Id,
        family: &FamilyId,
        claims: Option<&(impl Serialize + Sync)>,
        now: OffsetDateTime,
    ) -> Result<String, RefreshError> {
        let request = TokenRequest::new(account_id).with_session_id(family.as_str());
        let request = match claims {
            Some(claims) => request.with_claims(claims)?,
            None => request,
        };
        Ok(self.issuer.issue(request, now)?)
    }

    fn pair(&self, access: String, refresh: RefreshToken, refresh_expires_at: OffsetDateTime) -> TokenPair {
        let expires_in = Duration::seconds(self.issuer.policy().expiration_seconds);
        TokenPair { access, expires_in, refresh, refresh_expires_at }
    }
}

impl<S: fmt::Debug> fmt::Debug for TokenService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenService")
            .field("store", &self.store)
            .field("lifetime", &self.lifetime)
            .field("family_lifetime", &self.family_lifetime)
            .finish_non_exhaustive()
    }
}
