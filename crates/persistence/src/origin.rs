//! Who made a database.

use diesel::sql_types::{Bool, Text};
use diesel::{OptionalExtension, QueryableByName, RunQueryDsl, sql_query};

use crate::connection::{Connection, on_engine};
use crate::database::Database;
use crate::error::{Error, OpenError};
use crate::url::Engine;

/// Who made a database. It decides in which format passwords are written and whether a secret key must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody yet: it is empty, and our migrations will make it ours.
    Nobody,
    /// We did.
    Presspass,
    /// The original did, and may go on using it.
    Original,
}

/// One of these shows that the original made a database; the first migration goes by the same list.
const TABLES: &str = "('auth_group'), ('auth_group_permissions'), ('auth_permission'), ('auth_user'), \
    ('auth_user_groups'), ('auth_user_user_permissions'), ('django_admin_log'), ('django_content_type'), \
    ('django_migrations'), ('django_session'), ('posts_post')";

#[derive(QueryableByName)]
struct Marker {
    #[diesel(sql_type = Text)]
    made_by: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// Whether there is one of these tables: `names` is a list of rows in SQL. It looks along `PostgreSQL`'s search path, as
/// the original does.
pub(crate) fn has_table(connection: &mut Connection, names: &str) -> Result<bool, Error> {
    let condition = match connection.engine() {
        Engine::Sqlite => format!(
            "EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type IN ('table', 'view') \
             AND name IN (SELECT column1 FROM (VALUES {names})))"
        ),
        Engine::Postgresql => format!(
            "EXISTS (SELECT FROM (VALUES {names}) AS sought (name) WHERE to_regclass(sought.name) IS NOT NULL)"
        ),
    };
    is_true(connection, &condition)
}

/// Whether a condition in SQL holds; one that is NULL does not.
pub(crate) fn is_true(connection: &mut Connection, condition: &str) -> Result<bool, Error> {
    let query = sql_query(format!("SELECT coalesce({condition}, false) AS found"));
    Ok(on_engine!(connection, raw => query.get_result::<Found>(raw))?.found)
}

/// Who made the database of this connection.
pub(crate) fn origin_of(connection: &mut Connection) -> Result<Origin, Error> {
    if has_table(connection, "('presspass_marker')")? {
        let query = sql_query("SELECT made_by FROM presspass_marker");
        let marker = on_engine!(connection, raw => query.get_result::<Marker>(raw).optional())?;
        return match marker.as_ref().map(|marker| marker.made_by.as_str()) {
            Some("presspass") => Ok(Origin::Presspass),
            Some("original") => Ok(Origin::Original),
            _ => Err(Error::Query("presspass_marker does not say who made it".to_owned())),
        };
    }
    Ok(if has_table(connection, TABLES)? { Origin::Original } else { Origin::Nobody })
}

impl Database {
    /// Looks who made this database, before or after it was migrated. Blocks.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn origin(&self) -> Result<Origin, OpenError> {
        self.now(origin_of)
            .map_err(|error| OpenError::Read { url: self.url().clone(), reason: error.to_string() })
    }
}
