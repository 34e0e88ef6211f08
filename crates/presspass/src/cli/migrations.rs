//! The migrations of a project, which its program carries.

use presspass_persistence::Migration;

/// The migrations of a project: see [`crate::migrations!`].
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    folder: Option<&'static str>,
    all: &'static [Migration],
}

impl Migrations {
    /// Those that were compiled from this folder.
    #[must_use]
    pub const fn new(folder: &'static str, all: &'static [Migration]) -> Self {
        Self { folder: Some(folder), all }
    }

    pub(crate) const fn none() -> Self {
        Self { folder: None, all: &[] }
    }

    /// Where they were compiled from; `None` where the program has none.
    pub(crate) const fn folder(&self) -> Option<&'static str> {
        self.folder
    }

    pub(crate) const fn all(&self) -> &'static [Migration] {
        self.all
    }
}
