//! Signals: SIGTERM, which process managers send, and SIGINT, which Ctrl-C sends, end a program; SIGHUP, SIGUSR1 and
//! SIGUSR2 do nothing, where they would otherwise end the process.

use std::future::poll_fn;
use std::io::{IsTerminal as _, stdin};
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::thread;

use actix_web::rt::signal::unix::{Signal, SignalKind, signal};
use anyhow::Context as _;
use tokio::sync::oneshot;

use super::{block_on, tell};

/// Why the program is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// SIGINT, or the terminal was closed: a person waits.
    Interrupted,
    /// SIGTERM: a process manager has others take over.
    Terminated,
}

/// From here on SIGHUP, SIGUSR1 and SIGUSR2 no longer end the process: there is nothing to read again (settings are read
/// once, and the folder of the keys is watched), and a process manager that sends one must not cut requests.
pub(super) fn ignore_others() -> anyhow::Result<()> {
    block_on(async {
        for kind in [SignalKind::hangup(), SignalKind::user_defined1(), SignalKind::user_defined2()] {
            // tokio's handler stays for as long as the process runs.
            drop(signal(kind).context("cannot listen for signals")?);
        }
        Ok(())
    })
}

/// From here on these signals no longer end the process: the code that holds this does.
#[derive(Debug)]
pub(super) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    had_terminal: bool,
}

impl StopSignals {
    /// Begins to listen. Must be called within a runtime.
    pub fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
            had_terminal: stdin().is_terminal(),
        })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> Stop {
        poll_fn(|context| self.poll(context)).await
    }

    /// The result of this work, or nothing where a signal comes first.
    pub async fn unless_stopped<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| match self.poll(context) {
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => work.as_mut().poll(context).map(Some),
        })
        .await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Stop> {
        // All are polled, so that all wake us.
        let interrupted = self.interrupt.poll_recv(context).is_ready();
        let terminated = self.terminate.poll_recv(context).is_ready();
        let mut hung_up = false;
        while self.hangup.poll_recv(context).is_ready() {
            hung_up = true;
        }
        // A terminal that was closed is one no more; a server that was started in it must not stay behind.
        if interrupted || (hung_up && self.had_terminal && !stdin().is_terminal()) {
            Poll::Ready(Stop::Interrupted)
        } else if terminated {
            Poll::Ready(Stop::Terminated)
        } else {
            Poll::Pending
        }
    }
}

/// Until this ends, the first of these signals ends the process at once, with 0: nothing is served yet. Without it
/// they would end it, too, but for the first process of a container, which the kernel spares signals that it does not handle.
#[derive(Debug)]
pub(super) struct StopAtOnce {
    listening: oneshot::Sender<()>,
    thread: thread::JoinHandle<anyhow::Result<()>>,
}

impl StopAtOnce {
    /// Begins to listen, on a thread of its own: starting blocks.
    pub fn listen() -> anyhow::Result<Self> {
        let (begun, has_begun) = mpsc::channel();
        let (listening, ended) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
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
        Ok(Self { listening, thread })
    }

    /// From here on a signal does not end the process any more: connections may wait.
    pub fn end(self) {
        drop(self.listening);
        // It ends at once, and has nothing to report.
        let _ = self.thread.join();
    }
}
