//! `POST api/posts/`

use actix_web::http::StatusCode;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::posts::{Representation, parse_create};

use super::Posts;
use presspass::Services;

pub(super) async fn post(call: &Call<'_>, services: &Services, posts: &Posts) -> Result<Reply, Failure> {
    let new = parse_create(call.input().await?)?;
    let post = posts.store.create(new, services.now()).await?;
    Ok(call.reply(StatusCode::CREATED, &Representation::from(&post)))
}
