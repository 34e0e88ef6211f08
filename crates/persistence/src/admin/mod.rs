//! The models of the admin site, and where they lie.

mod credentials;
mod tables;

pub(crate) use self::tables::{CONTENT_TYPES, LOG_ENTRIES, PERMISSIONS};
use crate::accounts::{GROUPS, USERS};
use crate::database::Database;
use crate::posts::POSTS;
use crate::records::{Models, Table};

/// The tables of the models that we know.
static TABLES: [&Table; 6] = [&POSTS, &USERS, &GROUPS, &PERMISSIONS, &CONTENT_TYPES, &LOG_ENTRIES];

impl Models {
    /// Those of this database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self::with_tables(database, &TABLES)
    }
}
