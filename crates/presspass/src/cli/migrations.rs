//! The migrations of a project, which its program carries.

use presspass_persistence::Migration;

/// The migrations of a project: see [`crate::migrations!`].
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    folder: &'static str,
    all: &'static [Migration],
}

impl Migrations {
    /// Those that were compiled from this folder.
    #[must_use]
    pub const fn new(folder: &'static str, all: &'static [Migration]) -> Self {
        Self { folder, all }
    }

    /// Where they were compiled from.
    pub(crate) const fn folder(&self) -> &'static str {
        self.folder
    }

    pub(crate) const fn all(&self) -> &'static [Migration] {
        self.all
    }

    /// Whether one of them creates this table.
    pub(crate) fn creates(&self, table: &str) -> bool {
        self.all.iter().any(|migration| migration.creates(table))
    }
}
