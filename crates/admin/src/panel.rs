//! Panels beside a record's form: what belongs to the record, is stored elsewhere and can be revoked.

use std::fmt;

use askama::Template;
use presspass_auth::{BoxFuture, StoreError};
use presspass_domain::Timestamp;
use presspass_domain::model::{Actor, ChangeMessage, Credential, Key, Record, Reference, RevocationOutcome};
use presspass_rest::pages::{Html, Message};

/// The field that names the panel whose form it is.
pub(crate) const PANEL: &str = "_panel";
/// The field that names the item to revoke.
pub(crate) const ITEM: &str = "_item";

/// How many items are shown.
const SHOWN: usize = 20;

/// A credential that can be revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelItem {
    /// What names it in a form; no secret.
    pub key: String,
    pub title: String,
    pub details: Vec<String>,
    /// What the log calls it.
    pub log_name: String,
    pub credential: Credential,
}

/// The texts of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PanelTexts {
    pub title: &'static str,
    /// Stands in place of the items where they are not listed.
    pub about: &'static str,
    /// Stands in place of the items where there are none.
    pub empty: &'static str,
    /// What the log calls one item.
    pub item: &'static str,
    /// The button of one item.
    pub revoke: &'static str,
    pub revoked: &'static str,
    /// The button that revokes all of them.
    pub revoke_all: &'static str,
    /// Is written into the log, too.
    pub all_revoked: &'static str,
    pub nothing_to_revoke: &'static str,
}

/// A part of a record's page beside its form, for users who may change the record. Services supply panels for the models
/// that they register: this crate does not know where credentials are stored.
pub trait Panel: fmt::Debug + Send + Sync {
    /// Its name in forms.
    fn name(&self) -> &'static str;

    fn texts(&self) -> &'static PanelTexts;

    /// All that there is, which need not be listed one by one.
    fn all(&self) -> Credential;

    /// The items of a record; `Ok(None)` where they cannot be listed.
    fn items(
        &self,
        record_id: Key,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Option<Vec<PanelItem>>, StoreError>>;

    /// Revokes a credential, and writes so into the log in these words.
    fn revoke(
        &self,
        record: Reference,
        credential: Credential,
        message: ChangeMessage,
        actor: Actor,
    ) -> BoxFuture<'_, Result<RevocationOutcome, StoreError>>;
}

#[derive(Template)]
#[template(path = "panel.html")]
struct PanelTemplate<'p> {
    name: &'static str,
    texts: &'static PanelTexts,
    about: Option<&'static str>,
    items: Vec<PanelItem>,
    more: Option<String>,
    revokes_all: bool,
    csrf: &'p str,
    panel: &'static str,
    item: &'static str,
}

/// A panel in its card.
pub(crate) async fn render_panel(
    panel: &dyn Panel,
    record: &Record,
    csrf: &str,
    now: Timestamp,
) -> Result<Html, StoreError> {
    let listed = panel.items(record.id, now).await?;
    let texts = panel.texts();
    let count = listed.as_ref().map(Vec::len);
    let about = match count {
        Some(0) => Some(texts.empty),
        _ => Some(texts.about).filter(|about| !about.is_empty()),
    };
    let template = PanelTemplate {
        name: panel.name(),
        texts,
        about,
        items: listed.unwrap_or_default().into_iter().take(SHOWN).collect(),
        more: count.filter(|count| *count > SHOWN).map(|count| format!("and {} more", count - SHOWN)),
        revokes_all: count != Some(0),
        csrf,
        panel: PANEL,
        item: ITEM,
    };
    Ok(Html::of(&template))
}

/// Revokes one of the items, or all of them where none is named, with an entry in the log. Returns what the user is shown;
/// `None` where their account is gone, disabled or no longer staff, and nothing was revoked.
pub(crate) async fn revoke(
    panel: &dyn Panel,
    record: &Record,
    item: Option<&str>,
    actor: Actor,
) -> Result<Option<Message>, StoreError> {
    let texts = panel.texts();
    let nothing = Some(Message::warning(texts.nothing_to_revoke));
    let (credential, message, done) = match item {
        None => (panel.all(), ChangeMessage::Text(texts.all_revoked.to_owned()), texts.all_revoked),
        Some(key) => {
            // Only an item of this record.
            let items = panel.items(record.id, actor.at).await?.unwrap_or_default();
            let Some(item) = items.into_iter().find(|item| item.key == key) else { return Ok(nothing) };
            (item.credential, ChangeMessage::deleted_of_it(texts.item, &item.log_name), texts.revoked)
        }
    };
    let reference = Reference { id: record.id, label: record.label.clone() };
    Ok(match panel.revoke(reference, credential, message, actor).await? {
        RevocationOutcome::Revoked => Some(Message::success(done)),
        RevocationOutcome::NothingToRevoke => nothing,
        RevocationOutcome::ActorGone => None,
    })
}
