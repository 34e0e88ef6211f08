//! The store of refresh tokens.

use std::fmt;
use std::sync::Arc;

use time::OffsetDateTime;

use super::token::{FamilyId, RefreshDigest};
use crate::store::StoreError;

/// A refresh token, as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshRecord<Id> {
    /// The account's id.
    pub account_id: Id,
    /// Its family.
    pub family: FamilyId,
    /// When it expires if it is not used.
    pub expires_at: OffsetDateTime,
    /// When its family ends, however often it is refreshed.
    pub family_ends_at: OffsetDateTime,
}

/// The token that replaces another of its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextToken {
    /// Its digest.
    pub digest: RefreshDigest,
    /// When it expires if it is not used; a store takes the end of the family if that is earlier.
    pub expires_at: OffsetDateTime,
}

/// The result of exchanging a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation<Id> {
    /// It was good, and is used now. This is the next one.
    Rotated(RefreshRecord<Id>),
    /// It was used before: its family was ended.
    Reused(RefreshRecord<Id>),
    /// There is no such token, or it has expired, or its family has ended.
    Unknown,
}

/// Keeps refresh tokens under their digests. It may delete families at any time once they have ended.
///
/// `presspass_auth::refresh::acceptance` (feature `acceptance`) tests an implementation.
pub trait RefreshStore: fmt::Debug + Send + Sync {
    /// The type of an account's id.
    type Id: Send + Sync;

    /// Stores the first token of a family.
    ///
    /// # Errors
    /// If the store cannot store it.
    fn begin(
        &self,
        digest: RefreshDigest,
        record: RefreshRecord<Self::Id>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Exchanges a token for the next of its family, in one transaction: of two exchanges of the same token that arrive at
    /// once, one is [`Rotation::Rotated`] and the other [`Rotation::Reused`]. A used token is kept until its family ends.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn rotate(
        &self,
        digest: RefreshDigest,
        next: NextToken,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Rotation<Self::Id>, StoreError>> + Send;

    /// Ends the family of a token, used or not. It is not an error if there is none.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn end(&self, digest: RefreshDigest) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Ends all families of an account. Returns how many.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn end_all(&self, account_id: &Self::Id) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Whether a family has not ended.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn is_live(
        &self,
        family: &FamilyId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
}

impl<S: RefreshStore> RefreshStore for Arc<S> {
    type Id = S::Id;

    fn begin(
        &self,
        digest: RefreshDigest,
        record: RefreshRecord<S::Id>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        (**self).begin(digest, record)
    }

    fn rotate(
        &self,
        digest: RefreshDigest,
        next: NextToken,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Rotation<S::Id>, StoreError>> + Send {
        (**self).rotate(digest, next, now)
    }

    fn end(&self, digest: RefreshDigest) -> impl Future<Output = Result<(), StoreError>> + Send {
        (**self).end(digest)
    }

    fn end_all(&self, account_id: &S::Id) -> impl Future<Output = Result<u64, StoreError>> + Send {
        (**self).end_all(account_id)
    }

    fn is_live(
        &self,
        family: &FamilyId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send {
        (**self).is_live(family, now)
    }
}
