//! `GET account/api_keys/`: the caller's keys, without their secrets.

use actix_web::http::StatusCode;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::api_keys::Representation;

use super::view;
use crate::app::services::Services;
use crate::identity::gate::Known;

pub(super) async fn get(call: &Call<'_>, services: &Services, caller: &Known) -> Result<Reply, Failure> {
    let keys = services.api_keys.of_account(caller.id).await?;
    let scopes: Vec<String> = keys.iter().map(|key| key.record.scopes.to_string()).collect();
    let keys: Vec<_> =
        keys.iter().zip(&scopes).map(|(key, scopes)| Representation::from(view(key, scopes))).collect();
    Ok(call.reply(StatusCode::OK, &keys))
}
