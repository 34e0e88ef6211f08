//! Graceful shutdown.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::rt::task::spawn_blocking;
use actix_web::rt::time::sleep;
use anyhow::Context as _;

use super::super::signals::{Stop, StopSignals};
use super::super::tell;
use crate::app::drain::{Draining, Listeners};

/// How long the client of a connection that was taken last may need to send its first request.
const FIRST_REQUEST: Duration = Duration::from_millis(500);

/// What SIGTERM begins with.
pub(super) struct Drain {
    draining: Draining,
    listeners: Listeners,
    time: Duration,
}

impl Drain {
    /// For a server that gets its connections from these.
    pub fn of(listeners: &[TcpListener], time: Duration) -> anyhow::Result<Self> {
        let listeners = Listeners::share(listeners).context("cannot share the listening sockets")?;
        Ok(Self { draining: Draining::default(), listeners, time })
    }

    /// Tells endpoints whether it has begun.
    pub fn draining(&self) -> Draining {
        self.draining.clone()
    }

    /// Answers everything for a time, and tells all clients to go elsewhere; then refuses connections.
    async fn run(self, server: &ServerHandle) {
        self.draining.begin();
        tell(&format!("Stopping in {} seconds; a second signal stops at once.", self.time.as_secs()));
        sleep(self.time).await;
        let listeners = self.listeners;
        // It could fail only by a panic.
        let emptied = spawn_blocking(move || {
            listeners.empty();
            listeners
        });
        if let Ok(listeners) = emptied.await {
            server.pause().await;
            listeners.close();
            sleep(FIRST_REQUEST).await;
        }
    }
}

/// The first signal ends the server after the requests in flight, and SIGTERM after it has drained, too; the second ends it
/// at once.
pub(super) async fn serve_until_stopped(
    server: Server,
    mut signals: StopSignals,
    drain: Drain,
) -> anyhow::Result<()> {
    let handle = server.handle();
    let serving = actix_web::rt::spawn(server);
    let abort = serving.abort_handle();
    actix_web::rt::spawn(async move {
        let drains = signals.next().await == Stop::Terminated && !drain.time.is_zero();
        let goes_on = if drains {
            signals.unless_stopped(drain.run(&handle)).await.is_some()
        } else {
            // Its listening sockets with it: the server is to close the last handles.
            drop(drain);
            true
        };
        if goes_on {
            // The command is on its way: its end is that of the server.
            drop(handle.stop(true));
            signals.next().await;
        }
        abort.abort();
    });
    match serving.await {
        Ok(ended) => ended.context("the server stopped"),
        Err(error) if error.is_cancelled() => Ok(()),
        Err(error) => Err(error).context("the server stopped"),
    }
}
