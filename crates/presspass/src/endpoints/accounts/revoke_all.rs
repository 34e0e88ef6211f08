//! `POST auth/revoke_all/`: ends all tokens and sessions of the caller's account; with an id behind it, of that account.

use std::sync::Arc;

use presspass_auth::permissions::{And, BuiltIn, Decision, Holds, Permission};
use presspass_rest::{Call, Failure, Reply, RequestBody, forget_cookie};

use super::{MODEL, SCOPE, metadata};
use crate::app::services::Services;
use crate::identity::gate::{Known, Means, note_own};

/// Who may end other accounts' tokens: whom the original's admin lets change accounts.
pub(crate) fn permission() -> impl Permission {
    let staff: Arc<dyn Permission> = Arc::new(BuiltIn::IsAdmin);
    let changes: Arc<dyn Permission> = Arc::new(Holds::new(MODEL.app_label, "change_user"));
    And(vec![staff, changes])
}

/// One's own.
pub(super) async fn own(
    call: &mut Call<'_>,
    services: &Services,
    body: &mut RequestBody<'_>,
) -> Result<Reply, Failure> {
    let caller = services.gate.identify(call, body).await?;
    let caller = services.gate.permit_in_person(call, services.gate.resolve(caller).await?)?;
    services.gate.throttle(call, Some(&caller), SCOPE).await?;
    match call.method() {
        "POST" => {
            // What is there to read is read, or it would be taken for the next request.
            body.input().await?;
            revoke(services, caller.id, &caller).await?;
            if matches!(caller.by, Means::Session) {
                call.set_cookie(forget_cookie(&services.cookies.session));
            }
            Ok(call.no_content())
        }
        "OPTIONS" => Ok(metadata(call, Vec::new())),
        _ => Err(call.method_not_allowed()),
    }
}

/// Those of the account with this id. A key may do this, where its scopes hold the permission.
pub(super) async fn of(
    call: &mut Call<'_>,
    services: &Services,
    body: &mut RequestBody<'_>,
    id: Option<i64>,
) -> Result<Reply, Failure> {
    let caller = services.gate.identify(call, body).await?;
    let caller = services.gate.resolve(caller).await?;
    let caller = caller.ok_or_else(|| Failure::not_authenticated(services.gate.chain.challenge()))?;
    // Whatever the method is: to end them is to change the account.
    match services.gate.decide("PATCH", Some(&caller), &permission(), MODEL).await? {
        Decision::Granted => note_own(call, Some(&caller), |_, _| true),
        Decision::Denied | Decision::MethodNotAllowed => return Err(services.gate.denied(&caller)),
    }
    services.gate.throttle(call, Some(&caller), SCOPE).await?;
    match call.method() {
        "POST" => {
            body.input().await?;
            revoke(services, id.ok_or(Failure::NotFound)?, &caller).await?;
            Ok(call.no_content())
        }
        "OPTIONS" => Ok(metadata(call, Vec::new())),
        _ => Err(call.method_not_allowed()),
    }
}

async fn revoke(services: &Services, account: i64, by: &Known) -> Result<(), Failure> {
    let now = services.clock.now();
    if services.revocations.revoke_all(account, now).await?.is_none() {
        return Err(Failure::NotFound);
    }
    let sessions = services.sessions.end_all(account, None).await?;
    tracing::info!(account, by = by.id, sessions, "all tokens and sessions were ended");
    Ok(())
}
