//! Ending by what accounts are known, with its entry in the log in one transaction.

use presspass_domain::admin::{Actor, ChangeMessage, Ended, LogAction, Proof, ProofEnder, Reference, USER};
use presspass_domain::{BoxFuture, StoreError};

use super::{Models, log};
use crate::connection::Connection;
use crate::error::Error;
use crate::{api_keys, revocations, sessions};

/// Ends it; gives how many there were.
fn end(connection: &mut Connection, account_id: i64, proof: Proof, actor: Actor) -> Result<usize, Error> {
    match proof {
        Proof::Session(digest) => sessions::end(connection, &digest, Some(account_id)),
        Proof::Sessions => sessions::end_all(connection, account_id, None),
        Proof::Tokens => {
            Ok(usize::from(revocations::end_all(connection, account_id, actor.at.get())?.is_some()))
        }
        Proof::ApiKey(id) => api_keys::revoke(connection, account_id, id),
        Proof::ApiKeys => api_keys::revoke_all(connection, account_id),
    }
}

impl ProofEnder for Models {
    fn end(
        &self,
        account: Reference,
        proof: Proof,
        message: ChangeMessage,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Ended, StoreError>> {
        Box::pin(async move {
            let models = self.clone();
            let ended = self.database.write(move |connection| {
                if !log::may_act(connection, actor)? {
                    return Ok(Ended::ActorGone);
                }
                if end(connection, account.id, proof, actor)? == 0 {
                    return Ok(Ended::Nothing);
                }
                if models.keeps_a_log(connection)? {
                    log::write(connection, &USER, &[account], (LogAction::Change, &message), actor)?;
                }
                Ok(Ended::Ended)
            });
            Ok(ended.await?)
        })
    }
}
