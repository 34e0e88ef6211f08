//! Registers a model by methods, for projects.

use std::sync::Arc;

use presspass_domain::model::{Field, Value};

use super::inline::Inline;
use super::{Fieldset, Help, ModelAdmin};
use crate::policy::ModelPolicy;

impl ModelAdmin {
    /// The columns of its list (`list_display`).
    #[must_use]
    pub fn columns(self, columns: &'static [&'static str]) -> Self {
        Self { columns, ..self }
    }

    /// The filters of its list (`list_filter`).
    #[must_use]
    pub fn filters(self, filters: &'static [&'static str]) -> Self {
        Self { filters, ..self }
    }

    /// The texts that a search looks into (`search_fields`).
    #[must_use]
    pub fn search(self, search: &'static [&'static str]) -> Self {
        Self { search, ..self }
    }

    /// The fields of its forms.
    #[must_use]
    pub fn fieldsets(self, fieldsets: &[Fieldset]) -> Self {
        Self { fieldsets: fieldsets.to_vec(), ..self }
    }

    /// The fields of the form that adds a record, where they are others.
    #[must_use]
    pub fn add_fieldsets(self, fieldsets: &[Fieldset]) -> Self {
        Self { add_fieldsets: fieldsets.to_vec(), ..self }
    }

    /// Records of another model that refer to this one, edited in its form (`inlines`): the model, or an [`Inline`].
    #[must_use]
    pub fn inline(mut self, inline: impl Into<Inline>) -> Self {
        self.inlines.push(inline.into());
        self
    }

    /// Fields that are shown and cannot be set (`readonly_fields`).
    #[must_use]
    pub fn read_only(self, read_only: &'static [&'static str]) -> Self {
        Self { read_only, ..self }
    }

    /// The texts below fields.
    #[must_use]
    pub fn help(self, help: &'static [Help]) -> Self {
        Self { help, ..self }
    }

    /// How many records a page of its list has (`list_per_page`).
    #[must_use]
    pub fn per_page(self, per_page: u16) -> Self {
        Self { per_page, ..self }
    }

    /// The name of its application.
    #[must_use]
    pub fn app_name(self, name: &'static str) -> Self {
        Self { app_name: Some(name), ..self }
    }

    /// Shows records, and lets nobody add, change or delete them.
    #[must_use]
    pub fn view_only(self) -> Self {
        Self { is_writable: false, ..self }
    }

    /// Another text for a value that says little as it is.
    #[must_use]
    pub fn display(self, display: fn(&Field, &Value) -> Option<String>) -> Self {
        Self { display, ..self }
    }

    /// What is checked beyond the permissions on the model.
    #[must_use]
    pub fn policy(self, policy: Arc<dyn ModelPolicy>) -> Self {
        Self { policy: Some(policy), ..self }
    }

    /// The path of its list in the API.
    #[must_use]
    pub fn api(self, path: &'static str) -> Self {
        Self { api: Some(path), ..self }
    }
}
