//! Revoking credentials of accounts, with the entry in the log in the same transaction.

use presspass_auth::StoreError;
use presspass_domain::model::{
    Actor, ChangeMessage, Credential, LogAction, Reference, RevocationOutcome, USER,
};

use crate::connection::Connection;
use crate::error::Error;
use crate::records::{Models, log};
use crate::{api_keys, revocations, sessions};

/// Returns how many were revoked.
fn revoke(
    connection: &mut Connection,
    account_id: i64,
    credential: Credential,
    actor: Actor,
) -> Result<usize, Error> {
    match credential {
        Credential::Session(digest) => sessions::end(connection, &digest, Some(account_id)),
        Credential::AllSessions => sessions::end_all(connection, account_id, None),
        Credential::AllTokens => {
            Ok(usize::from(revocations::revoke_all(connection, account_id, actor.at.get())?.is_some()))
        }
        Credential::ApiKey(id) => api_keys::revoke(connection, account_id, id),
        Credential::AllApiKeys => api_keys::revoke_all(connection, account_id),
    }
}

impl Models {
    /// Revokes this of an account, and writes with it that the account was changed, in these words.
    ///
    /// # Errors
    /// Where the database cannot answer: then nothing was revoked.
    pub async fn revoke(
        &self,
        account: Reference,
        credential: Credential,
        message: ChangeMessage,
        actor: Actor,
    ) -> Result<RevocationOutcome, StoreError> {
        let models = self.clone();
        let outcome = self.database.write(move |connection| {
            if !log::may_act(connection, actor)? {
                return Ok(RevocationOutcome::ActorGone);
            }
            let revoked = match account.id.integer() {
                Some(account) => revoke(connection, account, credential, actor)?,
                None => 0,
            };
            if revoked == 0 {
                return Ok(RevocationOutcome::NothingToRevoke);
            }
            if models.has_log(connection)? {
                log::write(connection, &USER, &[account], (LogAction::Change, &message), actor)?;
            }
            Ok(RevocationOutcome::Revoked)
        });
        Ok(outcome.await?)
    }
}
