//! The permissions of accounts, as the service knows them.

use std::fmt;

use crate::api_keys::Scopes;
use crate::permissions::{Grants, Standing};
use crate::store::{BoxFuture, StoreError};

/// The permissions of accounts, for the [permissions](crate::permissions) of views. The service's own user type does
/// not have to implement anything.
pub trait Rights: fmt::Debug + Send + Sync {
    /// The service's user type.
    type User;

    /// Whether the account is staff, or a superuser.
    fn standing(&self, account: &Self::User) -> Standing;

    /// The scopes of the API key that the caller used, as [`ApiKeyStore::bound`](crate::api_keys::ApiKeyStore::bound)
    /// put them there; [`Scopes::All`] if it used none.
    fn scopes<'a>(&'a self, account: &'a Self::User) -> &'a Scopes;

    /// The model permissions of the account. Called only if a permission needs them, and not for superusers.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn grants<'a>(
        &'a self,
        account: &'a Self::User,
    ) -> BoxFuture<'a, Result<Box<dyn Grants + Send + 'a>, StoreError>>;
}

/// Grants a permission only if both the key's scopes and its account have it.
pub struct Bounded<'a> {
    /// The scopes of the key.
    pub scopes: &'a Scopes,
    /// Whether the account has every permission.
    pub is_superuser: bool,
    /// The permissions of the account.
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
    fn a_permission_is_granted_only_if_both_the_key_and_its_account_have_it() {
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
