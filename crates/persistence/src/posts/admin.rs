//! Posts in the admin.

use presspass_domain::admin::POST;

use crate::records::Table;

/// Where posts are.
pub(crate) static POSTS: Table = Table {
    model: &POST,
    name: "posts_post",
    joins: &[],
    set: &[],
    touched: &["updated_at"],
    dependents: &[],
};
