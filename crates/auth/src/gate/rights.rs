//! The permissions of accounts, as the service knows them.

use std::fmt;

use crate::api_keys::Scopes;
use crate::permissions::{Grants, NoGrants, Privileges};
use crate::store::{BoxFuture, StoreError};

/// The permissions of accounts, for the [permissions](crate::permissions) of views. The service's own user type does
/// not have to implement anything. Implement the methods that the service has an answer for; write `grants` as an
/// `async fn` that returns a `Result<impl Grants + Send, StoreError>`.
pub trait Rights: fmt::Debug + Send + Sync {
    /// The service's user type.
    type User: Sync;

    /// Whether the account is staff, or a superuser; neither, if the service has no such accounts.
    fn privileges(&self, _account: &Self::User) -> Privileges {
        Privileges { is_staff: false, is_superuser: false }
    }

    /// The scopes of the API key that the caller used, as [`ApiKeyStore::bound`](crate::api_keys::ApiKeyStore::bound)
    /// put them there; [`Scopes::All`] if it used none.
    fn scopes<'a>(&'a self, _account: &'a Self::User) -> &'a Scopes {
        &Scopes::All
    }

    /// The permissions of the account by name; none, if the service has no such permissions. Called only if a permission
    /// needs them, and not for superusers.
    ///
    /// # Errors
    /// If the store cannot answer.
    fn grants(
        &self,
        _account: &Self::User,
    ) -> impl Future<Output = Result<impl Grants + Send, StoreError>> + Send {
        std::future::ready(Ok(NoGrants))
    }
}

/// [`Rights`] of any type: a gate does not name that of its service.
pub(crate) trait DynRights<U>: fmt::Debug + Send + Sync {
    fn dyn_privileges(&self, account: &U) -> Privileges;

    fn dyn_scopes<'a>(&'a self, account: &'a U) -> &'a Scopes;

    fn dyn_grants<'a>(
        &'a self,
        account: &'a U,
    ) -> BoxFuture<'a, Result<Box<dyn Grants + Send + 'a>, StoreError>>;
}

impl<R: Rights> DynRights<R::User> for R {
    fn dyn_privileges(&self, account: &R::User) -> Privileges {
        self.privileges(account)
    }

    fn dyn_scopes<'a>(&'a self, account: &'a R::User) -> &'a Scopes {
        self.scopes(account)
    }

    fn dyn_grants<'a>(
        &'a self,
        account: &'a R::User,
    ) -> BoxFuture<'a, Result<Box<dyn Grants + Send + 'a>, StoreError>> {
        Box::pin(async move { Ok(Box::new(self.grants(account).await?) as Box<dyn Grants + Send + 'a>) })
    }
}

/// Grants a permission only if both the key's scopes and its account have it.
pub(crate) struct Bounded<'a> {
    pub scopes: &'a Scopes,
    pub is_superuser: bool,
    pub grants: &'a dyn Grants,
}

impl Grants for Bounded<'_> {
    fn has_permission(&self, app_label: &str, codename: &str) -> bool {
        self.scopes.has_permission(app_label, codename)
            && (self.is_superuser || self.grants.has_permission(app_label, codename))
    }

    fn has_scope(&self, scope: &str) -> bool {
        self.scopes.has(scope)
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
            Bounded { scopes: &scopes, is_superuser, grants: &grants }.has_permission("posts", codename)
        };
        assert!(!holds(false, "add_post"));
        assert!(!holds(false, "change_post"));
        assert!(holds(true, "add_post"));
        assert!(!holds(true, "change_post"));
    }
}
