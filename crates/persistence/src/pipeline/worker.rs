//! The pipelined connections of a thread.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use presspass_domain::{LogPace, causes};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;

use super::config::{CHECK, Config};
use super::{Pipeline, Pipelines};

/// Two keep two of the server's processes busy while one thread encodes and decodes.
const CONNECTIONS: usize = 2;

/// How long connecting may take, with everything that comes after the TCP connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The pause after the first attempt to connect that failed. It doubles, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

thread_local! {
    static WORKER: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

/// A place for a connection.
struct Slot {
    database: u64,
    pipeline: Option<Arc<Pipeline>>,
}

impl Pipelines {
    /// Keeps connections for the reads of this thread, which must run the tasks that it spawns. Does nothing where it does so
    /// already.
    pub fn open_on_this_thread(&self) {
        let Some(config) = &self.config else { return };
        let first = WORKER.with_borrow_mut(|slots| {
            let is_open = slots.iter().any(|slot| slot.database == self.id);
            let first = slots.len();
            if !is_open {
                slots.extend((0..CONNECTIONS).map(|_| Slot { database: self.id, pipeline: None }));
            }
            (!is_open).then_some(first)
        });
        let Some(first) = first else { return };
        for at in first..first + CONNECTIONS {
            tokio::spawn(keep(at, config.clone(), self.refusals.clone(), self.is_closed.subscribe()));
        }
    }

    /// The connection of this thread that the fewest requests wait on.
    pub fn of_this_thread(&self) -> Option<Arc<Pipeline>> {
        if self.config.is_none() || *self.is_closed.borrow() {
            return None;
        }
        WORKER.with_borrow(|slots| {
            let of_this = slots.iter().filter(|slot| slot.database == self.id);
            let usable = of_this.filter_map(|slot| {
                let pipeline = slot.pipeline.as_ref()?;
                Some((pipeline.waiting()?, pipeline))
            });
            usable.min_by_key(|(waiting, _)| *waiting).map(|(_, pipeline)| pipeline.clone())
        })
    }
}

fn put(at: usize, pipeline: Option<Arc<Pipeline>>) {
    WORKER.with_borrow_mut(|slots| {
        if let Some(slot) = slots.get_mut(at) {
            slot.pipeline = pipeline;
        }
    });
}

/// Connects whenever there is no connection, until the database is closed or dropped.
async fn keep(at: usize, config: Config, refusals: Arc<LogPace>, mut is_closed: watch::Receiver<bool>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let connected = tokio::select! {
            biased;
            _ = is_closed.wait_for(|closed| *closed) => return,
            connected = connect(&config) => connected,
        };
        match connected {
            Ok((pipeline, mut ended)) => {
                pause = FIRST_PAUSE;
                put(at, Some(pipeline.clone()));
                let is_over = tokio::select! {
                    biased;
                    _ = is_closed.wait_for(|closed| *closed) => true,
                    _ = &mut ended => false,
                    () = pipeline.silence() => false,
                };
                put(at, None);
                if is_over {
                    return;
                }
            }
            Err(reason) => {
                if refusals.line(&reason).is_some() {
                    tracing::info!(reason, "reads run on the pool: a pipelined connection could not be made");
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
        tokio::select! {
            biased;
            _ = is_closed.wait_for(|closed| *closed) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// A connection, and the task that drives it until it is lost or dropped.
async fn connect(config: &Config) -> Result<(Arc<Pipeline>, JoinHandle<()>), String> {
    let connecting = async {
        let (client, connection) = config.0.connect(NoTls).await.map_err(|error| causes(&error))?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = %causes(&error), "a pipelined connection ended");
            }
        });
        let row = client.query_typed_one(CHECK, &[]).await.map_err(|error| causes(&error))?;
        if row.try_get(0).is_ok_and(|fits: bool| fits) {
            Ok((Arc::new(Pipeline::new(client)), driver))
        } else {
            Err("the server is a standby, or a pooler leaves settings out".to_owned())
        }
    };
    tokio::time::timeout(CONNECT_TIMEOUT, connecting)
        .await
        .unwrap_or_else(|_| Err("no answer in time".to_owned()))
}
