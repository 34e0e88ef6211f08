//! The sending side of a list.

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

/// A list whose first piece was written.
pub(crate) struct StreamedList {
    pub(super) first: Option<Vec<u8>>,
    /// `None` once all has been written.
    pub(super) pieces: Option<Pieces>,
    pub(super) span: Span,
}

impl fmt::Debug for StreamedList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedList").finish_non_exhaustive()
    }
}

/// The writing side at work.
pub(super) type Writing = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// The sending side.
pub(super) struct Pieces {
    pub(super) run: Option<Writing>,
    pub(super) messages: UnboundedReceiver<Message>,
    pub(super) room: mpsc::Sender<()>,
}

impl Pieces {
    /// What comes next; `None` where the reader was cut.
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
            // Where the list has ended, nobody waits for room.
            Some(Message::Piece(_)) => drop(self.room.send(())),
            // Whether this was the end is known only now.
            Some(Message::Rest(..) | Message::NoPlace) | None => {
                if let Some(run) = self.run.take() {
                    run.await?;
                }
            }
        }
        Ok(message)
    }
}

/// A list was not sent to its end. Why is in the log.
#[derive(Debug, thiserror::Error)]
#[error("the list was cut")]
pub(crate) struct Cut;

impl StreamedList {
    /// The body. Its error is no answer any more: the connection is closed without the end of the body, by which a
    /// client knows that it has not got all (RFC 9112, section 8).
    pub fn into_body(self) -> impl Stream<Item = Result<Bytes, Cut>> {
        try_unfold(self, |mut list| async move {
            let piece = list.next().await?;
            Ok(piece.map(|piece| (Bytes::from(piece), list)))
        })
    }

    /// Ends the list here. After that its place is free.
    pub async fn abandon(self) {
        if let Some(Pieces { run: Some(run), messages, room }) = self.pieces {
            drop((messages, room));
            // Nobody is to be told how it ended.
            let _ = run.await;
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<u8>>, Cut> {
        if self.first.is_some() {
            return Ok(self.first.take());
        }
        let Some(pieces) = &mut self.pieces else { return Ok(None) };
        match pieces.next().await {
            Ok(Some(Message::Piece(piece))) => Ok(Some(piece)),
            Ok(Some(Message::Rest(writer, _))) => {
                self.pieces = None;
                Ok(Some(writer.finish()))
            }
            Ok(Some(Message::NoPlace) | None) => Err(Cut),
            Err(failure) => {
                let reason = failure.reason().unwrap_or_default();
                self.span.in_scope(|| tracing::error!(reason, "a list was cut"));
                Err(Cut)
            }
        }
    }
}
