//! `OPTIONS`: metadata of the endpoints, with the fields that the caller may send.

use presspass_auth::permissions::Decision;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::MetadataAction;
use presspass_serializers::posts::FIELDS;

use super::{MODEL, Posts};
use presspass::Caller;
use presspass::Services;
use presspass::metadata;

pub(super) async fn list(
    call: &Call<'_>,
    services: &Services,
    account: Option<&Caller>,
) -> Result<Reply, Failure> {
    let may = may_send(call, services, account, "POST").await?;
    Ok(metadata(call, actions("POST", may)))
}

pub(super) async fn detail(
    call: &Call<'_>,
    services: &Services,
    posts: &Posts,
    account: Option<&Caller>,
    id: Option<i64>,
) -> Result<Reply, Failure> {
    let may = may_send(call, services, account, "PUT").await?;
    // What is not there cannot be changed; an id that no post can have is refused as it is by the other methods.
    let there = match id {
        _ if !may => false,
        Some(id) => posts.store.find(id).await?.is_some(),
        None => return Err(Failure::NotFound),
    };
    Ok(metadata(call, actions("PUT", there)))
}

async fn may_send(
    call: &Call<'_>,
    services: &Services,
    account: Option<&Caller>,
    method: &str,
) -> Result<bool, Failure> {
    if !call.endpoint().allows(method) {
        return Ok(false);
    }
    let decision = services.gate.decide(method, account, services.permission.as_ref(), MODEL).await?;
    Ok(decision == Decision::Granted)
}

fn actions(method: &'static str, may: bool) -> Vec<MetadataAction> {
    if may { vec![MetadataAction { method, fields: FIELDS }] } else { Vec::new() }
}
