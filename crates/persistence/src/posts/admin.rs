//! Posts in the admin.

use presspass_domain::model::POST;

use crate::records::Table;

pub(crate) static POSTS: Table = Table { touched: &["updated_at"], ..Table::new(&POST, "posts_post") };
