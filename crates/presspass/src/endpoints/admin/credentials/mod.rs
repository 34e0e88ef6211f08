//! The credentials of an account on its page in the admin: listed, and revoked with an entry in the log.

mod api_keys;
mod sessions;
mod tokens;

use std::sync::Arc;

use presspass_admin::{Panel, PanelItem, PanelTexts};
use presspass_auth::sessions::{SessionDigest, SessionStore};
use presspass_auth::{BoxFuture, StoreError};
use presspass_domain::Timestamp;
use presspass_domain::model::{
    Actor, ChangeMessage, Credential, Key, LogWritten, Reference, RevocationOutcome, USER,
};
use presspass_persistence::{ApiKeys, Models};

/// Where the credentials of accounts are, beside their passwords.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub models: Models,
    pub sessions: Arc<dyn SessionStore>,
    /// Whether sessions are in the database with everything else.
    pub has_sessions_in_database: bool,
    pub api_keys: Arc<ApiKeys>,
}

/// Credentials of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Sessions,
    Tokens,
    ApiKeys,
}

/// Shows credentials of one kind, and revokes them.
#[derive(Debug)]
struct CredentialPanel {
    kind: Kind,
    credentials: Credentials,
}

impl Credentials {
    /// The panels of an account.
    pub fn panels(&self, kinds: &[Kind]) -> Vec<Arc<dyn Panel>> {
        let panel = |kind: &Kind| -> Arc<dyn Panel> {
            Arc::new(CredentialPanel { kind: *kind, credentials: self.clone() })
        };
        kinds.iter().map(panel).collect()
    }

    async fn revoke(
        &self,
        account: Reference,
        credential: Credential,
        message: ChangeMessage,
        actor: Actor,
    ) -> Result<RevocationOutcome, StoreError> {
        match credential {
            _ if self.has_sessions_in_database => {
                return self.models.revoke(account, credential, message, actor).await;
            }
            Credential::Session(digest) => {
                self.sessions.end(SessionDigest::from_bytes(digest)).await?;
            }
            Credential::AllSessions => {
                let ended = match account.id.integer() {
                    Some(account) => self.sessions.end_all(account, None).await?,
                    None => 0,
                };
                if ended == 0 {
                    return Ok(RevocationOutcome::NothingToRevoke);
                }
            }
            _ => return self.models.revoke(account, credential, message, actor).await,
        }
        // A server that dies between the two has ended sessions that the log does not name.
        Ok(match self.models.log_change(&USER, account, message, actor).await? {
            LogWritten::Written => RevocationOutcome::Revoked,
            LogWritten::ActorGone => RevocationOutcome::ActorGone,
        })
    }
}

impl Panel for CredentialPanel {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Sessions => "sessions",
            Kind::Tokens => "tokens",
            Kind::ApiKeys => "api-keys",
        }
    }

    fn texts(&self) -> &'static PanelTexts {
        match self.kind {
            Kind::Sessions => &sessions::TEXTS,
            Kind::Tokens => &tokens::TEXTS,
            Kind::ApiKeys => &api_keys::TEXTS,
        }
    }

    fn all(&self) -> Credential {
        match self.kind {
            Kind::Sessions => Credential::AllSessions,
            Kind::Tokens => Credential::AllTokens,
            Kind::ApiKeys => Credential::AllApiKeys,
        }
    }

    fn items(
        &self,
        record_id: Key,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Option<Vec<PanelItem>>, StoreError>> {
        Box::pin(async move {
            let Some(account) = record_id.integer() else { return Ok(None) };
            Ok(match self.kind {
                Kind::Sessions => {
                    let sessions = self.credentials.sessions.of_account(account).await?;
                    let live = sessions.into_iter().filter(|(_, session)| session.expires_at > now.get());
                    Some(live.map(sessions::item).collect())
                }
                // They are not stored, so there is no list.
                Kind::Tokens => None,
                Kind::ApiKeys => {
                    let keys = self.credentials.api_keys.of_account(account).await?;
                    Some(keys.into_iter().map(|key| api_keys::item(key, now)).collect())
                }
            })
        })
    }

    fn revoke(
        &self,
        record: Reference,
        credential: Credential,
        message: ChangeMessage,
        actor: Actor,
    ) -> BoxFuture<'_, Result<RevocationOutcome, StoreError>> {
        Box::pin(async move {
            let account = record.id.integer();
            let outcome = self.credentials.revoke(record, credential, message, actor).await?;
            if outcome == RevocationOutcome::Revoked {
                let (kind, by) = (self.name(), actor.account_id);
                tracing::info!(account, by, kind, "credentials of an account revoked");
            }
            Ok(outcome)
        })
    }
}
