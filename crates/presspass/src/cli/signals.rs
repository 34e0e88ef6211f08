//! The signals that end a program: SIGTERM, which process managers send, and SIGINT, which Ctrl-C sends.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};

use actix_web::rt::signal::unix::{Signal, SignalKind, signal};
use anyhow::Context as _;

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
