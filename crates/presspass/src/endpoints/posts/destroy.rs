//! `DELETE api/posts/<id>/`

use presspass_rest::{Call, Failure, Reply};

use crate::app::failures;
use crate::app::services::Services;

pub(super) async fn delete(call: &Call<'_>, services: &Services, id: i64) -> Result<Reply, Failure> {
    let deleted = services.posts.delete(id).await.map_err(failures::store)?;
    if deleted { Ok(call.no_content()) } else { Err(Failure::NotFound) }
}
