//! Revoking what panels show of a record, for callers that use no page.

use std::sync::Arc;

use presspass_auth::StoreError;
use presspass_domain::Timestamp;
use presspass_domain::model::{Actor, Model};
use presspass_persistence::Models;

use crate::panel::{self, Panel};
use crate::policy::ModelPolicy;
use crate::staff::Staff;

/// Revokes all that panels show of a record, by the policy of its model and with the panels' entries in the log.
#[derive(Debug)]
pub struct PanelRevocation {
    pub store: Models,
    pub model: &'static Model,
    pub policy: Arc<dyn ModelPolicy>,
    pub panels: Vec<Arc<dyn Panel>>,
}

/// The outcome of revoking all that panels show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// Nothing of it is left.
    Done,
    NoSuchRecord,
    /// The caller may only view the record, or is no longer staff.
    Forbidden(&'static str),
}

impl PanelRevocation {
    /// The caller must have checked that `staff` may change records of the model at all.
    ///
    /// # Errors
    /// Where a store cannot answer: then some of the panels may be done.
    pub async fn revoke(&self, staff: &Staff, id: i64, now: Timestamp) -> Result<Revoked, StoreError> {
        let Some(record) = self.store.find(self.model, id).await? else { return Ok(Revoked::NoSuchRecord) };
        if let Some(why) = self.policy.record_policy(staff).await?.read_only_reason(&record) {
            return Ok(Revoked::Forbidden(why));
        }
        let actor = Actor { account_id: staff.account().id, at: now };
        for panel in &self.panels {
            if panel::revoke(panel.as_ref(), &record, None, actor).await?.is_none() {
                return Ok(Revoked::Forbidden("The caller is no longer staff."));
            }
        }
        Ok(Revoked::Done)
    }
}
