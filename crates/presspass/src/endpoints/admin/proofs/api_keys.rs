//! The API keys of an account. The keys themselves nobody sees again.

use std::sync::Arc;

use presspass_admin::{PanelItem, for_people};
use presspass_auth::StoreError;
use presspass_auth::api_keys::{ApiKeyRecord, ApiKeyRegistry, ListedApiKey};
use presspass_domain::admin::Proof;
use presspass_domain::{BoxFuture, Timestamp};

use super::{Kind, Listed, Words};

/// API keys, where they are kept.
#[derive(Debug)]
pub(super) struct Kept(pub Arc<dyn ApiKeyRegistry>);

impl Kind for Kept {
    const NAME: &'static str = "api-keys";
    const ALL: Proof = Proof::ApiKeys;
    const WORDS: Words = Words {
        title: "API keys",
        about: "What programs of theirs are known by.",
        none: "They have none.",
        more: "They have more than are shown here.",
        one: "API key",
        end_all: "End all API keys",
        ended_one: "The API key was ended.",
        ended_all: "All API keys were ended.",
        over: "That API key has ended already.",
    };

    fn list(&self, account_id: i64, now: Timestamp) -> BoxFuture<'_, Result<Option<Vec<Listed>>, StoreError>> {
        Box::pin(async move {
            let keys = self.0.of_account(account_id).await?;
            Ok(Some(keys.into_iter().map(|key| listed(key, now)).collect()))
        })
    }
}

fn listed(ListedApiKey { id, record }: ListedApiKey, now: Timestamp) -> Listed {
    let is_over = record.is_expired(now.get());
    let ApiKeyRecord { name, scopes, created_at, expires_at, last_used_at } = record;
    let told = |timestamp| for_people(Timestamp::new(timestamp));
    let may = if scopes.is_all() { "whatever they may".to_owned() } else { scopes.to_string() };
    let used = last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", told(at)));
    let mut details = vec![format!("May do {may}"), format!("Made {}, {used}", told(created_at))];
    if let Some(end) = expires_at {
        details.push(format!("{} {}", if is_over { "Has ended" } else { "Ends" }, told(end)));
    }
    let name = name.as_str().to_owned();
    Listed {
        item: PanelItem { key: id.to_string(), title: name.clone(), details },
        name,
        proof: Proof::ApiKey(id),
    }
}
