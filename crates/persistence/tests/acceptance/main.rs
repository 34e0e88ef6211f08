//! The stores and the database, as those see them who use this crate: on both engines, each test on a database of its
//! own. One program, so that the tests share one `PostgreSQL` cluster.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod admin;
mod admin_original;
mod adoption;
mod api_keys;
mod lifetime;
mod load;
mod migrations;
mod model_store;
mod place;
#[path = "../posts/mod.rs"]
mod posts;
mod project;
mod records;
mod references;
mod resources;
mod revocations;
mod schema;
mod sessions;
mod streams;
mod throttles;
