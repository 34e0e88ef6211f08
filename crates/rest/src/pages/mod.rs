//! Pages for people: the frame that all have, forms out of field lists, messages that survive a redirect, and the files
//! that pages need.
//!
//! A page is a [`Layout`] around safe [`Html`], and [`Pages`] makes it an answer, with the headers that every page has.
//! Whatever stands between tags is either [`Html`] or escaped: templates are askama's, checked when they are compiled.
//! Pages work without script and run none but `presspass.js`.

pub(crate) mod api;
mod assets;
mod button;
mod field;
mod flash;
mod form;
mod html;
mod layout;
pub(crate) mod not_found;
mod pager;
pub(crate) mod requests;
mod service;
mod static_files;
pub(crate) mod submitted;
mod token;
mod widget;

pub use crate::negotiation::asks_for_page;
pub use api::ListControls;
pub use assets::{STATIC_PATH, asset_path};
pub use button::{Button, ButtonStyle, ButtonTarget};
pub use field::FormField;
pub use flash::{Level, Message};
pub use form::{Fieldset, Form, FormMethod};
pub use html::Html;
pub use layout::{Crumb, Layout, Link, LogOut, Place, Site, UserArea, Width};
pub use not_found::Reader;
pub use pager::{Pager, PagerStep};
pub use requests::{PageRequests, PageRequestsService, goes_by_pasted_token};
pub(crate) use service::page_headers;
pub use service::{Addresses, FormToken, PageCookies, Pages, Privacy};
pub use static_files::asset;
pub use submitted::{FormLogIn, LARGEST_KEPT, PASSWORD, USERNAME, form_log_in};
pub use token::{authorization, token_cookie};
pub use widget::{Choice, LineKind, Widget};
