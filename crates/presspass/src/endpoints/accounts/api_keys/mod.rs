//! `account/api_keys/`: one's own API keys. Who comes by a key has no business here: a key that leaked must neither make
//! itself last nor tell of others.

mod create;
mod destroy;
mod list;

pub(crate) use create::MOST_KEYS;

use presspass_domain::Timestamp;
use presspass_persistence::ListedApiKey;
use presspass_rest::{Call, Failure, Reply, RequestBody};
use presspass_serializers::MetadataAction;
use presspass_serializers::api_keys::{REQUEST_FIELDS, Told};

use super::{SCOPE, metadata};
use crate::app::services::Services;
use crate::identity::gate::Known;

/// `account/api_keys/`
pub(super) async fn all(
    call: &mut Call<'_>,
    services: &Services,
    body: &mut RequestBody<'_>,
) -> Result<Reply, Failure> {
    let caller = enter(call, services, body).await?;
    match call.method() {
        "GET" | "HEAD" => list::get(call, services, &caller).await,
        "POST" => create::post(call, services, &caller, body.input().await?).await,
        "OPTIONS" => Ok(metadata(call, vec![MetadataAction { method: "POST", fields: REQUEST_FIELDS }])),
        _ => Err(call.method_not_allowed()),
    }
}

/// `account/api_keys/<id>/`
pub(super) async fn one(
    call: &mut Call<'_>,
    services: &Services,
    body: &mut RequestBody<'_>,
    id: Option<i64>,
) -> Result<Reply, Failure> {
    let caller = enter(call, services, body).await?;
    match call.method() {
        "DELETE" => destroy::delete(call, services, &caller, id.ok_or(Failure::NotFound)?).await,
        "OPTIONS" => Ok(metadata(call, Vec::new())),
        _ => Err(call.method_not_allowed()),
    }
}

async fn enter(
    call: &mut Call<'_>,
    services: &Services,
    body: &mut RequestBody<'_>,
) -> Result<Known, Failure> {
    let caller = services.identify(call, body).await?;
    let known = services.gate.resolve(call.request(), caller).await?;
    let caller = services.gate.permit_in_person(call, known)?;
    services.gate.throttle(call, Some(&caller), SCOPE).await?;
    Ok(caller)
}

/// What is told of a key; `scopes` is that of the key, as text.
fn told<'a>(key: &'a ListedApiKey, scopes: &'a str) -> Told<'a> {
    let ListedApiKey { id, record } = key;
    Told {
        id: *id,
        name: record.name.as_str(),
        scopes,
        created_at: Timestamp::new(record.created_at),
        expires_at: record.expires_at.map(Timestamp::new),
        last_used_at: record.last_used_at.map(Timestamp::new),
    }
}
