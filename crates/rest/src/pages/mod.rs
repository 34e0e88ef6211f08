//! Pages for people: the frame that all have, forms out of field lists, messages that survive a redirect, and the files
//! that pages need.
//!
//! A page is a [`Layout`] around safe [`Html`], and [`Pages`] makes it an answer, with the headers that every page has.
//! Whatever stands between tags is either [`Html`] or escaped: templates are askama's, checked when they are compiled.
//! Pages work without script and run none but `presspass.js`.

mod assets;
mod button;
mod field;
mod flash;
mod form;
mod html;
mod layout;
mod pager;
mod service;

pub use assets::{STATIC_PATH, asset, asset_path};
pub use button::{Button, ButtonStyle, ButtonTarget};
pub use field::{Choice, FormField, LineKind, Widget};
pub use flash::{Level, Message};
pub use form::{Fieldset, Form, FormMethod};
pub use html::Html;
pub use layout::{Crumb, Layout, Link, LogOut, Site, UserArea, Width};
pub use pager::{Pager, PagerStep};
pub use service::{FormToken, Pages, Privacy};
