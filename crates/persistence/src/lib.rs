//! Accounts, sessions, credentials and the records of any model in `SQLite` and `PostgreSQL`.
//!
//! [`Database`] is the only place where async handlers meet blocking diesel. [`AccountStore`] and [`Models`]
//! are queries on it; [`Sessions`], [`Revocations`], [`ApiKeys`] and [`Throttles`] implement the store traits of
//! [`presspass_auth`]. Queries are written once and compiled for both engines. No other crate names diesel.
#![expect(clippy::missing_errors_doc, reason = "every method fails where the database does not answer")]

mod accounts;
mod admin;
mod api_keys;
mod catalogue;
mod columns;
mod connection;
mod database;
mod ddl;
mod error;
mod file;
mod file_watch;
mod interrupt;
mod json;
mod libpq;
mod makemigrations;
mod migrations;
mod origin;
mod pipeline;
mod pool;
mod postgresql;
mod print_models;
mod records;
#[cfg(feature = "redis")]
mod redis;
mod resources;
mod revocations;
mod running_read;
mod schema;
mod schema_check;
mod sessions;
mod sql;
mod sweep;
mod throttles;
mod url;

/// The helper of the tests names this crate as those in `tests/` do.
#[cfg(test)]
extern crate self as presspass_persistence;
#[cfg(test)]
#[path = "../tests/posts/mod.rs"]
mod posts;

pub use accounts::{AccountCreated, AccountStore};
pub use api_keys::{ApiKeys, Enrolled, ListedApiKey, NewApiKey};
pub use database::{Database, Options, Project, Purpose};
pub use error::{Error, OpenError};
pub use makemigrations::{NewMigration, Script, SnapshotError, new_migration};
pub use migrations::{Migration, MigrationError};
pub use origin::Origin;
pub use records::Models;
#[cfg(feature = "redis")]
pub use redis::{Redis, RedisError, RedisSessions, RedisThrottles};
pub use resources::{
    Created, FoundFor, FoundRecord, JsonSink, JsonSlice, PositionedRecords, Removed, Transaction,
    TransactionError, Updated, WriteHook, WriteHooks,
};
pub use revocations::{LoginRecorded, PasswordChange, Revocations};
pub use schema_check::{SchemaProblem, SchemaReport};
pub use sessions::{DjangoSessions, Sessions};
pub use throttles::Throttles;
pub use url::{DatabaseUrl, Engine, NetworkRisk, RedisUrl, RedisUrlError, UrlError};
