//! `GET api/posts/<id>/`

use actix_web::http::StatusCode;
use presspass_domain::Post;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::posts::Representation;

use super::{MODEL, Posts, SCOPE};
use presspass::Claim;
use presspass::Services;

/// For a reader whom a token names: one round trip for both.
pub(super) async fn get_for(
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

/// For anyone who was let in.
pub(super) async fn get(call: &Call<'_>, posts: &Posts, id: i64) -> Result<Reply, Failure> {
    represent(call, posts.store.find(id).await?)
}

fn represent(call: &Call<'_>, post: Option<Post>) -> Result<Reply, Failure> {
    let post = post.ok_or(Failure::NotFound)?;
    Ok(call.reply(StatusCode::OK, &Representation::from(&post)))
}
