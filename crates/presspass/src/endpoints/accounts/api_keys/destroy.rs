//! `DELETE account/api_keys/<id>/`: ends a key.

use presspass_rest::pages::Message;
use presspass_rest::{Call, Failure, Reply};

use crate::app::services::Services;
use crate::identity::gate::Known;

pub(super) async fn delete(
    call: &Call<'_>,
    services: &Services,
    caller: &Known,
    id: i64,
) -> Result<Reply, Failure> {
    if !services.api_keys.revoke(caller.id, id).await? {
        return Err(Failure::NotFound);
    }
    tracing::info!(account = caller.id, id, "an API key was revoked");
    Ok(call.no_content().with_message(Message::success("The API key was revoked.")))
}
