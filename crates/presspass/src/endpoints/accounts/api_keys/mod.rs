//! `account/api_keys/`: the caller's API keys. Callers with an API key have no access: a leaked key must neither extend
//! itself nor show the others.

mod create;

pub(crate) use create::MAX_KEYS;

use actix_web::http::StatusCode;
use presspass_domain::Timestamp;
use presspass_persistence::ListedApiKey;
use presspass_rest::pages::Message;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::MetadataAction;
use presspass_serializers::api_keys::{ApiKeyView, REQUEST_FIELDS, Representation};

use super::{SCOPE, metadata};
use crate::app::services::Services;
use crate::identity::caller::Caller;

/// `account/api_keys/`
pub(super) async fn all(call: &mut Call<'_>, services: &Services) -> Result<Reply, Failure> {
    let caller = enter(call, services).await?;
    match call.method() {
        "GET" | "HEAD" => list(call, services, &caller).await,
        "POST" => create::post(call, services, &caller).await,
        "OPTIONS" => Ok(metadata(call, vec![MetadataAction { method: "POST", fields: REQUEST_FIELDS }])),
        _ => Err(call.method_not_allowed()),
    }
}

/// `account/api_keys/<id>/`
pub(super) async fn one(call: &mut Call<'_>, services: &Services, id: Option<i64>) -> Result<Reply, Failure> {
    let caller = enter(call, services).await?;
    match call.method() {
        "DELETE" => revoke(call, services, &caller, id.ok_or(Failure::NotFound)?).await,
        "OPTIONS" => Ok(metadata(call, Vec::new())),
        _ => Err(call.method_not_allowed()),
    }
}

async fn enter(call: &mut Call<'_>, services: &Services) -> Result<Caller, Failure> {
    let caller = services.authenticate(call).await?;
    let caller = services.access.permit_without_api_key(call, caller).await?;
    services.access.throttle(call, Some(&caller), SCOPE).await?;
    Ok(caller)
}

async fn list(call: &Call<'_>, services: &Services, caller: &Caller) -> Result<Reply, Failure> {
    let keys = services.api_keys.of_account(caller.id).await?;
    let scopes: Vec<String> = keys.iter().map(|key| key.record.scopes.to_string()).collect();
    let keys: Vec<_> =
        keys.iter().zip(&scopes).map(|(key, scopes)| Representation::from(view(key, scopes))).collect();
    Ok(call.reply(StatusCode::OK, &keys))
}

async fn revoke(call: &Call<'_>, services: &Services, caller: &Caller, id: i64) -> Result<Reply, Failure> {
    if !services.api_keys.revoke(caller.id, id).await? {
        return Err(Failure::NotFound);
    }
    tracing::info!(account = caller.id, id, "API key revoked");
    Ok(call.no_content().with_message(Message::success("The API key was revoked.")))
}

/// A key as it is shown; `scopes` are those of the key, as text.
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
