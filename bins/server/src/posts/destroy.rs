//! `DELETE api/posts/<id>/`

use presspass_rest::{Call, Failure, Reply};

use super::Posts;
use presspass::store_failure;

pub(super) async fn delete(call: &Call<'_>, posts: &Posts, id: i64) -> Result<Reply, Failure> {
    let deleted = posts.store.delete(id).await.map_err(store_failure)?;
    if deleted { Ok(call.no_content()) } else { Err(Failure::NotFound) }
}
