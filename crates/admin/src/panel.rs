//! What a record's page shows beside its form: what is the record's and kept elsewhere.

use std::fmt;

use askama::Template;
use presspass_domain::admin::{Actor, Record};
use presspass_domain::{BoxFuture, Timestamp, StoreError};
use presspass_rest::pages::{Html, Message};

/// The field that names the panel whose form it is.
pub(crate) const PANEL: &str = "_panel";
/// The field that names what is to be ended.
pub(crate) const ITEM: &str = "_item";

/// Something that can be ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelItem {
    /// What names it in a form; no secret.
    pub key: String,
    /// What it is.
    pub title: String,
    /// What else there is to say of it.
    pub details: Vec<String>,
}

/// What a panel shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelView {
    /// Its heading.
    pub title: &'static str,
    /// What there is to say.
    pub about: &'static str,
    /// What can be ended, one by one.
    pub items: Vec<PanelItem>,
    /// The button that ends all of it; none where there is nothing to end.
    pub end_all: Option<&'static str>,
}

/// What came of ending something.
#[derive(Debug, Clone)]
pub enum PanelOutcome {
    /// This is told.
    Told(Message),
    /// The account that does it is gone, disabled or no longer staff; nothing was ended.
    ActorGone,
}

/// A part of a record's page beside its form, for who may change the record.
pub trait Panel: fmt::Debug + Send + Sync {
    /// Its name in forms.
    fn name(&self) -> &'static str;

    /// What it shows of a record; `Ok(None)` for nothing.
    fn view<'a>(
        &'a self,
        record: &'a Record,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<PanelView>, StoreError>>;

    /// Ends one of the items, or all of them where none is named, and writes so into the log.
    fn end<'a>(
        &'a self,
        record: &'a Record,
        item: Option<&'a str>,
        actor: Actor,
    ) -> BoxFuture<'a, Result<PanelOutcome, StoreError>>;
}

#[derive(Template)]
#[template(path = "panel.html")]
struct PanelTemplate<'p> {
    name: &'static str,
    view: &'p PanelView,
    csrf: &'p str,
    panel: &'static str,
    item: &'static str,
}

/// A panel in its card.
pub(crate) fn shown(name: &'static str, view: &PanelView, csrf: &str) -> Html {
    Html::of(&PanelTemplate { name, view, csrf, panel: PANEL, item: ITEM })
}
