//! The admin site: a registry of models, and list, form, delete and history pages over it.
//!
//! A model is registered by one value, [`ModelAdmin`], that names its columns, filters, search fields and forms;
//! [`AdminSite`] answers the original's paths ([`Place`]) for a member of the [`Staff`]. Who is calling, whether a form
//! came from a page of ours, log-in and log-out are the server's: an [`Ask`] holds what came of it, and an [`Answer`] is
//! made a response there.

mod address;
mod ask;
mod delete;
mod dispatch;
mod display;
mod form;
mod history;
mod index;
mod list;
mod model_admin;
mod page;
mod panel;
mod panel_revocation;
mod password;
mod place;
mod policy;
mod site;
mod staff;

pub use address::query_value;
pub use ask::{AdminError, Answer, Ask, Submission, Unsaved, Want};
pub use display::for_people;
pub use model_admin::{Fieldset, Help, ModelAdmin, RegistrationError};
pub use panel::{Panel, PanelItem, PanelTexts};
pub use panel_revocation::{PanelRevocation, Revoked};
pub use place::{ModelPage, Place};
pub use policy::{ModelPolicy, OwnAccount, ReadOnlyReason, RecordLimits, RecordPolicy};
pub use site::AdminSite;
pub use staff::{Rights, Staff};

/// The path of the admin.
pub const HOME: &str = "/admin/";
