//! `DELETE api/posts/<id>/`

use presspass_persistence::PostDeletion;
use presspass_rest::{Call, Failure, Reply};

use super::Posts;

pub(super) async fn delete(call: &Call<'_>, posts: &Posts, id: i64) -> Result<Reply, Failure> {
    match posts.store.delete(id).await? {
        PostDeletion::Deleted => Ok(call.no_content()),
        PostDeletion::NotFound => Err(Failure::NotFound),
        PostDeletion::Referenced { tables } => Err(Failure::Conflict { detail: referenced(&tables) }),
    }
}

/// What is answered where these tables refer to the post.
pub(super) fn referenced(tables: &[String]) -> String {
    let names = if tables.is_empty() { String::new() } else { format!(": {}", tables.join(", ")) };
    format!("This post cannot be deleted: other tables refer to it{names}.")
}
