//! `POST api/posts/`

use actix_web::http::StatusCode;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::Input;
use presspass_serializers::posts::{Representation, whole};

use super::Posts;
use presspass::Services;

pub(super) async fn post(
    call: &Call<'_>,
    services: &Services,
    posts: &Posts,
    input: &Input,
) -> Result<Reply, Failure> {
    let new = whole(input)?;
    let post = posts.store.create(new, services.now()).await?;
    Ok(call.reply(StatusCode::CREATED, &Representation::from(&post)))
}
