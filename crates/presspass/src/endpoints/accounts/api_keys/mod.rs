//! `account/api_keys/`: one's own API keys. Who comes by a key has no business here: a key that leaked must neither make
//! itself last nor tell of others.

mod create;
mod destroy;
mod list;

pub(crate) use create::MOST_KEYS;

use presspass_domain::Timestamp;
use presspass_persistence::ListedApiKey;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::MetadataAction;
use presspass_serializers::api_keys::{ApiKeyView, REQUEST_FIELDS};

use super::{SCOPE, metadata};
use crate::app::services::Services;
use crate::identity::gate::Known;

/// `account/api_keys/`
pub(super) async fn all(call: &mut Call<'_>, services: &Services) -> Result<Reply, Failure> {
    let caller = enter(call, services).await?;
    match call.method() {
        "GET" | "HEAD" => list::get(call, services, &caller).await,
        "POST" => create::post(call, services, &caller).await,
        "OPTIONS" => Ok(metadata(call, vec![MetadataAction { method: "POST", fields: REQUEST_FIELDS }])),
        _ => Err(call.method_not_allowed()),
    }
}

/// `account/api_keys/<id>/`
pub(super) async fn one(call: &mut Call<'_>, services: &Services, id: Option<i64>) -> Result<Reply, Failure> {
    let caller = enter(call, services).await?;
    match call.method() {
        "DELETE" => destroy::delete(call, services, &caller, id.ok_or(Failure::NotFound)?).await,
        "OPTIONS" => Ok(metadata(call, Vec::new())),
        _ => Err(call.method_not_allowed()),
    }
}

async fn enter(call: &mut Call<'_>, services: &Services) -> Result<Known, Failure> {
    let caller = services.identify(call).await?;
    let known = services.gate.resolve(call.request(), caller).await?;
    let caller = services.gate.permit_in_person(call, known)?;
    services.gate.throttle(call, Some(&caller), SCOPE).await?;
    Ok(caller)
}

fn view<'a>(key: &'a ListedApiKey, scopes: &'a str) -> ApiKeyView<'a> {
    let ListedApiKey { id, record } = key;
    ApiKeyView {
        id: *id,
        name: record.name.as_str(),
        scopes,
        created_at: Timestamp::new(record.created_at),
        expires_at: record.expires_at.map(Timestamp::new),
        last_used_at: record.last_used_at.map(Timestamp::new),
    }
}
