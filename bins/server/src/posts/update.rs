//! `PUT` and `PATCH api/posts/<id>/`

use actix_web::http::StatusCode;
use presspass_domain::{Post, PostChanges};
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::Input;
use presspass_serializers::posts::{Representation, partial, whole};

use super::Posts;
use presspass::Services;

pub(super) async fn put_or_patch(
    call: &Call<'_>,
    services: &Services,
    posts: &Posts,
    post: &Post,
    input: &Input,
) -> Result<Reply, Failure> {
    let changes = if call.method() == "PUT" { PostChanges::from(whole(input)?) } else { partial(input)? };
    // It may have been deleted since it was looked up.
    let updated = posts.store.update(post.id, changes, services.now()).await?;
    let post = updated.ok_or(Failure::NotFound)?;
    Ok(call.reply(StatusCode::OK, &Representation::from(&post)))
}
