//! Accounts and their groups in the admin.

use presspass_domain::admin::{GROUP, USER};

use crate::admin::{LOG_ENTRIES, PERMISSIONS};
use crate::records::{Dependent, Join, Names, Table};

/// Where accounts are.
pub(crate) static USERS: Table = Table {
    model: &USER,
    name: "auth_user",
    joins: &[
        Join::Many {
            field: "groups",
            through: "auth_user_groups",
            own: "user_id",
            other: "group_id",
            to: &GROUPS,
        },
        Join::Many {
            field: "user_permissions",
            through: "auth_user_user_permissions",
            own: "user_id",
            other: "permission_id",
            to: &PERMISSIONS,
        },
    ],
    set: &["is_active"],
    touched: &[],
    dependents: &[
        Dependent {
            table: "auth_user_groups",
            column: "user_id",
            kind: "user-group relationships",
            names: Names::Of(&GROUPS, "group_id"),
        },
        Dependent {
            table: "auth_user_user_permissions",
            column: "user_id",
            kind: "user-permission relationships",
            names: Names::Of(&PERMISSIONS, "permission_id"),
        },
        Dependent {
            table: "django_admin_log",
            column: "user_id",
            kind: "log entries",
            names: Names::Of(&LOG_ENTRIES, "id"),
        },
        // REST framework's, where the original has them.
        Dependent { table: "authtoken_token", column: "user_id", kind: "tokens", names: Names::None },
    ],
};

/// Where groups are.
pub(crate) static GROUPS: Table = Table {
    model: &GROUP,
    name: "auth_group",
    joins: &[Join::Many {
        field: "permissions",
        through: "auth_group_permissions",
        own: "group_id",
        other: "permission_id",
        to: &PERMISSIONS,
    }],
    set: &[],
    touched: &[],
    dependents: &[
        Dependent {
            table: "auth_user_groups",
            column: "group_id",
            kind: "user-group relationships",
            names: Names::Of(&USERS, "user_id"),
        },
        Dependent {
            table: "auth_group_permissions",
            column: "group_id",
            kind: "group-permission relationships",
            names: Names::Of(&PERMISSIONS, "permission_id"),
        },
    ],
};
