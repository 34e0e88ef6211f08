//! Connections that a worker's thread drives without blocking: statements of several requests are sent one after the other
//! before the first is answered (pipelining), and no other thread is woken.
//!
//! They serve reads whose statements stay prepared and are answered quickly. All others, and those that fail, run on the
//! pool, which answers for outages, deadlines and errors.

mod config;
mod connection;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use presspass_domain::LogPace;
use tokio::sync::watch;

use self::config::Config;
pub(crate) use self::connection::Pipeline;
use crate::url::{ConnectionTarget, DatabaseUrl};

/// The pipelined connections of one database, on all threads.
#[derive(Debug)]
pub(crate) struct Pipelines {
    /// Tells databases apart on a thread.
    id: u64,
    /// `None` where reads cannot be pipelined.
    config: Option<Config>,
    is_closed: watch::Sender<bool>,
    /// Why no connection could be made.
    refusals: Arc<LogPace>,
}

/// Every worker tries again and again.
const LOG_PERIOD: Duration = Duration::from_hours(1);

impl Pipelines {
    pub fn of(url: &DatabaseUrl) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let config = match url.target() {
            ConnectionTarget::File(_) => None,
            ConnectionTarget::Server(url) => Config::of(&url),
        };
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            config,
            is_closed: watch::Sender::new(false),
            refusals: Arc::new(LogPace::new(LOG_PERIOD)),
        }
    }

    /// Ends the connections once they have answered, and makes no more.
    pub fn close(&self) {
        self.is_closed.send_replace(true);
    }
}
