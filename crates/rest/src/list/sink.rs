//! The writing side of a list.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::mpsc;
use std::time::Instant;

use presspass_serializers::ArrayWriter;
use serde::Serialize;
use tokio::sync::mpsc::UnboundedSender;
use tracing::Span;

use super::pace::Pace;
use super::{End, Message, PIECE, Shape, StreamPlace, Streams};
use crate::keyed_semaphore::CallerKey;

/// Where a list is to be written, item by item. It blocks while its reader does not keep up.
pub struct ListSink {
    pub(super) writer: Option<ArrayWriter>,
    pub(super) end: End,
    pub(super) shape: Shape,
    /// How large the next piece gets.
    pub(super) piece: usize,
    pub(super) messages: UnboundedSender<Message>,
    /// One sign for each piece that there is room for.
    pub(super) room: mpsc::Receiver<()>,
    pub(super) streams: Streams,
    pub(super) caller: CallerKey,
    /// Needed from the first piece on. It goes with the writing: a reader that was cut may leave its socket open.
    pub(super) place: Option<StreamPlace>,
    pub(super) pace: Pace,
    pub(super) span: Span,
}

impl ListSink {
    /// Writes an item. `Break` where nobody wants more.
    pub fn push(&mut self, item: &impl Serialize) -> ControlFlow<()> {
        let Some(writer) = &mut self.writer else { return ControlFlow::Break(()) };
        writer.push(item);
        if writer.waiting() < self.piece {
            return ControlFlow::Continue(());
        }
        if self.shape == Shape::Page {
            self.end = End::Cut;
            return ControlFlow::Break(());
        }
        self.piece = PIECE;
        let piece = writer.take();
        if self.place.is_none() {
            self.place = self.streams.try_place(self.caller);
        }
        if self.place.is_none() {
            self.writer = None;
            let _ = self.messages.send(Message::NoPlace);
            return ControlFlow::Break(());
        }
        self.send(piece)
    }

    fn send(&mut self, piece: Vec<u8>) -> ControlFlow<()> {
        let start = Instant::now();
        let fault = match self.room.recv_timeout(self.streams.silence) {
            Ok(()) if self.pace.keeps_up(start.elapsed(), piece.len()) => None,
            Ok(()) => Some("it took too little"),
            Err(mpsc::RecvTimeoutError::Timeout) => Some("it took nothing"),
            Err(mpsc::RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
        };
        if let Some(fault) = fault {
            self.span.in_scope(|| tracing::warn!(reason = fault, "the reader of a list was cut"));
            // Without it, the list has no end.
            self.writer = None;
            return ControlFlow::Break(());
        }
        self.messages.send(Message::Piece(piece)).map_or(ControlFlow::Break(()), ControlFlow::Continue)
    }
}

impl Drop for ListSink {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            // Where the reader is gone, nobody wants it.
            let _ = self.messages.send(Message::Rest(writer, self.end));
        }
    }
}

impl fmt::Debug for ListSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListSink").field("shape", &self.shape).finish_non_exhaustive()
    }
}
