//! `GET account/`: the caller's account.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use presspass_auth::permissions::Model;
use presspass_rest::pages::Link;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::accounts::Representation;

use super::metadata;
use crate::app::services::Services;
use crate::endpoints::resource::AccountFieldsState;
use crate::identity::caller::{AuthMethod, Caller};

/// The model whose permissions this endpoint would ask for.
pub(crate) const MODEL: Model = Model { app_label: "auth", name: "user" };

pub(super) async fn view(call: &mut Call<'_>, services: &Services) -> Result<Reply, Failure> {
    let caller = services.authenticate(call).await?;
    let caller = services.access.permit_own(call, caller).await?;
    services.access.throttle(call, Some(&caller), super::SCOPE).await?;
    match call.method() {
        "GET" | "HEAD" => {
            let reply = match call.request().app_data::<Data<AccountFieldsState>>() {
                None => call.reply(StatusCode::OK, &Representation::from(&caller.account)),
                Some(of_profile) => {
                    let members = of_profile.members(caller.id).await?;
                    call.reply_json(StatusCode::OK, with_members(&caller, &members))
                }
            };
            Ok(reply.with_links(links(call, &caller)))
        }
        "OPTIONS" => Ok(metadata(call, Vec::new())),
        _ => Err(call.method_not_allowed()),
    }
}

/// The account as JSON, with the members of its profile at the end.
fn with_members(caller: &Caller, members: &[u8]) -> Vec<u8> {
    // Numbers, booleans and texts are always JSON.
    let mut json = serde_json::to_vec(&Representation::from(&caller.account)).unwrap_or_default();
    json.pop();
    json.push(b',');
    json.extend_from_slice(members);
    json.push(b'}');
    json
}

/// What else a caller can do with their own account, below this path.
fn links(call: &Call<'_>, caller: &Caller) -> Vec<Link> {
    if matches!(caller.by, AuthMethod::ApiKey(_)) {
        return Vec::new();
    }
    let below = |label, path| Link::new(label, format!("{}{path}", call.request().path()));
    vec![below("Change password", "password/"), below("API keys", "api_keys/")]
}
