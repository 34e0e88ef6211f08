//! The permissions of accounts, as the gate looks them up.

use presspass_auth::StoreError;
use presspass_auth::api_keys::Scopes;
use presspass_auth::gate::Rights;
use presspass_auth::permissions::{Grants, Privileges};
use presspass_domain::PermissionSet;
use presspass_persistence::AccountStore;

use super::caller::Caller;

/// The permissions of accounts, for the gate of the auth crate.
#[derive(Debug)]
pub(super) struct AccountRights(pub AccountStore);

struct AccountGrants(PermissionSet);

impl Grants for AccountGrants {
    fn has_permission(&self, app_label: &str, codename: &str) -> bool {
        self.0.holds(app_label, codename)
    }
}

impl Rights for AccountRights {
    type User = Caller;

    fn privileges(&self, caller: &Caller) -> Privileges {
        Privileges { is_staff: caller.is_staff, is_superuser: caller.is_superuser }
    }

    fn scopes<'a>(&'a self, caller: &'a Caller) -> &'a Scopes {
        caller.scopes()
    }

    async fn grants(&self, caller: &Caller) -> Result<impl Grants + Send, StoreError> {
        Ok(AccountGrants(self.0.permissions(caller.id).await?))
    }
}
