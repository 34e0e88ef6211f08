//! The API keys of an account, on its page in the admin.

use std::sync::Arc;

use presspass_admin::{Panel, PanelItem, PanelView, for_people};
use presspass_auth::api_keys::{ApiKeyRecord, ApiKeyRegistry, ListedApiKey};
use presspass_domain::admin::Record;
use presspass_domain::{BoxFuture, Moment, StoreError};
use presspass_rest::pages::Message;

use super::sessions::of_domain;

/// Shows keys, and ends them. The keys themselves nobody sees again.
#[derive(Debug)]
pub(super) struct ApiKeysPanel(pub Arc<dyn ApiKeyRegistry>);

impl Panel for ApiKeysPanel {
    fn name(&self) -> &'static str {
        "api-keys"
    }

    fn view<'a>(
        &'a self,
        record: &'a Record,
        now: Moment,
    ) -> BoxFuture<'a, Result<Option<PanelView>, StoreError>> {
        Box::pin(async move {
            let keys = self.0.of_account(record.id).await.map_err(of_domain)?;
            let items: Vec<PanelItem> = keys.into_iter().map(|key| item(key, now)).collect();
            let (about, end_all) = match items.len() {
                0 => ("They have none.", None),
                _ => ("What programs of theirs are known by.", Some("End all API keys")),
            };
            Ok(Some(PanelView { title: "API keys", about, items, end_all }))
        })
    }

    fn end<'a>(
        &'a self,
        record: &'a Record,
        item: Option<&'a str>,
        _now: Moment,
    ) -> BoxFuture<'a, Result<Message, StoreError>> {
        Box::pin(async move {
            let Some(item) = item else {
                let count = self.0.revoke_all(record.id).await.map_err(of_domain)?;
                tracing::info!(of = record.id, count, "API keys were ended by the admin");
                return Ok(Message::success("All API keys were ended."));
            };
            let ended = match item.parse() {
                Ok(id) => self.0.revoke(record.id, id).await.map_err(of_domain)?,
                Err(_) => false,
            };
            if ended {
                tracing::info!(of = record.id, key = item, "an API key was ended by the admin");
                Ok(Message::success("The API key was ended."))
            } else {
                Ok(Message::warning("That API key has ended already."))
            }
        })
    }
}

fn item(ListedApiKey { id, record }: ListedApiKey, now: Moment) -> PanelItem {
    let is_over = record.is_expired(now.get());
    let ApiKeyRecord { name, scopes, created_at, expires_at, last_used_at } = record;
    let told = |moment| for_people(Moment::new(moment));
    let may = if scopes.is_all() { "whatever they may".to_owned() } else { scopes.to_string() };
    let used = last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", told(at)));
    let mut details = vec![format!("May do {may}"), format!("Made {}, {used}", told(created_at))];
    if let Some(end) = expires_at {
        details.push(format!("{} {}", if is_over { "Has ended" } else { "Ends" }, told(end)));
    }
    PanelItem { key: id.to_string(), title: name.as_str().to_owned(), details }
}
