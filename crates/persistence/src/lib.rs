//! Accounts and posts in `SQLite` and `PostgreSQL`.
//!
//! [`Database`] is the one seam between async handlers and blocking diesel; [`Accounts`] and [`Posts`] implement the
//! store traits of [`presspass_domain`] on it, [`Sessions`], [`Revocations`], [`ApiKeys`] and [`Throttles`] those of
//! [`presspass_auth`]. Queries are written once and compiled for both engines. Nothing outside this crate names diesel.

mod accounts;
mod admin;
mod api_keys;
mod catalogue;
mod columns;
mod connection;
mod database;
mod error;
mod file;
mod file_watch;
mod interrupt;
mod lane;
mod libpq;
mod migrations;
mod origin;
mod posts;
mod records;
#[cfg(feature = "redis")]
mod redis;
mod revocations;
mod running_read;
mod schema;
mod schema_check;
mod sessions;
mod sql;
mod sweep;
mod throttles;
mod url;

pub use accounts::Accounts;
pub use api_keys::{ApiKeys, Enrolled, ListedApiKey, NewApiKey};
pub use database::{Database, Options, Purpose};
pub use error::{Error, OpenError};
pub use migrations::MigrationError;
pub use origin::Origin;
pub use posts::Posts;
pub use records::Models;
#[cfg(feature = "redis")]
pub use redis::{Redis, RedisError, RedisSessions, RedisThrottles, RedisUrl, RedisUrlError};
pub use revocations::{LoginRecorded, PasswordChange, Revocations};
pub use schema_check::{SchemaProblem, SchemaReport};
pub use sessions::{OriginalSessions, Sessions};
pub use throttles::Throttles;
pub use url::{DatabaseUrl, Engine, NetworkRisk, UrlError};
