//! How the admin shows a model: the one value that registers it.

use std::sync::Arc;

use presspass_domain::admin::{Access, Field, Kind, Model, Value};
use presspass_serializers::Look;

use crate::panel::Panel;
use crate::policy::ModelPolicy;

/// Fields of a form that stand together.
#[derive(Debug, Clone, Copy)]
pub struct Fieldset {
    /// Their heading; none for the first.
    pub legend: Option<&'static str>,
    /// What there is to say about them.
    pub description: Option<&'static str>,
    /// Their names.
    pub fields: &'static [&'static str],
}

impl Fieldset {
    /// Fields without a heading.
    #[must_use]
    pub const fn plain(fields: &'static [&'static str]) -> Self {
        Self { legend: None, description: None, fields }
    }

    /// Fields under a heading.
    #[must_use]
    pub const fn titled(legend: &'static str, fields: &'static [&'static str]) -> Self {
        Self { legend: Some(legend), description: None, fields }
    }
}

/// What is said about a field below it, by its name.
pub type Help = (&'static str, &'static str);

/// A model in the admin: its columns, filters, search fields and forms, by the names of the model's fields.
///
/// What is left out has Django's default: lists show the label alone, forms all fields.
///
/// ```
/// use presspass_admin::ModelAdmin;
/// use presspass_domain::admin::POST;
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
    /// What its application is called; none where another model of it says so.
    pub app_name: Option<&'static str>,
    /// The columns of its list (`list_display`); the first leads to the record.
    pub columns: &'static [&'static str],
    /// What its list can be narrowed down by (`list_filter`): flags, timestamps and relations.
    pub filters: &'static [&'static str],
    /// In which fields its list is searched (`search_fields`).
    pub search: &'static [&'static str],
    /// The fields of the form that changes a record (`fieldsets`); empty for all.
    pub fieldsets: &'static [Fieldset],
    /// The fields of the form that adds one (`add_fieldsets`), where they are others.
    pub add_fieldsets: &'static [Fieldset],
    /// What flags are set when the form that adds a record is opened.
    pub initially_set: &'static [&'static str],
    /// What is said about fields.
    pub help: &'static [Help],
    /// How many records a page of its list has (`list_per_page`).
    pub per_page: u16,
    /// Another text for a value, where the value alone says little.
    pub display: fn(&Field, &Value) -> Option<String>,
    /// Whether saving a new record leads on to its form, as there is more to fill in.
    pub continues_after_add: bool,
    /// How texts are typed, where their kind alone does not say it.
    pub looks: &'static [(&'static str, Look)],
    /// What the values of a number stand for, where its list is narrowed down by it.
    pub numbers: &'static [(&'static str, &'static [(i64, &'static str)])],
    /// Fields that nobody sets here (`readonly_fields`), beside those of the model.
    pub read_only: &'static [&'static str],
    /// What a record's page shows beside its form.
    pub panels: Vec<Arc<dyn Panel>>,
    /// What is asked beyond the permissions on the model.
    pub policy: Option<Arc<dyn ModelPolicy>>,
    /// The path of its list in the API, below which each record has its own.
    pub api: Option<&'static str>,
}

/// A model that is registered with something that it does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the admin of {model}: {part} names {field:?}, which {problem}")]
pub struct RegistrationError {
    model: &'static str,
    part: &'static str,
    field: &'static str,
    problem: &'static str,
}

impl ModelAdmin {
    /// How many records a page of a list has where nobody says otherwise.
    pub const PER_PAGE: u16 = 50;

    /// A model with the defaults of everything.
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
            initially_set: &[],
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

    /// The field of a name that was [checked](Self::check).
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.model.field(name)
    }

    /// What is said about a field.
    pub(crate) fn help_for(&self, name: &str) -> Option<&'static str> {
        self.help.iter().find(|(field, _)| *field == name).map(|(_, help)| *help)
    }

    /// How a field is typed.
    pub(crate) fn look_of(&self, name: &str) -> Look {
        self.looks.iter().find(|(field, _)| *field == name).map_or(Look::Plain, |(_, look)| *look)
    }

    /// The fields of a form in their sets, those that the model does not let anyone set included.
    pub(crate) fn sets(&self, is_new: bool) -> Vec<(Fieldset, Vec<&'static Field>)> {
        let declared = match (is_new, self.add_fieldsets) {
            (true, sets @ [_, ..]) => sets,
            _ => self.fieldsets,
        };
        let shows = |field: &Field| !is_new || field.access == Access::Editable;
        if declared.is_empty() {
            let fields = self.model.fields.iter().filter(|field| field.name != "id" && shows(field));
            return vec![(Fieldset::plain(&[]), fields.collect())];
        }
        let sets = declared.iter().map(|set| {
            let fields = set.fields.iter().filter_map(|name| self.field(name)).filter(|field| shows(field));
            (*set, fields.collect::<Vec<_>>())
        });
        sets.filter(|(_, fields)| !fields.is_empty()).collect()
    }

    /// Whether all that it names is there and can be used so.
    ///
    /// # Errors
    /// For the first name that is not.
    pub fn check(&self) -> Result<(), RegistrationError> {
        let model = self.model;
        let check = |part, names: &[&'static str], fits: fn(&Field) -> bool, problem| {
            names.iter().try_for_each(|&field| match model.field(field) {
                None => Err(RegistrationError {
                    model: model.name,
                    part,
                    field,
                    problem: "is no field of the model",
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
                Kind::Boolean | Kind::Timestamp(_) | Kind::One(_) | Kind::Many(_) | Kind::Integer
            )
        };
        check("filters", self.filters, is_filter, "cannot be a filter")?;
        check("search", self.search, |field| matches!(field.kind, Kind::Text(_)), "is no text")?;
        for set in self.fieldsets {
            check("fieldsets", set.fields, |_| true, "")?;
        }
        for set in self.add_fieldsets {
            check("add_fieldsets", set.fields, |_| true, "")?;
        }
        let is_flag = |field: &Field| matches!(field.kind, Kind::Boolean);
        check("initially_set", self.initially_set, is_flag, "is no flag")?;
        check("read_only", self.read_only, |_| true, "")?;
        let looked_at: Vec<&'static str> = self.looks.iter().map(|(field, _)| *field).collect();
        check("looks", &looked_at, |field| matches!(field.kind, Kind::Text(_)), "is no text")?;
        let helped: Vec<&'static str> = self.help.iter().map(|(field, _)| *field).collect();
        check("help", &helped, |_| true, "")
    }
}

/// The path of a model's list.
pub(crate) fn path_of(model: &Model) -> String {
    format!("{}{}/{}/", crate::HOME, model.app_label, model.name)
}
