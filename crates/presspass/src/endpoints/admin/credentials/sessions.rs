//! The sessions of an account.

use presspass_admin::{PanelItem, PanelTexts, format_timestamp};
use presspass_auth::sessions::{Session, SessionDigest};
use presspass_domain::Timestamp;
use presspass_domain::model::Credential;

pub(super) static TEXTS: PanelTexts = PanelTexts {
    title: "Active sessions",
    about: "",
    empty: "No active sessions.",
    item: "session",
    revoke: "Sign out",
    revoked: "The session was revoked.",
    revoke_all: "Sign out of all sessions",
    all_revoked: "All sessions were revoked.",
    nothing_to_revoke: "That session has already ended.",
};

pub(super) fn item((digest, session): (SessionDigest, Session)) -> PanelItem {
    let began = format_timestamp(Timestamp::new(session.began_at));
    PanelItem {
        key: digest.to_string(),
        title: format!("Logged in {began}"),
        details: vec![format!("Expires {}", format_timestamp(Timestamp::new(session.expires_at)))],
        log_name: began,
        credential: Credential::Session(*digest.as_bytes()),
    }
}
