//! The permissions of accounts, as the gate looks them up.

use presspass_auth::api_keys::Scopes;
use presspass_auth::gate::Rights;
use presspass_auth::permissions::{Grants, Standing};
use presspass_auth::{BoxFuture, StoreError};
use presspass_domain::PermissionSet;
use presspass_persistence::AccountStore;

use super::caller::Caller;

/// The permissions of accounts, for the gate of the auth crate.
#[derive(Debug)]
pub(super) struct AccountRights(pub AccountStore);

struct AccountGrants(PermissionSet);

impl Grants for AccountGrants {
    fn holds(&self, app_label: &str, codename: &str) -> bool {
        self.0.holds(app_label, codename)
    }
}

impl Rights for AccountRights {
    type User = Caller;

    fn standing(&self, caller: &Caller) -> Standing {
        Standing { is_staff: caller.is_staff, is_superuser: caller.is_superuser }
    }

    fn scopes<'a>(&'a self, caller: &'a Caller) -> &'a Scopes {
        caller.scopes()
    }

    fn grants<'a>(
        &'a self,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<Box<dyn Grants + Send + 'a>, StoreError>> {
        Box::pin(async {
            let held = self.0.permissions(caller.id).await?;
            Ok(Box::new(AccountGrants(held)) as Box<dyn Grants + Send>)
        })
    }
}
