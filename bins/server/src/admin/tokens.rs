//! The tokens of an account, on its page in the admin. Nobody keeps a list of them: they end together.

use std::sync::Arc;

use presspass_admin::{Panel, PanelView};
use presspass_auth::revocation::RevocationStore;
use presspass_domain::admin::Record;
use presspass_domain::{BoxFuture, Moment, StoreError};
use presspass_rest::pages::Message;

use super::sessions::of_domain;

/// Ends tokens.
#[derive(Debug)]
pub(super) struct TokensPanel(pub Arc<dyn RevocationStore>);

impl Panel for TokensPanel {
    fn name(&self) -> &'static str {
        "tokens"
    }

    fn view<'a>(
        &'a self,
        _record: &'a Record,
        _now: Moment,
    ) -> BoxFuture<'a, Result<Option<PanelView>, StoreError>> {
        let about =
            "Tokens of theirs that were issued until now can be ended, all together. They can get new ones.";
        let end_all = Some("End all tokens");
        let view = PanelView { title: "Tokens", about, items: Vec::new(), end_all };
        Box::pin(std::future::ready(Ok(Some(view))))
    }

    fn end<'a>(
        &'a self,
        record: &'a Record,
        _item: Option<&'a str>,
        now: Moment,
    ) -> BoxFuture<'a, Result<Message, StoreError>> {
        Box::pin(async move {
            let ended = self.0.revoke_all(record.id, now.get()).await.map_err(of_domain)?;
            tracing::info!(of = record.id, "all tokens were ended by the admin");
            Ok(match ended {
                Some(_) => Message::success("All tokens were ended."),
                None => Message::warning("The account is gone."),
            })
        })
    }
}
