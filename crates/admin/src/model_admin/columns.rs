//! The columns and the filters of a list, found in their model.

use presspass_domain::model::{Field, Kind, Path};

use super::ModelAdmin;

/// The name of the column of labels.
pub(crate) const LABEL: &str = "__str__";

/// A column of a list.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    /// The label of the record.
    Label,
    Field(&'static str, Path),
}

impl Column {
    /// Its name in queries; the label has none.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::Label => None,
            Self::Field(name, _) => Some(name),
        }
    }
}

/// A filter of a list.
#[derive(Debug, Clone)]
pub(crate) struct ListFilter {
    /// As in lookups: `section__parent`.
    pub name: String,
    pub path: Path,
}

impl ModelAdmin {
    /// The columns of its list: its label where it names none.
    pub(crate) fn list_columns(&self) -> Vec<Column> {
        if self.columns.is_empty() {
            return vec![Column::Label];
        }
        let column = |name: &&'static str| match *name {
            LABEL => Some(Column::Label),
            name => Some(Column::Field(name, Path::parse(self.model, name)?)),
        };
        self.columns.iter().filter_map(column).collect()
    }

    pub(crate) fn list_filters(&self) -> impl Iterator<Item = ListFilter> {
        self.filters.iter().filter_map(|name| {
            Some(ListFilter { name: name.replace('.', "__"), path: Path::parse(self.model, name)? })
        })
    }
}

/// Whether a list can show it: it is a column of the record, or of one that it refers to.
pub(super) fn is_shown(path: &Path) -> bool {
    path.field.is_column() && path.through.iter().all(|field| matches!(field.kind, Kind::One(_)))
}

/// Whether there is a filter for it.
pub(super) fn is_filter(path: &Path) -> bool {
    let is_one = |field: &&'static Field| matches!(field.kind, Kind::One(_));
    let filters = match path.field.kind {
        Kind::Boolean | Kind::Timestamp | Kind::Date | Kind::One(_) | Kind::Many(_) | Kind::Integer(_) => {
            true
        }
        Kind::Text(_) => !path.field.choices.is_empty(),
        _ => false,
    };
    filters && path.through.iter().all(is_one)
}
