//! Helpers of views: authentication, permissions and throttles before the handler, and OPTIONS.

use std::sync::Arc;

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::permissions::{Model, Permission};
use presspass_rest::{Call, Endpoint, Failure, PARSES, RENDERS, Reply, answer};
use presspass_serializers::{Metadata, MetadataAction};

use crate::app::services::Services;
use crate::identity::caller::{Caller, Identity};

/// Runs a view that every authenticated caller may use, and anonymous callers may not: authentication, permission,
/// throttle, method, and then `handler`, which reads the body where it needs it.
pub async fn authenticated(
    request: &HttpRequest,
    body: Payload,
    services: &Services,
    endpoint: &Endpoint,
    handler: impl AsyncFnOnce(&mut Call<'_>, &Caller) -> Result<Reply, Failure>,
) -> HttpResponse {
    answer(request, body, endpoint, async |call| {
        let caller = services.authenticate(call).await?;
        let caller = services.access.permit_own(call, caller).await?;
        services.access.throttle(call, Some(&caller), endpoint.name).await?;
        match call.method() {
            "OPTIONS" => Ok(metadata(call, Vec::new())),
            method if call.endpoint().allows(method) => handler(call, &caller).await,
            _ => Err(call.method_not_allowed()),
        }
    })
    .await
}

/// Checks the caller of an endpoint in DRF's order: the permission that the settings choose, on this model; throttle; method.
/// `scope` is the throttle scope.
///
/// # Errors
/// 401, 403, 405 or 429, or a store that cannot answer.
pub async fn enter(
    call: &mut Call<'_>,
    services: &Services,
    identity: Option<Identity>,
    model: Model,
    scope: &str,
) -> Result<Option<Caller>, Failure> {
    let caller = services.access.resolve(call.request(), identity).await?;
    admit(&services.permission, call, services, caller.as_ref(), model, scope).await?;
    Ok(caller)
}

/// What follows once the caller is known, for a permission of its own.
pub(crate) async fn admit(
    permission: &Arc<dyn Permission>,
    call: &mut Call<'_>,
    services: &Services,
    caller: Option<&Caller>,
    model: Model,
    scope: &str,
) -> Result<(), Failure> {
    services.access.permit(call, caller, permission, Some(model)).await?;
    services.access.throttle(call, caller, scope).await?;
    if call.endpoint().allows(call.method()) { Ok(()) } else { Err(call.method_not_allowed()) }
}

/// The response to OPTIONS: DRF's metadata of a view, with the fields that the caller may send.
#[must_use]
pub fn metadata(call: &Call<'_>, actions: Vec<MetadataAction>) -> Reply {
    let Endpoint { name, description, .. } = *call.endpoint();
    let metadata = Metadata { name, description, renders: RENDERS, parses: PARSES, actions };
    call.reply(actix_web::http::StatusCode::OK, &metadata)
}
