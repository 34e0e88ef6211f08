//! Checks that the tables that Django made, or migrated, fit the program.
//!
//! Only the catalogue is read, in four queries. Harmless differences, such as other columns that may be left out, are no
//! [`SchemaProblem`].

mod compare;
mod needed;
mod notes;
mod remedies;

use crate::catalogue;
use crate::connection::{Connection, Raw};
use crate::database::{Database, Project};
use crate::error::{Error, OpenError};
use crate::migrations::has_pending;
use crate::origin::{MARKER, Origin, has_table, origin_of};
use crate::url::Engine;

use self::compare::{Found, compare};
use self::remedies::Misfit;

pub use self::remedies::SchemaProblem;

#[derive(Debug, Clone, Default)]
pub struct SchemaReport {
    /// Why it cannot be served, all at once; empty where it can.
    pub problems: Vec<SchemaProblem>,
    /// What a database of Django's lacks that we have not migrated yet, and what the project's migrations would create.
    /// More often than a new model it is a wrong name, so nothing but the command `migrate` creates it.
    pub to_create: Vec<SchemaProblem>,
    /// What is served, but may not work as the operator expects.
    pub warnings: Vec<String>,
}

fn check(connection: &mut Connection, project: &Project) -> Result<SchemaReport, Error> {
    if origin_of(connection)? == Origin::Empty {
        return Ok(SchemaReport::default());
    }
    let needed = needed::tables(project.models);
    let names: Vec<&str> = needed.iter().map(|table| table.name).collect();
    let found = Found {
        engine: match connection.raw {
            Raw::Sqlite(_) => Engine::Sqlite,
            Raw::Postgresql(_) => Engine::Postgresql,
        },
        columns: catalogue::columns(connection, &names)?,
        unique: catalogue::unique_indexes(connection, &names)?,
        checks: catalogue::checks(connection, &names)?,
    };
    let mut problems = compare(&needed, &found);
    let mut to_create = Vec::new();
    if has_pending(connection, project.migrations)? {
        // They may add what is missing.
        let is_project = |name: &str| needed.iter().any(|table| table.is_project && table.name == name);
        let is_added =
            |problem: &mut SchemaProblem| is_project(&problem.table) && problem.misfit.is_missing();
        to_create = problems.extract_if(.., is_added).collect();
        if has_table(connection, &[MARKER])? {
            to_create.clear();
        }
    }
    let warnings = if problems.is_empty() && to_create.is_empty() {
        notes::missing_permissions(connection, project.models)?
    } else {
        Vec::new()
    };
    Ok(SchemaReport { problems, to_create, warnings })
}

impl Database {
    fn read_schema<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, OpenError> {
        self.now(work).map_err(|error| OpenError::Read { url: self.url().clone(), reason: error.to_string() })
    }

    /// Compares the tables with what the program needs; an empty database has no problems. Only reads; blocks.
    pub fn check_schema(&self) -> Result<SchemaReport, OpenError> {
        let project = self.project();
        self.read_schema(|connection| check(connection, &project))
    }

    /// What an operator should know about tables that fit: columns that the program does not know, and tables that refer to
    /// its own. Only reads; blocks.
    pub fn schema_notes(&self) -> Result<Vec<String>, OpenError> {
        let project = self.project();
        self.read_schema(|connection| notes::notes(connection, project.models))
    }
}
