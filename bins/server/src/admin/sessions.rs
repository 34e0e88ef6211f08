//! The sessions of an account, on its page in the admin.

use std::sync::Arc;

use presspass_admin::{Panel, PanelItem, PanelView, for_people};
use presspass_auth::StoreError as AuthStoreError;
use presspass_auth::sessions::SessionStore;
use presspass_domain::admin::Record;
use presspass_domain::{BoxFuture, Moment, StoreError};
use presspass_rest::pages::Message;

/// How many sessions are named.
const NAMED: usize = 20;

/// Shows sessions, and ends them.
#[derive(Debug)]
pub(super) struct SessionsPanel(pub Arc<dyn SessionStore>);

impl Panel for SessionsPanel {
    fn name(&self) -> &'static str {
        "sessions"
    }

    fn view<'a>(
        &'a self,
        record: &'a Record,
        now: Moment,
    ) -> BoxFuture<'a, Result<Option<PanelView>, StoreError>> {
        Box::pin(async move {
            let all = self.0.of_account(record.id).await.map_err(of_domain)?;
            let live: Vec<_> =
                all.into_iter().filter(|(_, session)| session.expires_at > now.get()).collect();
            let items = live.iter().take(NAMED).map(|(digest, session)| PanelItem {
                key: digest.to_string(),
                title: format!("Began {}", for_people(Moment::new(session.began_at))),
                details: vec![format!("Ends by itself {}", for_people(Moment::new(session.expires_at)))],
            });
            let items: Vec<_> = items.collect();
            let about = match live.len() {
                0 => "They are logged in nowhere.",
                count if count > NAMED => "They are logged in in more browsers than are shown here.",
                _ => "Where they are logged in: one for each browser.",
            };
            let end_all = (!items.is_empty()).then_some("End all sessions");
            Ok(Some(PanelView { title: "Sessions", about, items, end_all }))
        })
    }

    fn end<'a>(
        &'a self,
        record: &'a Record,
        item: Option<&'a str>,
        _now: Moment,
    ) -> BoxFuture<'a, Result<Message, StoreError>> {
        Box::pin(async move {
            let Some(key) = item else {
                let count = self.0.end_all(record.id, None).await.map_err(of_domain)?;
                tracing::info!(of = record.id, count, "sessions were ended by the admin");
                return Ok(Message::success("All sessions were ended."));
            };
            // One of theirs, or none.
            let theirs = self.0.of_account(record.id).await.map_err(of_domain)?;
            let Some((digest, _)) = theirs.into_iter().find(|(digest, _)| digest.to_string() == key) else {
                return Ok(Message::warning("That session has ended already."));
            };
            self.0.end(digest).await.map_err(of_domain)?;
            tracing::info!(of = record.id, "a session was ended by the admin");
            Ok(Message::success("The session was ended."))
        })
    }
}

/// A store's error of auth as one of the domain.
pub(super) fn of_domain(error: AuthStoreError) -> StoreError {
    match error {
        AuthStoreError::Unavailable(cause) => StoreError::Unavailable(cause),
        AuthStoreError::Full(cause) => StoreError::Full(cause),
        AuthStoreError::Failed(cause) => StoreError::Failed(cause),
    }
}
