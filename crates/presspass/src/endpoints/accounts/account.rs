//! `GET account/`: the caller's account.

use actix_web::http::StatusCode;
use presspass_auth::permissions::Model;
use presspass_rest::pages::Link;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::accounts::Representation;

use super::metadata;
use crate::app::services::Services;
use crate::identity::caller::{AuthMethod, Caller};

/// The model whose permissions this endpoint would ask for.
pub(crate) const MODEL: Model = Model { app_label: "auth", name: "user" };

pub(super) async fn view(call: &mut Call<'_>, services: &Services) -> Result<Reply, Failure> {
    let caller = services.authenticate(call).await?;
    let caller = services.access.permit_own(call, caller).await?;
    services.access.throttle(call, Some(&caller), super::SCOPE).await?;
    match call.method() {
        "GET" | "HEAD" => {
            let reply = call.reply(StatusCode::OK, &Representation::from(&caller.account));
            Ok(reply.with_links(links(call, &caller)))
        }
        "OPTIONS" => Ok(metadata(call, Vec::new())),
        _ => Err(call.method_not_allowed()),
    }
}

/// What else a caller can do with their own account, below this path.
fn links(call: &Call<'_>, caller: &Caller) -> Vec<Link> {
    if matches!(caller.by, AuthMethod::ApiKey(_)) {
        return Vec::new();
    }
    let below = |label, path| Link::new(label, format!("{}{path}", call.request().path()));
    vec![below("Change password", "password/"), below("API keys", "api_keys/")]
}
