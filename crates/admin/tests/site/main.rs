//! The pages of the admin over a temporary `SQLite` database: permissions, lists, forms, deletions.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails panics")]

mod common;
mod deleting;
mod editing;
mod inlines;
mod kinds;
mod lists;
mod permissions;
mod returning;
mod uuid_keys;
