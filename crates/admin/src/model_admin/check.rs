//! Finds registrations that name what their model does not have.

use presspass_domain::model::{Field, Kind, Path};

use super::columns::{LABEL, is_filter, is_shown};
use super::{Inline, ModelAdmin};

/// A registration that names what the model does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the admin of {model}: {part} names {field:?}, which {problem}")]
pub struct RegistrationError {
    model: &'static str,
    part: &'static str,
    field: &'static str,
    problem: &'static str,
}

const UNKNOWN: &str = "is not a field of the model";

impl ModelAdmin {
    /// Checks that the model has every field that it names, of the kind that is needed.
    ///
    /// # Errors
    /// For the first name that does not fit.
    pub fn check(&self) -> Result<(), RegistrationError> {
        let model = self.model;
        let error = |part, field, problem| RegistrationError { model: model.name, part, field, problem };
        let check_paths = |part, names: &[&'static str], fits: fn(&Path) -> bool, problem| {
            names.iter().try_for_each(|&name| match Path::parse(model, name) {
                None => Err(error(part, name, UNKNOWN)),
                Some(path) if !fits(&path) => Err(error(part, name, problem)),
                Some(_) => Ok(()),
            })
        };
        let check = |part, names: &[&'static str], fits: fn(&Field) -> bool, problem| {
            names.iter().try_for_each(|&name| match model.field(name) {
                None => Err(error(part, name, UNKNOWN)),
                Some(found) if !fits(found) => Err(error(part, name, problem)),
                Some(_) => Ok(()),
            })
        };
        let columns: Vec<_> = self.columns.iter().copied().filter(|name| *name != LABEL).collect();
        check_paths("columns", &columns, is_shown, "cannot be a column")?;
        check_paths("filters", self.filters, is_filter, "cannot be a filter")?;
        let is_text = |path: &Path| is_shown(path) && matches!(path.field.kind, Kind::Text(_));
        check_paths("search", self.search, is_text, "is not a text")?;
        for set in &self.fieldsets {
            check("fieldsets", set.fields, |_| true, "")?;
        }
        for set in &self.add_fieldsets {
            check("add_fieldsets", set.fields, |_| true, "")?;
        }
        check("read_only", self.read_only, |_| true, "")?;
        let looked_at: Vec<&'static str> = self.looks.iter().map(|(field, _)| *field).collect();
        check("looks", &looked_at, |field| matches!(field.kind, Kind::Text(_)), "is not a text")?;
        let helped: Vec<&'static str> = self.help.iter().map(|(field, _)| *field).collect();
        check("help", &helped, |_| true, "")?;
        self.inlines.iter().try_for_each(|inline| self.check_inline(inline))
    }

    fn check_inline(&self, inline: &Inline) -> Result<(), RegistrationError> {
        inline.admin.check()?;
        match inline.key(self.model) {
            Some(_) => Ok(()),
            None => Err(RegistrationError {
                model: self.model.name,
                part: "inlines",
                field: inline.admin.model.name,
                problem: "has no foreign key to it, or several of which none is named",
            }),
        }
    }
}
