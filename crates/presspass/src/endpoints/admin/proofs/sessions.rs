//! The sessions of an account.

use std::sync::Arc;

use presspass_admin::{PanelItem, for_people};
use presspass_auth::StoreError;
use presspass_auth::sessions::{Session, SessionDigest, SessionStore};
use presspass_domain::admin::{
    Actor, AdminLog, ChangeMessage, Ended, Noted, Proof, ProofEnder, Reference, USER,
};
use presspass_domain::{BoxFuture, Timestamp, StoreError as DomainStoreError};

use super::{Kind, Listed, Words, of_domain};

/// Sessions, where they are kept.
#[derive(Debug)]
pub(super) struct Kept(pub Arc<dyn SessionStore>);

impl Kind for Kept {
    const NAME: &'static str = "sessions";
    const ALL: Proof = Proof::Sessions;
    const WORDS: Words = Words {
        title: "Sessions",
        about: "Where they are logged in: one for each browser.",
        none: "They are logged in nowhere.",
        more: "They are logged in in more browsers than are shown here.",
        one: "session",
        end_all: "End all sessions",
        ended_one: "The session was ended.",
        ended_all: "All sessions were ended.",
        over: "That session has ended already.",
    };

    fn list(&self, account_id: i64, now: Timestamp) -> BoxFuture<'_, Result<Option<Vec<Listed>>, StoreError>> {
        Box::pin(async move {
            let all = self.0.of_account(account_id).await?;
            let live = all.into_iter().filter(|(_, session)| session.expires_at > now.get());
            Ok(Some(live.map(listed).collect()))
        })
    }
}

fn listed((digest, session): (SessionDigest, Session)) -> Listed {
    let began = for_people(Timestamp::new(session.began_at));
    let item = PanelItem {
        key: digest.to_string(),
        title: format!("Began {began}"),
        details: vec![format!("Ends by itself {}", for_people(Timestamp::new(session.expires_at)))],
    };
    Listed { item, name: began, proof: Proof::Session(*digest.as_bytes()) }
}

/// Ends sessions that are not in the database, and then writes it into the log: a server that dies between the two has
/// ended them.
#[derive(Debug)]
pub(crate) struct SessionsElsewhere {
    pub sessions: Arc<dyn SessionStore>,
    pub log: Arc<dyn AdminLog>,
}

impl ProofEnder for SessionsElsewhere {
    fn end(
        &self,
        account: Reference,
        proof: Proof,
        message: ChangeMessage,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Ended, DomainStoreError>> {
        Box::pin(async move {
            match proof {
                Proof::Session(digest) => {
                    self.sessions.end(SessionDigest::from_bytes(digest)).await.map_err(of_domain)?;
                }
                Proof::Sessions => {
                    if self.sessions.end_all(account.id, None).await.map_err(of_domain)? == 0 {
                        return Ok(Ended::Nothing);
                    }
                }
                Proof::Tokens | Proof::ApiKey(_) | Proof::ApiKeys => {
                    return Err(DomainStoreError::Failed("only sessions are kept elsewhere".into()));
                }
            }
            Ok(match self.log.note(&USER, account, message, actor).await? {
                Noted::Noted => Ended::Ended,
                Noted::ActorGone => Ended::ActorGone,
            })
        })
    }
}
