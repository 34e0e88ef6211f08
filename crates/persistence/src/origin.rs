//! Who made a database.

use crate::connection::Connection;
use crate::database::Database;
use crate::error::{Error, OpenError};
use crate::sql::Sql;
use crate::url::Engine;

/// Who made a database. This decides in which format passwords are written and whether a secret key must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is empty: our migrations will make it ours.
    Empty,
    Presspass,
    /// Django may go on using it.
    Django,
}

/// The tables that the first migration creates. One of them shows that Django made a database.
pub(crate) const TABLES: [&str; 10] = [
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "auth_user",
    "auth_user_groups",
    "auth_user_user_permissions",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_session",
];

/// The table that says who made a database. The first migration creates it.
pub(crate) const MARKER: &str = "presspass_marker";

/// Whether there is at least one of these tables, along `PostgreSQL`'s search path as Django does.
pub(crate) fn has_table(connection: &mut Connection, names: &[&str]) -> Result<bool, Error> {
    let sought = match connection.engine() {
        Engine::Sqlite => {
            Sql::new("EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name IN (")
                .join(", ", names.iter().map(|name| Sql::default().bind(*name)))
                .push("))")
        }
        Engine::Postgresql => Sql::default().join(
            " OR ",
            names.iter().map(|name| Sql::new("to_regclass(").bind(*name).push(") IS NOT NULL")),
        ),
    };
    sought.holds(connection)
}

pub(crate) fn origin_of(connection: &mut Connection) -> Result<Origin, Error> {
    if has_table(connection, &[MARKER])? {
        let marker = Sql::new("SELECT made_by FROM presspass_marker").first(connection)?;
        return match marker.map(|row| row.text(0)).transpose()?.as_deref() {
            Some("presspass") => Ok(Origin::Presspass),
            Some("original") => Ok(Origin::Django),
            _ => Err(Error::Query("presspass_marker does not say who made it".to_owned())),
        };
    }
    Ok(if has_table(connection, &TABLES)? { Origin::Django } else { Origin::Empty })
}

impl Database {
    /// Who made this database, before or after it was migrated. Blocks.
    pub fn origin(&self) -> Result<Origin, OpenError> {
        self.now(origin_of)
            .map_err(|error| OpenError::Read { url: self.url().clone(), reason: error.to_string() })
    }
}
