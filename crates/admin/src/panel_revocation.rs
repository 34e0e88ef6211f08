//! Revoking what panels show of a record, for callers that use no page.

use std::sync::Arc;

use presspass_domain::admin::{Actor, ModelReader};
use presspass_domain::{Timestamp, StoreError};

use crate::guard::Guard;
use crate::panel::{Panel, PanelOutcome};
use crate::staff::Staff;

/// Revokes all that panels show of a record, by the policy of its model and with the panels' entries in the log.
#[derive(Debug)]
pub struct PanelRevocation {
    records: Arc<dyn ModelReader>,
    guard: Arc<dyn Guard>,
    panels: Vec<Arc<dyn Panel>>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// Nothing of it is left.
    Done,
    /// There is no such record.
    NoSuchRecord,
    /// The caller may only look at the record, or is no longer staff.
    Forbidden(&'static str),
}

impl PanelRevocation {
    /// Of these records, by the guard that their pages have.
    #[must_use]
    pub fn new(records: Arc<dyn ModelReader>, guard: Arc<dyn Guard>, panels: Vec<Arc<dyn Panel>>) -> Self {
        Self { records, guard, panels }
    }

    /// Revokes it. That `staff` may change records of the model at all is for the caller to ask.
    ///
    /// # Errors
    /// Where a store cannot answer: then some of the panels may be done.
    pub async fn revoke(&self, staff: &Staff, id: i64, now: Timestamp) -> Result<Revoked, StoreError> {
        let Some(record) = self.records.find(id).await? else { return Ok(Revoked::NoSuchRecord) };
        if let Some(why) = self.guard.terms(staff).await?.sealed(&record) {
            return Ok(Revoked::Forbidden(why));
        }
        let actor = Actor { account_id: staff.account().id, at: now };
        for panel in &self.panels {
            match panel.end(&record, None, actor).await? {
                PanelOutcome::Told(_) => {}
                PanelOutcome::ActorGone => return Ok(Revoked::Forbidden("The caller is no longer staff.")),
            }
        }
        Ok(Revoked::Done)
    }
}
