//! `POST api/posts/`

use actix_web::http::StatusCode;
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::Input;
use presspass_serializers::posts::{Representation, whole};

use crate::app::failures;
use crate::app::services::Services;

pub(super) async fn post(call: &Call<'_>, services: &Services, input: &Input) -> Result<Reply, Failure> {
    let new = whole(input)?;
    let post = services.posts.create(new, services.now()).await.map_err(failures::store)?;
    Ok(call.reply(StatusCode::CREATED, &Representation::from(&post)))
}
