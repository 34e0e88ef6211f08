//! The context that the pages of a model share: model, permissions, list, layout.

use actix_web::http::StatusCode;
use presspass_domain::model::{Key, Model, Record};
use presspass_persistence::Models;
use presspass_rest::pages::{Crumb, Html, Layout, Message};

use crate::HOME;
use crate::display::capitalized;
use crate::list::ListState;
use crate::model_admin::ModelAdmin;
use crate::request::AdminResponse;
use crate::site::AdminSite;
use crate::staff::{Rights, Staff};

/// A page of a model, for a user with some permission on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'s> {
    pub site: &'s AdminSite,
    pub admin: &'s ModelAdmin,
    pub rights: Rights,
    /// The list that it is, or was opened from.
    pub list: &'s ListState,
}

impl Page<'_> {
    /// The list, with its search, filters, order and page.
    pub fn list_path(&self) -> String {
        format!("{}{}", self.admin.path(), self.list.to_path())
    }

    /// A page of a record, which preserves the list.
    pub fn path_to(&self, id: Key, page: &str) -> String {
        format!("{}{}", self.admin.path_to(id, page), self.list.to_preserved())
    }

    /// The form that adds a record, which preserves the list.
    pub fn add_path(&self) -> String {
        format!("{}add/{}", self.admin.path(), self.list.to_preserved())
    }

    /// Where to go after saving: the list, if the user may view it.
    pub fn after(&self) -> String {
        if self.rights.view { self.list_path() } else { HOME.to_owned() }
    }

    pub fn store(&self) -> &Models {
        &self.site.store
    }

    pub fn model(&self) -> &'static Model {
        self.admin.model
    }

    /// A page below the model's list.
    pub fn layout(&self, staff: &Staff, title: impl Into<String>, content: Html) -> Layout {
        let model = self.model();
        let mut layout = self.site.layout(staff, title, content);
        layout.navigation = self.site.navigation(staff, Some(model));
        layout
            .crumbs
            .push(Crumb::link(self.site.app_name(model.app_label), format!("{HOME}{}/", model.app_label)));
        layout
    }

    /// The crumb of the list: a link, if the user may view it.
    pub fn list_crumb(&self) -> Crumb {
        let label = capitalized(&self.model().verbose_name_plural());
        if self.rights.view { Crumb::link(label, self.list_path()) } else { Crumb::here(label) }
    }

    pub fn record_crumb(&self, record: &Record) -> Crumb {
        Crumb::link(label_of(&record.label), self.path_to(record.id, "change"))
    }

    /// The response where a record no longer exists, in Django's words.
    pub fn no_record(&self, id: impl std::fmt::Display) -> AdminResponse {
        let name = self.model().verbose_name();
        let id = id.to_string();
        let which = if id.is_empty() { String::new() } else { format!(" with ID “{id}”") };
        AdminResponse::redirect(
            HOME,
            Message::warning(format!("{}{which} doesn’t exist. Perhaps it was deleted?", capitalized(name))),
        )
    }
}

/// The label of a record; a placeholder, where it is blank.
pub(crate) fn label_of(label: &str) -> String {
    if label.trim().is_empty() { "(no name)".to_owned() } else { label.to_owned() }
}

pub(crate) fn with_status(mut layout: Layout, status: StatusCode) -> Layout {
    layout.status = status;
    layout
}
