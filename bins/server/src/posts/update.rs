//! `PUT` and `PATCH api/posts/<id>/`

use actix_web::http::StatusCode;
use presspass_domain::Post;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::posts::{Representation, parse_create, parse_update};

use super::Posts;
use presspass::Services;

pub(super) async fn put_or_patch(
    call: &Call<'_>,
    services: &Services,
    posts: &Posts,
    post: &Post,
) -> Result<Reply, Failure> {
    let input = call.input().await?;
    let changes = if call.method() == "PUT" { parse_create(input)?.into() } else { parse_update(input)? };
    // It may have been deleted since it was looked up.
    let updated = posts.store.update(post.id, changes, services.now()).await?;
    let post = updated.ok_or(Failure::NotFound)?;
    Ok(call.reply(StatusCode::OK, &Representation::from(&post)))
}
