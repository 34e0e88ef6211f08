//! The admin site: a registry of models, and list, form, delete and history pages over it.
//!
//! A model is registered by one value, [`ModelAdmin`], that names its columns, filters, search fields and forms;
//! [`AdminSite`] handles requests to Django's paths ([`AdminRoute`]) for a member of the [`Staff`]. Authentication, CSRF
//! checks, login and logout are the server's: it makes the [`AdminRequest`], and turns the [`AdminResponse`] into an HTTP
//! response.

mod address;
mod delete;
mod dispatch;
mod display;
mod form;
mod history;
mod index;
mod inline_names;
mod list;
mod model_admin;
mod page;
mod panel;
mod panel_revocation;
mod password;
mod policy;
mod request;
mod route;
mod site;
mod staff;

pub use address::query_value;
pub use display::{capitalized, format_timestamp};
pub use model_admin::{Fieldset, Help, Inline, ModelAdmin, RegistrationError};
pub use panel::{Panel, PanelItem, PanelTexts};
pub use panel_revocation::{PanelRevocation, Revoked};
pub use policy::{ModelPolicy, OwnAccount, ReadOnlyReason, RecordLimits, RecordPolicy};
pub use request::{Action, AdminError, AdminRequest, AdminResponse, Submission, Unsaved};
pub use route::{AdminRoute, ModelPage};
pub use site::AdminSite;
pub use staff::{Rights, Staff};

/// The path of the admin.
pub const HOME: &str = "/admin/";
