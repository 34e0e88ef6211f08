//! The signals that end a program: SIGTERM, which process managers send, and SIGINT, which Ctrl-C sends.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::thread;

use actix_web::rt::signal::unix::{Signal, SignalKind, signal};
use anyhow::Context as _;
use tokio::sync::oneshot;

use super::{block_on, tell};

/// From here on these signals no longer end the process: whoever holds this does.
#[derive(Debug)]
pub(super) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Begins to listen. Must be called within a runtime.
    pub fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) {
        poll_fn(|context| self.poll(context)).await;
    }

    /// What comes of this work, or nothing where a signal comes first.
    pub async fn unless_stopped<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| match self.poll(context) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => work.as_mut().poll(context).map(Some),
        })
        .await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // Both are asked, so that both wake us.
        let polled = [self.interrupt.poll_recv(context), self.terminate.poll_recv(context)];
        if polled.iter().any(Poll::is_ready) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Until this is dropped, the first of these signals ends the process at once, with 0: nothing is served yet. Without it
/// they would end it, too, but for the first process of a container, which the kernel spares signals that it does not handle.
#[derive(Debug)]
pub(super) struct StopAtOnce {
    _listening: oneshot::Sender<()>,
}

impl StopAtOnce {
    /// Begins to listen, on a thread of its own: starting blocks.
    pub fn listen() -> anyhow::Result<Self> {
        let (begun, has_begun) = mpsc::channel();
        let (listening, ended) = oneshot::channel::<()>();
        thread::spawn(move || {
            block_on(async {
                let mut signals = StopSignals::listen()?;
                // Dropped where listening fails, which tells as much.
                let _ = begun.send(());
                if signals.unless_stopped(ended).await.is_none() {
                    tell("Stopped.");
                    std::process::exit(0);
                }
                Ok(())
            })
        });
        has_begun.recv().context("cannot listen for signals")?;
        Ok(Self { _listening: listening })
    }
}
