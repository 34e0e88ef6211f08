//! Tables that no resource of ours keeps.

use presspass_domain::admin::{CONTENT_TYPE, LOG_ENTRY, PERMISSION};

use crate::accounts::USERS;
use crate::records::{Join, Table};

/// Where permissions are.
pub(crate) static PERMISSIONS: Table = Table {
    model: &PERMISSION,
    name: "auth_permission",
    joins: &[Join::One { field: "content_type", column: "content_type_id", to: &CONTENT_TYPES }],
    set: &[],
    touched: &[],
    dependents: &[],
};

/// Where content types are.
pub(crate) static CONTENT_TYPES: Table = Table {
    model: &CONTENT_TYPE,
    name: "django_content_type",
    joins: &[],
    set: &[],
    touched: &[],
    dependents: &[],
};

/// Where the log is.
pub(crate) static LOG_ENTRIES: Table = Table {
    model: &LOG_ENTRY,
    name: "django_admin_log",
    joins: &[
        Join::One { field: "user", column: "user_id", to: &USERS },
        Join::One { field: "content_type", column: "content_type_id", to: &CONTENT_TYPES },
    ],
    set: &[],
    touched: &[],
    dependents: &[],
};
