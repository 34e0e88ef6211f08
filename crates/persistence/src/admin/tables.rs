//! Tables that only the admin reads.

use presspass_domain::model::{CONTENT_TYPE, LOG_ENTRY, PERMISSION};

use crate::accounts::USERS;
use crate::records::{Join, Table};

pub(crate) static PERMISSIONS: Table = Table {
    joins: &[Join::One { field: "content_type", column: "content_type_id", to: &CONTENT_TYPES }],
    ..Table::new(&PERMISSION, "auth_permission")
};

pub(crate) static CONTENT_TYPES: Table = Table::new(&CONTENT_TYPE, "django_content_type");

/// A Django project without the admin has no log.
pub(crate) static LOG_ENTRIES: Table = Table {
    joins: &[
        Join::One { field: "user", column: "user_id", to: &USERS },
        Join::One { field: "content_type", column: "content_type_id", to: &CONTENT_TYPES },
    ],
    is_optional: true,
    ..Table::new(&LOG_ENTRY, "django_admin_log")
};
