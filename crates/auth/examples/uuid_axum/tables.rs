//! The tables of the example, in place of a database, and the stores that read them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use presspass_auth::api_keys::{ApiKeyBearer, ApiKeyDigest, ApiKeyRecord, ApiKeyStore, Scopes};
use presspass_auth::gate::Rights;
use presspass_auth::passwords::{PasswordLogin, PasswordStore, Replaced, StoredPassword};
use presspass_auth::refresh::{MemoryRefreshTokens, TokenService};
use presspass_auth::tokens::VerifiedToken;
use presspass_auth::{Resolution, StoreError, UserStore};
use time::OffsetDateTime;
use uuid::Uuid;

/// A row of the service's own table, and the scopes of the key that was used.
#[derive(Debug, Clone)]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub password: String,
    pub scopes: Scopes,
}

/// The table of users.
#[derive(Debug, Default)]
pub struct Users(pub Mutex<Vec<User>>);

/// The other tables, and what handlers need.
#[derive(Debug)]
pub struct Orders {
    pub logins: PasswordLogin<Users>,
    pub keys: Mutex<HashMap<ApiKeyDigest, (Uuid, ApiKeyRecord)>>,
    pub owners: Mutex<HashMap<Uuid, Uuid>>,
    pub tokens: TokenService<MemoryRefreshTokens<Uuid>>,
}

pub fn lock<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Orders {
    pub fn user(&self, is: impl Fn(&User) -> bool) -> Option<User> {
        lock(&self.logins.store().0).iter().find(|user| is(user)).cloned()
    }
}

impl PasswordStore for Users {
    type User = User;

    async fn find(&self, email: &str) -> Result<Option<StoredPassword<User>>, StoreError> {
        let user = lock(&self.0).iter().find(|user| user.email == email).cloned();
        Ok(user.map(|user| StoredPassword { hash: user.password.clone(), user, is_active: true }))
    }

    /// A login replaces the hash of another scheme than today's.
    async fn replace(&self, stored: &mut StoredPassword<User>, new: &str) -> Result<Replaced, StoreError> {
        let mut users = lock(&self.0);
        match users.iter_mut().find(|user| user.id == stored.user.id && user.password == stored.hash) {
            Some(user) => new.clone_into(&mut user.password),
            None => return Ok(Replaced::Superseded),
        }
        Ok(Replaced::Done)
    }
}

impl UserStore for Orders {
    type User = User;
    type Id = Uuid;

    /// A token whose family has ended is refused at once, and not only when it expires.
    async fn resolve(&self, id: Uuid, token: VerifiedToken) -> Result<Resolution<User>, StoreError> {
        if !self.tokens.is_live(&token).await? {
            return Ok(Resolution::Revoked);
        }
        Ok(self.user(|user| user.id == id).map_or(Resolution::Unknown, Resolution::Active))
    }
}

impl ApiKeyStore for Orders {
    type User = User;

    async fn find(&self, digest: ApiKeyDigest) -> Result<Resolution<ApiKeyBearer<User>>, StoreError> {
        let found = lock(&self.keys).get(&digest).cloned();
        let found = found.and_then(|(id, key)| Some((self.user(|user| user.id == id)?, key)));
        Ok(found
            .map_or(Resolution::Unknown, |(account, key)| Resolution::Active(ApiKeyBearer { account, key })))
    }

    fn bound(&self, account: User, scopes: Scopes) -> Option<User> {
        Some(User { scopes, ..account })
    }

    async fn record_use(&self, digest: ApiKeyDigest, at: OffsetDateTime) -> Result<(), StoreError> {
        if let Some((_, key)) = lock(&self.keys).get_mut(&digest) {
            key.last_used_at = Some(at);
        }
        Ok(())
    }
}

impl Rights for Orders {
    type User = User;

    fn scopes<'a>(&'a self, user: &'a User) -> &'a Scopes {
        &user.scopes
    }
}
