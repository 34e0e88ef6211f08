//! The views of posts, one for each path: authentication, permissions, throttle, then the method.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass::{Claim, Identity, Services, enter};
use presspass_domain::Post;
use presspass_persistence::PostDeletion;
use presspass_rest::{Call, Failure, Reply, answer};
use presspass_serializers::posts::{Representation, parse_create, parse_update};

use super::{MODEL, Posts, SCOPE, list, options};

/// `api/posts/`
pub(super) async fn collection(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
    posts: Data<Posts>,
) -> HttpResponse {
    answer(&request, body, &posts.list, async |call| {
        let identity = services.identify(call).await?;
        let caller = enter(call, &services, identity, MODEL, SCOPE).await?;
        match call.method() {
            "GET" | "HEAD" => {
                let key = services.caller_key(call.request(), caller.as_ref());
                list::get(call, &services, &posts, key).await
            }
            "POST" => create(call, &services, &posts).await,
            _ => options::list(call, &services, caller.as_ref()).await,
        }
    })
    .await
}

/// `api/posts/<id>/`
pub(super) async fn detail(
    request: HttpRequest,
    path: Path<String>,
    body: Payload,
    services: Data<Services>,
    posts: Data<Posts>,
) -> HttpResponse {
    // The route accepts only digits: an id that is not an i64 is larger than any id.
    let id = path.parse::<i64>().ok();
    answer(&request, body, &posts.detail, async |call| {
        let identity = services.identify(call).await?;
        let reads = matches!(call.method(), "GET" | "HEAD");
        if let (true, Some(Identity::Claimed(claim)), Some(id)) = (reads, &identity, id) {
            return retrieve_for(call, &services, &posts, claim.clone(), id).await;
        }
        let caller = enter(call, &services, identity, MODEL, SCOPE).await?;
        let id = id.ok_or(Failure::NotFound);
        match call.method() {
            "GET" | "HEAD" => represent(call, posts.store.find(id?).await?),
            "PUT" | "PATCH" => update(call, &services, &posts, id?).await,
            "DELETE" => destroy(call, &posts, id?).await,
            _ => options::detail(call, &services, &posts, caller.as_ref(), id.ok()).await,
        }
    })
    .await
}

async fn create(call: &Call<'_>, services: &Services, posts: &Posts) -> Result<Reply, Failure> {
    let new = parse_create(call.input().await?)?;
    let post = posts.store.create(new, services.now()).await?;
    Ok(call.reply(StatusCode::CREATED, &Representation::from(&post)))
}

/// A read by a caller with a token: the account and the post are looked up in one round trip.
async fn retrieve_for(
    call: &mut Call<'_>,
    services: &Services,
    posts: &Posts,
    claim: Claim,
    id: i64,
) -> Result<Reply, Failure> {
    let found = posts.store.find_for(claim.query(), id).await?;
    let (reader, post) = found.map_or((None, None), |found| (Some(found.reader), found.post));
    let reader = services.gate.admit(call.request(), reader, claim)?;
    services.gate.permit(call, Some(&reader), services.permission.as_ref(), MODEL).await?;
    services.gate.throttle(call, Some(&reader), SCOPE).await?;
    represent(call, post)
}

fn represent(call: &Call<'_>, post: Option<Post>) -> Result<Reply, Failure> {
    let post = post.ok_or(Failure::NotFound)?;
    Ok(call.reply(StatusCode::OK, &Representation::from(&post)))
}

async fn update(call: &Call<'_>, services: &Services, posts: &Posts, id: i64) -> Result<Reply, Failure> {
    // As in DRF, a post that does not exist is 404 before its body is validated.
    posts.store.find(id).await?.ok_or(Failure::NotFound)?;
    let input = call.input().await?;
    let changes = if call.method() == "PUT" { parse_create(input)?.into() } else { parse_update(input)? };
    represent(call, posts.store.update(id, changes, services.now()).await?)
}

async fn destroy(call: &Call<'_>, posts: &Posts, id: i64) -> Result<Reply, Failure> {
    match posts.store.delete(id).await? {
        PostDeletion::Deleted => Ok(call.no_content()),
        PostDeletion::NotFound => Err(Failure::NotFound),
        PostDeletion::Referenced { tables } => Err(Failure::Conflict { detail: referenced(&tables) }),
    }
}

/// The message where rows of these tables refer to the post.
pub(super) fn referenced(tables: &[String]) -> String {
    let names = if tables.is_empty() { String::new() } else { format!(": {}", tables.join(", ")) };
    format!("This post cannot be deleted: other tables refer to it{names}.")
}
