//! The registration of a model in the admin (Django's `ModelAdmin`).

use std::sync::Arc;

use presspass_domain::model::{Access, Field, Kind, Model, Value};
use presspass_serializers::Look;

use crate::panel::Panel;
use crate::policy::ModelPolicy;

/// Fields of a form under one heading.
#[derive(Debug, Clone, Copy)]
pub struct Fieldset {
    pub legend: Option<&'static str>,
    pub description: Option<&'static str>,
    pub fields: &'static [&'static str],
}

impl Fieldset {
    #[must_use]
    pub const fn plain(fields: &'static [&'static str]) -> Self {
        Self { legend: None, description: None, fields }
    }

    #[must_use]
    pub const fn titled(legend: &'static str, fields: &'static [&'static str]) -> Self {
        Self { legend: Some(legend), description: None, fields }
    }
}

/// The name of a field, and the text below it.
pub type Help = (&'static str, &'static str);

/// A model in the admin: its columns, filters, search fields and forms, by the names of the model's fields.
///
/// The defaults are Django's: lists show the label alone, forms all fields.
///
/// ```
/// use presspass_admin::ModelAdmin;
/// use presspass_domain::model::POST;
///
/// let posts = ModelAdmin {
///     columns: &["title", "created_at"],
///     filters: &["created_at"],
///     search: &["title", "content"],
///     ..ModelAdmin::new(&POST)
/// };
/// assert_eq!(posts.path(), "/admin/posts/post/");
/// ```
#[derive(Debug, Clone)]
pub struct ModelAdmin {
    pub model: &'static Model,
    /// Whether records can be added, changed and deleted, by users who have the permissions; else the admin only shows
    /// them.
    pub is_writable: bool,
    /// The name of its application; `None` where another model of it has it.
    pub app_name: Option<&'static str>,
    /// The columns of its list (`list_display`); the first is the link to the record.
    pub columns: &'static [&'static str],
    /// The filters of its list (`list_filter`): flags, timestamps and relations.
    pub filters: &'static [&'static str],
    /// `search_fields`
    pub search: &'static [&'static str],
    /// The fields of the form that changes a record (`fieldsets`); empty for all.
    pub fieldsets: &'static [Fieldset],
    /// The fields of the form that adds one (`add_fieldsets`), where they are others.
    pub add_fieldsets: &'static [Fieldset],
    /// The texts below fields.
    pub help: &'static [Help],
    /// `list_per_page`
    pub per_page: u16,
    /// Another text for a value that says little as it is.
    pub display: fn(&Field, &Value) -> Option<String>,
    /// Whether saving a new record leads to its form, as there is more to fill in.
    pub continues_after_add: bool,
    /// The input of texts, where it does not follow from their kind.
    pub looks: &'static [(&'static str, Look)],
    /// The meanings of the values of a number, for its filter.
    pub numbers: &'static [(&'static str, &'static [(i64, &'static str)])],
    /// Fields that cannot be set here (`readonly_fields`), beside those of the model.
    pub read_only: &'static [&'static str],
    /// What a record's page shows below its form.
    pub panels: Vec<Arc<dyn Panel>>,
    /// What is checked beyond the permissions on the model.
    pub policy: Option<Arc<dyn ModelPolicy>>,
    /// The path of its list in the API, below which each record has its own.
    pub api: Option<&'static str>,
}

/// A registration that names what the model does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the admin of {model}: {part} names {field:?}, which {problem}")]
pub struct RegistrationError {
    model: &'static str,
    part: &'static str,
    field: &'static str,
    problem: &'static str,
}

impl ModelAdmin {
    /// The default of `per_page`.
    pub const PER_PAGE: u16 = 50;

    #[must_use]
    pub fn new(model: &'static Model) -> Self {
        Self {
            model,
            is_writable: true,
            app_name: None,
            columns: &[],
            filters: &[],
            search: &[],
            fieldsets: &[],
            add_fieldsets: &[],
            help: &[],
            per_page: Self::PER_PAGE,
            display: |_, _| None,
            continues_after_add: false,
            looks: &[],
            numbers: &[],
            read_only: &[],
            panels: Vec::new(),
            policy: None,
            api: None,
        }
    }

    /// The path of its list.
    #[must_use]
    pub fn path(&self) -> String {
        path_of(self.model)
    }

    /// The path of a page of a record: `change`, `delete`, `history`, `password`.
    #[must_use]
    pub fn path_to(&self, id: i64, page: &str) -> String {
        format!("{}{id}/{page}/", self.path())
    }

    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.model.field(name)
    }

    pub(crate) fn help_for(&self, name: &str) -> Option<&'static str> {
        self.help.iter().find(|(field, _)| *field == name).map(|(_, help)| *help)
    }

    pub(crate) fn look_of(&self, name: &str) -> Look {
        self.looks.iter().find(|(field, _)| *field == name).map_or(Look::Plain, |(_, look)| *look)
    }

    /// The fields of a form in their sets, read-only fields included.
    pub(crate) fn sets(&self, is_new: bool) -> Vec<(Fieldset, Vec<&'static Field>)> {
        let declared = match (is_new, self.add_fieldsets) {
            (true, sets @ [_, ..]) => sets,
            _ => self.fieldsets,
        };
        let shows = |field: &Field| !is_new || field.access == Access::Editable;
        if declared.is_empty() {
            let fields = self.model.fields.iter().filter(|field| shows(field));
            return vec![(Fieldset::plain(&[]), fields.collect())];
        }
        let sets = declared.iter().map(|set| {
            let fields = set.fields.iter().filter_map(|name| self.field(name)).filter(|field| shows(field));
            (*set, fields.collect::<Vec<_>>())
        });
        sets.filter(|(_, fields)| !fields.is_empty()).collect()
    }

    /// Checks that the model has every field that it names, of the kind that is needed.
    ///
    /// # Errors
    /// For the first name that does not fit.
    pub fn check(&self) -> Result<(), RegistrationError> {
        let model = self.model;
        let check = |part, names: &[&'static str], fits: fn(&Field) -> bool, problem| {
            names.iter().try_for_each(|&field| match model.field(field) {
                None => Err(RegistrationError {
                    model: model.name,
                    part,
                    field,
                    problem: "is not a field of the model",
                }),
                Some(found) if !fits(found) => {
                    Err(RegistrationError { model: model.name, part, field, problem })
                }
                Some(_) => Ok(()),
            })
        };
        check("columns", self.columns, Field::is_column, "cannot be a column")?;
        let is_filter = |field: &Field| {
            matches!(
                field.kind,
                Kind::Boolean | Kind::Timestamp | Kind::One(_) | Kind::Many(_) | Kind::Integer(_)
            )
        };
        check("filters", self.filters, is_filter, "cannot be a filter")?;
        check("search", self.search, |field| matches!(field.kind, Kind::Text(_)), "is not a text")?;
        for set in self.fieldsets {
            check("fieldsets", set.fields, |_| true, "")?;
        }
        for set in self.add_fieldsets {
            check("add_fieldsets", set.fields, |_| true, "")?;
        }
        check("read_only", self.read_only, |_| true, "")?;
        let looked_at: Vec<&'static str> = self.looks.iter().map(|(field, _)| *field).collect();
        check("looks", &looked_at, |field| matches!(field.kind, Kind::Text(_)), "is not a text")?;
        let helped: Vec<&'static str> = self.help.iter().map(|(field, _)| *field).collect();
        check("help", &helped, |_| true, "")
    }
}

/// The path of a model's list.
pub(crate) fn path_of(model: &Model) -> String {
    format!("{}{}/{}/", crate::HOME, model.app_label, model.name)
}
