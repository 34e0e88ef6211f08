//! The limits of lists that are read at a time.

use std::time::Duration;

use presspass_rest::{CallerKey, Failure, KeyedPermit, KeyedSemaphore, Streams};

use crate::settings::Settings;

/// How many lists are read from the database at a time: half of the connections.
fn lists_at_once(settings: &Settings) -> usize {
    usize::try_from(settings.database.pool_size.get() / 2).unwrap_or(1)
}

/// One connection of those for lists stays with short ones, whatever the readers of long ones do.
pub(super) fn streams(settings: &Settings) -> Streams {
    let at_once = lists_at_once(settings).saturating_sub(1).max(1);
    Streams::new(at_once, settings.limits.reader_silence, settings.database.timeout)
}

/// How many lists and searches one caller may have read at a time: all but one, so that costly ones of one account leave a
/// connection to the others; but always two, so that a caller who reads a long list slowly can read another. Clones share
/// the permits.
#[derive(Debug, Clone)]
pub struct ListReads {
    of_caller: KeyedSemaphore,
    patience: Duration,
}

impl ListReads {
    pub(super) fn new(settings: &Settings) -> Self {
        let of_caller = KeyedSemaphore::new(lists_at_once(settings).saturating_sub(1).max(2));
        Self { of_caller, patience: settings.database.timeout }
    }

    /// Waits until this caller may have one more list read.
    ///
    /// # Errors
    /// 503 where that takes too long.
    pub async fn permit(&self, caller: CallerKey) -> Result<KeyedPermit, Failure> {
        let permit = tokio::time::timeout(self.patience, self.of_caller.acquire(caller)).await;
        permit
            .ok()
            .flatten()
            .ok_or_else(|| Failure::unavailable("too many lists of this caller are being read"))
    }
}
