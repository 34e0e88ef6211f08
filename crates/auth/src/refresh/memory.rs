//! Refresh tokens in memory.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use super::store::{NextToken, RefreshRecord, RefreshStore, Rotation};
use super::token::{FamilyId, RefreshDigest};
use crate::store::StoreError;

/// Refresh tokens in the memory of one server, for tests and small services. They are gone when it stops: then all
/// clients have to log in again.
pub struct MemoryRefreshTokens<Id>(Mutex<State<Id>>);

struct State<Id> {
    families: HashMap<FamilyId, Family<Id>>,
    tokens: HashMap<RefreshDigest, FamilyId>,
}

struct Family<Id> {
    account_id: Id,
    current: RefreshDigest,
    expires_at: OffsetDateTime,
    ends_at: OffsetDateTime,
    used: Vec<RefreshDigest>,
}

impl<Id> Default for MemoryRefreshTokens<Id> {
    fn default() -> Self {
        Self(Mutex::new(State { families: HashMap::new(), tokens: HashMap::new() }))
    }
}

impl<Id> fmt::Debug for MemoryRefreshTokens<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRefreshTokens").field("families", &self.lock().families.len()).finish()
    }
}

impl<Id> MemoryRefreshTokens<Id> {
    fn lock(&self) -> MutexGuard<'_, State<Id>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deletes families that had ended, or whose current token had expired, at `now`. Returns how many. Call it regularly, such
    /// as once an hour: nothing else frees their memory.
    pub fn sweep(&self, now: OffsetDateTime) -> usize {
        let mut state = self.lock();
        let ended = state.families.iter().filter(|(_, family)| family.expires_at <= now);
        let ended: Vec<FamilyId> = ended.map(|(id, _)| id.clone()).collect();
        for id in &ended {
            state.end(id);
        }
        ended.len()
    }
}

impl<Id> State<Id> {
    fn end(&mut self, id: &FamilyId) -> Option<Family<Id>> {
        let family = self.families.remove(id)?;
        for digest in family.used.iter().chain([&family.current]) {
            self.tokens.remove(digest);
        }
        Some(family)
    }
}

impl<Id: Clone + PartialEq + Send + Sync> RefreshStore for MemoryRefreshTokens<Id> {
    type Id = Id;

    async fn begin(&self, digest: RefreshDigest, record: RefreshRecord<Id>) -> Result<(), StoreError> {
        let RefreshRecord { account_id, family, expires_at, family_ends_at: ends_at } = record;
        let mut state = self.lock();
        state.tokens.insert(digest, family.clone());
        let begun = Family { account_id, current: digest, expires_at, ends_at, used: Vec::new() };
        state.families.insert(family, begun);
        Ok(())
    }

    async fn rotate(
        &self,
        digest: RefreshDigest,
        next: NextToken,
        now: OffsetDateTime,
    ) -> Result<Rotation<Id>, StoreError> {
        let mut state = self.lock();
        let Some(id) = state.tokens.get(&digest).cloned() else { return Ok(Rotation::Unknown) };
        let Some(family) = state.families.get_mut(&id).filter(|family| family.expires_at > now) else {
            return Ok(Rotation::Unknown);
        };
        let record = |family: &Family<Id>| RefreshRecord {
            account_id: family.account_id.clone(),
            family: id.clone(),
            expires_at: family.expires_at,
            family_ends_at: family.ends_at,
        };
        if family.current != digest {
            let reused = record(family);
            state.end(&id);
            return Ok(Rotation::Reused(reused));
        }
        family.used.push(digest);
        family.current = next.digest;
        family.expires_at = next.expires_at.min(family.ends_at);
        let rotated = record(family);
        state.tokens.insert(next.digest, id);
        Ok(Rotation::Rotated(rotated))
    }

    async fn end(&self, digest: RefreshDigest) -> Result<(), StoreError> {
        let mut state = self.lock();
        if let Some(id) = state.tokens.get(&digest).cloned() {
            state.end(&id);
        }
        Ok(())
    }

    async fn end_all(&self, account_id: &Id) -> Result<u64, StoreError> {
        let mut state = self.lock();
        let own = state.families.iter().filter(|(_, family)| family.account_id == *account_id);
        let own: Vec<FamilyId> = own.map(|(id, _)| id.clone()).collect();
        for id in &own {
            state.end(id);
        }
        Ok(own.len() as u64)
    }

    async fn is_live(&self, family: &FamilyId, now: OffsetDateTime) -> Result<bool, StoreError> {
        Ok(self.lock().families.get(family).is_some_and(|family| family.ends_at > now))
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::passwords::testing::block_on;
    use crate::refresh::acceptance;

    #[test]
    fn it_is_a_refresh_store() {
        block_on(acceptance::refresh_store(&MemoryRefreshTokens::default(), &["ada", "bob"]));
    }

    #[test]
    fn ended_families_take_no_space() {
        let store = MemoryRefreshTokens::default();
        block_on(acceptance::refresh_store(&store, &[1_u64, 2]));
        store.sweep(OffsetDateTime::UNIX_EPOCH + Duration::days(1_000_000));
        let state = store.lock();
        assert_eq!((state.families.len(), state.tokens.len()), (0, 0));
    }
}
