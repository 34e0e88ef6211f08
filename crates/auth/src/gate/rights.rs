//! What accounts may do.

use std::fmt;

use crate::api_keys::Scopes;
use crate::permissions::{Grants, Standing};
use crate::store::{BoxFuture, StoreError};

/// What accounts may do, as [permissions](crate::permissions) ask for it. The service's own user type needs to
/// implement nothing.
pub trait Rights: fmt::Debug + Send + Sync {
    /// What an account is to this service.
    type User;

    /// Whether the account is staff, or a superuser.
    fn standing(&self, account: &Self::User) -> Standing;

    /// The scopes of the API key by which the account came, as [`ApiKeyStore::bound`](crate::api_keys::ApiKeyStore::bound)
    /// put them there; [`Scopes::All`] where it came otherwise.
    fn scopes<'a>(&'a self, account: &'a Self::User) -> &'a Scopes;

    /// The model permissions of the account. Asked only where a permission needs them, and not for superusers.
    ///
    /// # Errors
    /// Where the store cannot answer.
    fn grants<'a>(
        &'a self,
        account: &'a Self::User,
    ) -> BoxFuture<'a, Result<Box<dyn Grants + Send + 'a>, StoreError>>;
}

/// Grants no more than a key's scopes and its account's permissions both do.
pub struct Bounded<'a> {
    /// The scopes of the key.
    pub scopes: &'a Scopes,
    /// Whether the account holds every permission.
    pub is_superuser: bool,
    /// What the account holds.
    pub grants: &'a dyn Grants,
}

impl fmt::Debug for Bounded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bounded").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

impl Grants for Bounded<'_> {
    fn holds(&self, app_label: &str, codename: &str) -> bool {
        self.scopes.holds(app_label, codename)
            && (self.is_superuser || self.grants.holds(app_label, codename))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::Codenames;

    #[test]
    fn neither_the_account_nor_the_key_goes_beyond_the_other() {
        let scopes = Scopes::only(["posts.add_post"]).unwrap();
        let grants = Codenames::new(["posts.change_post"]).unwrap();
        let holds = |is_superuser, codename| {
            Bounded { scopes: &scopes, is_superuser, grants: &grants }.holds("posts", codename)
        };
        assert!(!holds(false, "add_post"));
        assert!(!holds(false, "change_post"));
        assert!(holds(true, "add_post"));
        assert!(!holds(true, "change_post"));
    }
}
