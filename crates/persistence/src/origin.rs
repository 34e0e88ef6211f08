//! Who made a database.

use diesel::sql_types::Text;
use diesel::{OptionalExtension, QueryableByName, RunQueryDsl, sql_query};

use crate::connection::{Connection, Raw, on_engine};
use crate::database::Database;
use crate::error::{Error, OpenError};

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

#[derive(QueryableByName)]
struct Marker {
    #[diesel(sql_type = Text)]
    made_by: String,
}

#[derive(QueryableByName)]
struct TableName {
    #[diesel(sql_type = Text)]
    #[expect(dead_code, reason = "only whether there is a row matters")]
    name: String,
}

fn has_table(connection: &mut Connection, names: &str) -> Result<bool, Error> {
    let query = match &connection.raw {
        Raw::Sqlite(_) => format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ({names}) LIMIT 1"),
        Raw::Postgresql(_) => format!(
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename IN ({names}) LIMIT 1"
        ),
    };
    let found = on_engine!(connection, raw => sql_query(query).get_result::<TableName>(raw).optional())?;
    Ok(found.is_some())
}

impl Database {
    /// Looks who made this database, before or after it was migrated.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn origin(&self) -> Result<Origin, OpenError> {
        self.now(|connection| {
            if has_table(connection, "'presspass_marker'")? {
                let query = sql_query("SELECT made_by FROM presspass_marker");
                let marker = on_engine!(connection, raw => query.get_result::<Marker>(raw).optional())?;
                return match marker.as_ref().map(|marker| marker.made_by.as_str()) {
                    Some("presspass") => Ok(Origin::Presspass),
                    Some("original") => Ok(Origin::Original),
                    _ => Err(Error::Query("presspass_marker does not say who made it".to_owned())),
                };
            }
            let made = has_table(connection, "'auth_user', 'django_migrations'")?;
            Ok(if made { Origin::Original } else { Origin::Nobody })
        })
        .map_err(|error| OpenError::Read { url: self.url().clone(), reason: error.to_string() })
    }
}
