//! By what an account is known, on its page in the admin: shown, ended, and written into the log.

mod api_keys;
mod sessions;
mod tokens;

use std::fmt;
use std::sync::Arc;

use presspass_admin::{Panel, PanelItem, PanelOutcome, PanelView};
use presspass_auth::StoreError as AuthStoreError;
use presspass_auth::api_keys::ApiKeyRegistry;
use presspass_auth::sessions::SessionStore;
use presspass_domain::admin::{Actor, ChangeMessage, Ended, Proof, ProofEnder, Record, Reference};
use presspass_domain::{BoxFuture, Timestamp, StoreError};
use presspass_rest::pages::Message;

pub(crate) use sessions::SessionsElsewhere;

/// How many are named.
const NAMED: usize = 20;

/// By what accounts are known, beside their passwords.
#[derive(Debug, Clone)]
pub(crate) struct Proofs {
    pub sessions: Arc<dyn SessionStore>,
    /// Ends sessions, wherever they are kept.
    pub session_ender: Arc<dyn ProofEnder>,
    pub api_keys: Arc<dyn ApiKeyRegistry>,
    /// Ends what is in the database.
    pub ender: Arc<dyn ProofEnder>,
}

impl Proofs {
    /// The panels of an account.
    pub fn panels(&self) -> Vec<Arc<dyn Panel>> {
        let api_keys = api_keys::Kept(self.api_keys.clone());
        vec![
            self.sessions(),
            self.tokens(),
            Arc::new(ProofPanel { kind: api_keys, ender: self.ender.clone() }),
        ]
    }

    /// The panel of the sessions of an account.
    pub fn sessions(&self) -> Arc<dyn Panel> {
        let kind = sessions::Kept(self.sessions.clone());
        Arc::new(ProofPanel { kind, ender: self.session_ender.clone() })
    }

    /// The panel of the tokens of an account.
    pub fn tokens(&self) -> Arc<dyn Panel> {
        Arc::new(ProofPanel { kind: tokens::Tokens, ender: self.ender.clone() })
    }
}

/// What is said of proofs of one kind.
struct Words {
    title: &'static str,
    about: &'static str,
    /// What is said of them where there are none.
    none: &'static str,
    /// What is said of them where there are more than are named.
    more: &'static str,
    /// What the log calls one.
    one: &'static str,
    end_all: &'static str,
    ended_one: &'static str,
    ended_all: &'static str,
    over: &'static str,
}

/// One that can be ended.
struct Listed {
    item: PanelItem,
    /// What it is called in the log.
    name: String,
    proof: Proof,
}

/// What of accounts can be ended.
trait Kind: fmt::Debug + Send + Sync {
    /// Its name in forms.
    const NAME: &'static str;
    /// All of it.
    const ALL: Proof;
    /// What is said of it.
    const WORDS: Words;

    /// What an account has of it; `Ok(None)` where nobody keeps a list.
    fn list(
        &self,
        account_id: i64,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Option<Vec<Listed>>, AuthStoreError>>;
}

/// Shows proofs of one kind, and ends them.
#[derive(Debug)]
struct ProofPanel<K> {
    kind: K,
    ender: Arc<dyn ProofEnder>,
}

impl<K: Kind> Panel for ProofPanel<K> {
    fn name(&self) -> &'static str {
        K::NAME
    }

    fn view<'a>(
        &'a self,
        record: &'a Record,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<PanelView>, StoreError>> {
        Box::pin(async move {
            let listed = self.kind.list(record.id, now).await.map_err(of_domain)?;
            let count = listed.as_ref().map(Vec::len);
            let about = match count {
                Some(0) => K::WORDS.none,
                Some(count) if count > NAMED => K::WORDS.more,
                _ => K::WORDS.about,
            };
            let items =
                listed.unwrap_or_default().into_iter().take(NAMED).map(|listed| listed.item).collect();
            let end_all = (count != Some(0)).then_some(K::WORDS.end_all);
            Ok(Some(PanelView { title: K::WORDS.title, about, items, end_all }))
        })
    }

    fn end<'a>(
        &'a self,
        record: &'a Record,
        item: Option<&'a str>,
        actor: Actor,
    ) -> BoxFuture<'a, Result<PanelOutcome, StoreError>> {
        Box::pin(async move {
            let over = Ok(PanelOutcome::Told(Message::warning(K::WORDS.over)));
            let (proof, message, told) = match item {
                None => (K::ALL, ChangeMessage::Text(K::WORDS.ended_all.to_owned()), K::WORDS.ended_all),
                Some(key) => {
                    // One of theirs, or none.
                    let listed = self.kind.list(record.id, actor.at).await.map_err(of_domain)?;
                    let theirs = listed.into_iter().flatten().find(|listed| listed.item.key == key);
                    let Some(Listed { name, proof, .. }) = theirs else { return over };
                    (proof, ChangeMessage::deleted_of_it(K::WORDS.one, &name), K::WORDS.ended_one)
                }
            };
            let account = Reference { id: record.id, label: record.label.clone() };
            match self.ender.end(account, proof, message, actor).await? {
                Ended::Ended => {
                    tracing::info!(
                        of = record.id,
                        by = actor.account_id,
                        kind = K::NAME,
                        "credentials of an account were revoked"
                    );
                    Ok(PanelOutcome::Told(Message::success(told)))
                }
                Ended::Nothing => over,
                Ended::ActorGone => Ok(PanelOutcome::ActorGone),
            }
        })
    }
}

/// A store's error of auth as one of the domain.
fn of_domain(error: AuthStoreError) -> StoreError {
    match error {
        AuthStoreError::Unavailable(cause) => StoreError::Unavailable(cause),
        AuthStoreError::Full(cause) => StoreError::Full(cause),
        AuthStoreError::Failed(cause) => StoreError::Failed(cause),
    }
}
