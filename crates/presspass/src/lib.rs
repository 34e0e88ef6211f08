//! The library that a project is built on: settings, commands, authentication, account endpoints, login pages and the
//! admin. An [`App`] adds a project's own resources to them.

#![deny(missing_docs)]

mod app;
mod cli;
mod endpoints;
mod identity;
pub mod settings;

pub use app::services::{ListReads, Services};
pub use cli::{App, Demo, DemoAccount, Migrations, Outcome};
pub use endpoints::resource::{ObjectPermission, Pagination, Refused, RequestUser, Resource, Rows};
pub use endpoints::route::Route;
pub use endpoints::schema::{ApiInfo, ApiOperation};
pub use endpoints::view::{authenticated, enter, metadata};
pub use identity::access::AccessControl;
pub use identity::caller::{AuthMethod, Caller, Claim, Identity};

pub use presspass_admin::{Fieldset, Inline, ModelAdmin};
pub use presspass_auth::permissions;
pub use presspass_domain::model::{
    CONTENT_TYPE, Condition, Draft, Field, GROUP, Input, Key, Label, Lookup, Model, OnDelete, PERMISSION,
    POST, Path, USER, Value, Violation,
};
pub use presspass_persistence::{Migration, Transaction, TransactionError};
pub use presspass_rest::{Call, Endpoint, Failure, Reply};

/// JSON schemas for [`ApiOperation`].
pub mod openapi {
    pub use presspass_serializers::openapi::{Value, array, json, reference, references};
}

/// The migrations in the folder `migrations` beside the project's `Cargo.toml`, for [`crate::App::migrations`]. The command
/// `makemigrations` writes them, and the file `embedded.rs` that lists them.
#[macro_export]
macro_rules! migrations {
    () => {{
        const ALL: &[$crate::Migration] =
            include!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/embedded.rs"));
        $crate::Migrations::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"), ALL)
    }};
}
