//! Where the rows of a list are written.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::mpsc;
use std::time::Instant;

use presspass_serializers::ArrayWriter;
use tokio::sync::mpsc::UnboundedSender;
use tracing::Span;

use super::pace::Pace;
use super::{CHUNK, End, Message, Shape, StreamPermit, Streams};
use crate::keyed_semaphore::CallerKey;

/// A list that is written item by item. Writing blocks while the client does not keep up.
pub struct ListSink {
    pub(super) writer: Option<ArrayWriter>,
    pub(super) end: End,
    pub(super) shape: Shape,
    /// The size of the next chunk.
    pub(super) chunk: usize,
    pub(super) messages: UnboundedSender<Message>,
    /// One for each chunk that may be sent.
    pub(super) credits: mpsc::Receiver<()>,
    pub(super) streams: Streams,
    pub(super) caller: CallerKey,
    /// Needed from the first chunk on. The writing task has it: a client that was disconnected may leave its socket open.
    pub(super) permit: Option<StreamPermit>,
    pub(super) pace: Pace,
    pub(super) span: Span,
}

impl ListSink {
    /// Writes an item, which is compact JSON. `Break` where no more is wanted.
    pub fn push_json(&mut self, item: &[u8]) -> ControlFlow<()> {
        let Some(writer) = &mut self.writer else { return ControlFlow::Break(()) };
        writer.push_json(item);
        self.pass_on()
    }

    /// Sends what was written, once it is long enough.
    fn pass_on(&mut self) -> ControlFlow<()> {
        let Some(writer) = &mut self.writer else { return ControlFlow::Break(()) };
        if writer.waiting() < self.chunk {
            return ControlFlow::Continue(());
        }
        if self.shape == Shape::Page {
            self.end = End::Cut;
            return ControlFlow::Break(());
        }
        self.chunk = CHUNK;
        let chunk = writer.take();
        if self.permit.is_none() {
            self.permit = self.streams.try_permit(self.caller);
        }
        if self.permit.is_none() {
            self.writer = None;
            let _ = self.messages.send(Message::TooManyStreams);
            return ControlFlow::Break(());
        }
        self.send(chunk)
    }

    fn send(&mut self, chunk: Vec<u8>) -> ControlFlow<()> {
        let start = Instant::now();
        let reason = match self.credits.recv_timeout(self.streams.silence) {
            Ok(()) if self.pace.keeps_up(start.elapsed(), chunk.len()) => None,
            Ok(()) => Some("the client reads too slowly"),
            Err(mpsc::RecvTimeoutError::Timeout) => Some("the client stopped reading"),
            Err(mpsc::RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
        };
        if let Some(reason) = reason {
            self.span.in_scope(|| tracing::warn!(reason, "list aborted"));
            // Without a writer the list gets no end.
            self.writer = None;
            return ControlFlow::Break(());
        }
        self.messages.send(Message::Chunk(chunk)).map_or(ControlFlow::Break(()), ControlFlow::Continue)
    }
}

impl Drop for ListSink {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            // Fails where the client is gone.
            let _ = self.messages.send(Message::Tail(writer, self.end));
        }
    }
}

impl fmt::Debug for ListSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListSink").field("shape", &self.shape).finish_non_exhaustive()
    }
}
