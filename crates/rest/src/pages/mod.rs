//! HTML pages: layout, forms made of fields, messages that survive a redirect, and static files.
//!
//! A page is a [`Layout`] around [`Html`], and [`Pages`] makes a response of it, with the headers of every page. All text is
//! either [`Html`] or escaped: templates are askama's, checked at compile time. Pages work without script, and `presspass.js`
//! is the only one.

pub(crate) mod api;
mod assets;
mod button;
mod control;
mod field;
mod flash;
mod form;
mod html;
mod layout;
pub(crate) mod not_found;
mod pager;
mod related;
pub(crate) mod requests;
mod service;
mod static_files;
pub(crate) mod submitted;
mod token;
mod widget;

pub use crate::negotiation::asks_for_page;
pub use assets::{STATIC_PATH, asset_path};
pub use button::{Button, ButtonStyle, ButtonTarget};
pub use field::FormField;
pub use flash::{Level, Message};
pub use form::{FieldRow, Fieldset, Form, FormMethod};
pub use html::Html;
pub use layout::{Crumb, Layout, Link, LogOut, Section, Site, UserArea, Width};
pub use not_found::Reader;
pub use pager::{Pager, PagerStep};
pub use related::RelatedRecords;
pub use requests::{PageRequests, PageRequestsService, goes_by_pasted_token};
pub use service::{Addresses, FormToken, PageCookies, Pages, Privacy};
pub(crate) use service::{page_headers, project};
pub use static_files::asset;
pub use submitted::{FormLogIn, LARGEST_KEPT, PASSWORD, USERNAME, form_log_in};
pub use token::{authorization, token_cookie};
pub use widget::{Choice, LineKind, Widget};
