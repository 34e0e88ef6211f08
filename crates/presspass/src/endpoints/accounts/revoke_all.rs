//! `POST auth/revoke_all/`: revokes all tokens and sessions of the caller's account, or of the account with the id in
//! the path.

use std::sync::Arc;

use presspass_admin::{Revoked, Staff};
use presspass_auth::api_keys::Scopes;
use presspass_auth::permissions::{And, BuiltIn, Grants as _, HasPermission, Permission};
use presspass_domain::PermissionSet;
use presspass_rest::{Call, Failure, Reply, forget_cookie};

use super::{MODEL, SCOPE, metadata};
use crate::app::services::Services;
use crate::identity::caller::{AuthMethod, Caller};

/// The permission to revoke other accounts' tokens: that of staff who may change accounts in Django's admin. The policy of
/// our admin decides which accounts.
pub(crate) fn permission() -> impl Permission {
    let staff: Arc<dyn Permission> = Arc::new(BuiltIn::IsAdmin);
    let changes: Arc<dyn Permission> = Arc::new(HasPermission::new(MODEL.app_label, "change_user"));
    And(vec![staff, changes])
}

/// Those of the caller's account.
pub(super) async fn own(call: &mut Call<'_>, services: &Services) -> Result<Reply, Failure> {
    let caller = services.authenticate(call).await?;
    let caller = services.access.permit_without_api_key(call, caller).await?;
    services.access.throttle(call, Some(&caller), SCOPE).await?;
    match call.method() {
        "POST" => {
            // An unread body would be parsed as the next request.
            call.input().await?;
            revoke(services, caller.id, &caller).await?;
            if matches!(caller.by, AuthMethod::Session) {
                call.set_cookie(forget_cookie(&services.cookies.session));
            }
            Ok(call.no_content())
        }
        "OPTIONS" => Ok(metadata(call, Vec::new())),
        _ => Err(call.method_not_allowed()),
    }
}

/// Those of the account with this id. A key may do this, where its scopes hold the permission: by the policy of the admin,
/// and with its entries in the log.
pub(super) async fn of(call: &mut Call<'_>, services: &Services, id: Option<i64>) -> Result<Reply, Failure> {
    let caller = services.authenticate(call).await?;
    let caller = caller.ok_or_else(|| services.access.not_authenticated())?;
    // Whatever the method is: revoking them changes the account.
    let request = services.access.request(call.request(), Some(&caller)).on(MODEL).with_method("PATCH");
    let decision = request.decide(&permission(), &()).await?;
    services.access.enforce(call.request(), Some(&caller), decision)?;
    let writes = call.endpoint().writes().collect();
    call.set_viewer(Some(&caller.username), writes);
    services.access.throttle(call, Some(&caller), SCOPE).await?;
    match call.method() {
        "POST" => {
            call.input().await?;
            revoke_of(services, id.ok_or(Failure::NotFound)?, &caller).await?;
            Ok(call.no_content())
        }
        "OPTIONS" => Ok(metadata(call, Vec::new())),
        _ => Err(call.method_not_allowed()),
    }
}

async fn revoke(services: &Services, account: i64, by: &Caller) -> Result<(), Failure> {
    let now = services.clock.now();
    if services.revocations.revoke_all(account, now).await?.is_none() {
        return Err(Failure::NotFound);
    }
    let sessions = services.sessions.end_all(account, None).await?;
    tracing::info!(account, by = by.id, sessions, "all tokens and sessions revoked");
    Ok(())
}

async fn revoke_of(services: &Services, account: i64, by: &Caller) -> Result<(), Failure> {
    let staff = staff(services, by).await?.ok_or_else(|| services.access.denied(by))?;
    let revoked = services.account_revocation.revoke(&staff, account, services.now()).await;
    match revoked? {
        Revoked::Done => Ok(()),
        Revoked::NoSuchRecord => Err(Failure::NotFound),
        Revoked::Forbidden(reason) => {
            tracing::info!(account, by = by.id, reason, "revocation failed");
            Err(services.access.denied(by))
        }
    }
}

/// The caller as a member of the staff, with no more permissions than the scopes of an API key leave.
async fn staff(services: &Services, caller: &Caller) -> Result<Option<Staff>, Failure> {
    let (mut account, scopes) = (caller.account.clone(), caller.scopes());
    let owned = |(app_label, codename): (&str, &str)| (app_label.to_owned(), codename.to_owned());
    let held: PermissionSet = match scopes {
        Scopes::All if account.is_superuser => PermissionSet::default(),
        Scopes::Only(names) if account.is_superuser => names.codenames().map(owned).collect(),
        _ => {
            let held = services.accounts.permissions(account.id).await?;
            held.iter()
                .filter(|(app_label, codename)| scopes.has_permission(app_label, codename))
                .map(owned)
                .collect()
        }
    };
    account.is_superuser &= scopes.is_all();
    Ok(Staff::of(account, held))
}
