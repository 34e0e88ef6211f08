//! The registration of a model in the admin (Django's `ModelAdmin`).

mod builder;
mod check;
mod columns;
mod inline;

use std::sync::Arc;

use presspass_domain::model::{Access, Field, Key, Model, Value};
use presspass_serializers::Look;

use crate::panel::Panel;
use crate::policy::ModelPolicy;
pub use check::RegistrationError;
pub(crate) use columns::{Column, ListFilter};
pub use inline::Inline;

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
/// let posts = ModelAdmin::new(&POST)
///     .columns(&["title", "created_at"])
///     .filters(&["created_at"])
///     .search(&["title", "content"]);
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
    /// The columns of its list (`list_display`), also of records that it refers to (`author__username`); `__str__` is the
    /// label. The first is the link to the record.
    pub columns: &'static [&'static str],
    /// The filters of its list (`list_filter`): flags, choices, dates, timestamps and relations, also of records that it
    /// refers to.
    pub filters: &'static [&'static str],
    /// The texts that a search looks into (`search_fields`), also of records that it refers to.
    pub search: &'static [&'static str],
    /// The fields of the form that changes a record (`fieldsets`); empty for all.
    pub fieldsets: Vec<Fieldset>,
    /// The fields of the form that adds one (`add_fieldsets`), where they are others.
    pub add_fieldsets: Vec<Fieldset>,
    /// Records that refer to this one, edited in its form (`inlines`).
    pub inlines: Vec<Inline>,
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
            fieldsets: Vec::new(),
            add_fieldsets: Vec::new(),
            inlines: Vec::new(),
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
    pub fn path_to(&self, id: Key, page: &str) -> String {
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
        let declared = match (is_new, self.add_fieldsets.as_slice()) {
            (true, sets @ [_, ..]) => sets,
            _ => self.fieldsets.as_slice(),
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
}

/// The path of a model's list.
pub(crate) fn path_of(model: &Model) -> String {
    format!("{}{}/{}/", crate::HOME, model.app_label, model.name)
}
