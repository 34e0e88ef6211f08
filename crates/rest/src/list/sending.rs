//! How a list is sent.

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::mpsc;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::{Either, select};
use futures_util::stream::try_unfold;
use tokio::sync::mpsc::UnboundedReceiver;
use tracing::Span;

use super::Message;
use crate::failure::Failure;

/// A list whose first chunk was written.
pub(crate) struct StreamedList {
    pub(super) first: Option<Vec<u8>>,
    /// `None` once everything was written.
    pub(super) chunks: Option<Chunks>,
    pub(super) span: Span,
}

impl fmt::Debug for StreamedList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedList").finish_non_exhaustive()
    }
}

/// The task that writes the list.
pub(super) type Writing = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

pub(super) struct Chunks {
    pub(super) run: Option<Writing>,
    pub(super) messages: UnboundedReceiver<Message>,
    pub(super) credits: mpsc::Sender<()>,
}

impl Chunks {
    /// The next message; `None` where writing was aborted.
    pub async fn next(&mut self) -> Result<Option<Message>, Failure> {
        let message = match self.run.take() {
            None => self.messages.recv().await,
            // The list is written while this waits.
            Some(run) => match select(pin!(self.messages.recv()), run).await {
                Either::Left((message, run)) => {
                    self.run = Some(run);
                    message
                }
                Either::Right((outcome, message)) => {
                    outcome?;
                    message.await
                }
            },
        };
        match &message {
            // Fails where writing has ended.
            Some(Message::Chunk(_)) => drop(self.credits.send(())),
            // Whether writing succeeded is known only now.
            Some(Message::Tail(..) | Message::TooManyStreams) | None => {
                if let Some(run) = self.run.take() {
                    run.await?;
                }
            }
        }
        Ok(message)
    }
}

/// A list was not sent to its end. The reason was logged.
#[derive(Debug, thiserror::Error)]
#[error("the list was aborted")]
pub(crate) struct Aborted;

impl StreamedList {
    /// The body. After an error the connection is closed without the end of the body, by which a client knows that the
    /// body is incomplete (RFC 9112, section 8).
    pub fn into_body(self) -> impl Stream<Item = Result<Bytes, Aborted>> {
        try_unfold(self, |mut list| async move {
            let chunk = list.next().await?;
            Ok(chunk.map(|chunk| (Bytes::from(chunk), list)))
        })
    }

    /// Aborts the list. After that its permit is free.
    pub async fn abandon(self) {
        if let Some(Chunks { run: Some(run), messages, credits }) = self.chunks {
            drop((messages, credits));
            // Its error is that nothing receives the list.
            let _ = run.await;
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, Aborted> {
        if self.first.is_some() {
            return Ok(self.first.take());
        }
        let Some(chunks) = &mut self.chunks else { return Ok(None) };
        match chunks.next().await {
            Ok(Some(Message::Chunk(chunk))) => Ok(Some(chunk)),
            Ok(Some(Message::Tail(writer, _))) => {
                self.chunks = None;
                Ok(Some(writer.finish()))
            }
            Ok(Some(Message::TooManyStreams) | None) => Err(Aborted),
            Err(failure) => {
                let reason = failure.reason().unwrap_or_default();
                self.span.in_scope(|| tracing::error!(reason, "list aborted"));
                Err(Aborted)
            }
        }
    }
}
