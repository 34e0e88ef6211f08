//! The models that we know, and what is special about them.

mod credentials;

use presspass_domain::model::{CONTENT_TYPE, GROUP, LOG_ENTRY, Model, PERMISSION, USER};

use crate::accounts::{GROUPS, USERS};
use crate::database::Database;
use crate::records::{Models, Special};

/// The models that we know.
static BUILT_IN: [&Model; 5] = [&USER, &GROUP, &PERMISSION, &CONTENT_TYPE, &LOG_ENTRY];

/// A Django project without the admin has no log.
static LOG: Special = Special { is_optional: true, ..Special::NONE };

/// What is special about a model.
pub(crate) fn special(model: &Model) -> &'static Special {
    let special: [(&Model, &'static Special); 3] = [(&USER, &USERS), (&GROUP, &GROUPS), (&LOG_ENTRY, &LOG)];
    special.into_iter().find(|(known, _)| known.is(model)).map_or(&Special::NONE, |(_, special)| special)
}

impl Models {
    /// Those of this database: the ones that we know, and the project's.
    #[must_use]
    pub fn new(database: Database, project: &[&'static Model]) -> Self {
        Self::of_models(database, BUILT_IN.into_iter().chain(project.iter().copied()))
    }
}
