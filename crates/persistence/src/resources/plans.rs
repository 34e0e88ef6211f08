//! Statements of whole lists and of single records, which are the same for every request: made once.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use presspass_domain::model::{Condition, Output, Path, Selection};

use super::prepared::Prepared;
use crate::connection::Connection;
use crate::error::Error;

/// A project has as many as resources; more are made anew for each request.
const MAX_PLANS: usize = 256;

struct Kept {
    outputs: Arc<[Output]>,
    also: Vec<Path>,
    prepared: Arc<Prepared>,
}

/// The statements that were made, by the members that they read. Those of one database.
#[derive(Default)]
pub(crate) struct Plans(Mutex<Vec<Kept>>);

impl fmt::Debug for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plans").finish_non_exhaustive()
    }
}

impl Plans {
    /// The statement of a selection. One that has a condition or an order belongs to its request alone.
    pub(super) fn prepare(
        &self,
        connection: &Connection,
        selection: &Selection,
        also: &[Path],
    ) -> Result<Arc<Prepared>, Error> {
        let is_whole = matches!(&selection.condition, Condition::All(all) if all.is_empty());
        if !is_whole || !selection.order.is_empty() {
            return Prepared::new(connection, selection, also).map(Arc::new);
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().find(|it| Arc::ptr_eq(&it.outputs, &selection.outputs) && it.also == also);
        if let Some(known) = known {
            return Ok(known.prepared.clone());
        }
        let prepared = Arc::new(Prepared::new(connection, selection, also)?);
        if kept.len() < MAX_PLANS {
            let (outputs, also) = (selection.outputs.clone(), also.to_vec());
            kept.push(Kept { outputs, also, prepared: prepared.clone() });
        }
        Ok(prepared)
    }
}
