//! Posts.

mod by_cursor;
mod create;
mod destroy;
mod filter;
mod list;
mod options;
mod retrieve;
mod update;

pub(crate) use filter::{FILTERS, orders};

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::permissions::Model;
use presspass_rest::{Call, Endpoint, Failure, RequestBody, answer};
use presspass_serializers::posts::FIELDS;

use crate::app::services::Services;
use crate::identity::gate::{Caller, Known};

/// The model whose permissions these endpoints ask for.
pub(crate) const MODEL: Model = Model { app_label: "posts", name: "post" };

/// The scope by whose rate these endpoints are throttled.
const SCOPE: &str = "posts";

const LIST: Endpoint = Endpoint { name: "Post List", description: "", allow: "GET, POST, HEAD, OPTIONS" };
const READ_ONLY_LIST: Endpoint = Endpoint { allow: "GET, HEAD, OPTIONS", ..LIST };

const DETAIL: Endpoint =
    Endpoint { name: "Post Detail", description: "", allow: "GET, PUT, PATCH, DELETE, HEAD, OPTIONS" };
const READ_ONLY_DETAIL: Endpoint = Endpoint { allow: "GET, HEAD, OPTIONS", ..DETAIL };

/// The list's endpoint, by the settings.
pub(crate) const fn list_endpoint(read_only: bool) -> &'static Endpoint {
    if read_only { &READ_ONLY_LIST } else { &LIST }
}

/// A post's endpoint, by the settings.
pub(crate) const fn detail_endpoint(read_only: bool) -> &'static Endpoint {
    if read_only { &READ_ONLY_DETAIL } else { &DETAIL }
}

/// `api/posts/`
pub(crate) async fn list(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    let mut body = RequestBody::new(&request, body, services.body_limits, FIELDS);
    answer(&request, list_endpoint(services.posts_read_only), async |call| {
        let caller = services.gate.identify(call, &mut body).await?;
        let account = enter(call, &services, caller).await?;
        match call.method() {
            "GET" | "HEAD" => list::get(call, &services).await,
            "POST" => create::post(call, &services, body.input().await?).await,
            _ => options::list(call, &services, account.as_ref()).await,
        }
    })
    .await
}

/// `api/posts/<id>/`
pub(crate) async fn detail(
    request: HttpRequest,
    path: Path<String>,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    let endpoint = detail_endpoint(services.posts_read_only);
    // The route lets digits through only: what is no i64 is larger than any id.
    let id = path.parse::<i64>().ok();
    let mut body = RequestBody::new(&request, body, services.body_limits, FIELDS);
    answer(&request, endpoint, async |call| {
        let caller = services.gate.identify(call, &mut body).await?;
        let reads = matches!(call.method(), "GET" | "HEAD");
        // A read looks up its reader together with the post.
        if let (true, Some(Caller::Claimed(claim)), Some(id)) = (reads, &caller, id) {
            return retrieve::get_for(call, &services, claim.clone(), id).await;
        }
        let account = enter(call, &services, caller).await?;
        let id = id.ok_or(Failure::NotFound);
        match call.method() {
            "GET" | "HEAD" => retrieve::get(call, &services, id?).await,
            "PUT" | "PATCH" => {
                let found = services.posts.find(id?).await.map_err(crate::app::failures::store)?;
                let post = found.ok_or(Failure::NotFound)?;
                update::put_or_patch(call, &services, &post, body.input().await?).await
            }
            "DELETE" => destroy::delete(call, &services, id?).await,
            _ => options::detail(call, &services, account.as_ref(), id.ok()).await,
        }
    })
    .await
}

/// Lets in whoever may do this, and refuses a method that the endpoint does not have: in this order.
async fn enter(
    call: &Call<'_>,
    services: &Services,
    caller: Option<Caller>,
) -> Result<Option<Known>, Failure> {
    let account = services.gate.resolve(caller).await?;
    services.gate.permit(call, account.as_ref(), services.permission.as_ref(), MODEL).await?;
    services.gate.throttle(call, account.as_ref(), SCOPE).await?;
    if call.endpoint().allows(call.method()) { Ok(account) } else { Err(call.method_not_allowed()) }
}
