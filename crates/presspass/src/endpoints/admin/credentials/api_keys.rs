//! The API keys of an account. The keys themselves cannot be shown again.

use presspass_admin::{PanelItem, PanelTexts, format_timestamp};
use presspass_auth::api_keys::ApiKeyRecord;
use presspass_domain::Timestamp;
use presspass_domain::model::Credential;
use presspass_persistence::ListedApiKey;

pub(super) static TEXTS: PanelTexts = PanelTexts {
    title: "API keys",
    about: "Programs use these keys to act as this user.",
    empty: "No API keys.",
    item: "API key",
    revoke: "Revoke",
    revoked: "The API key was revoked.",
    revoke_all: "Revoke all API keys",
    all_revoked: "All API keys were revoked.",
    nothing_to_revoke: "That API key has already been revoked.",
};

pub(super) fn item(ListedApiKey { id, record }: ListedApiKey, now: Timestamp) -> PanelItem {
    let is_expired = record.is_expired(now.get());
    let ApiKeyRecord { name, scopes, created_at, expires_at, last_used_at } = record;
    let shown = |at| format_timestamp(Timestamp::new(at));
    let scopes = if scopes.is_all() { "everything this user may do".to_owned() } else { scopes.to_string() };
    let used = last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", shown(at)));
    let mut details = vec![format!("Scopes: {scopes}"), format!("Created {}, {used}", shown(created_at))];
    if let Some(end) = expires_at {
        details.push(format!("{} {}", if is_expired { "Expired" } else { "Expires" }, shown(end)));
    }
    let name = name.as_str().to_owned();
    PanelItem {
        key: id.to_string(),
        title: name.clone(),
        details,
        log_name: name,
        credential: Credential::ApiKey(id),
    }
}
