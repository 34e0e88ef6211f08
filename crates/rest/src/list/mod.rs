//! Lists of any length: written while they are read, and sent while they are written.
//!
//! A short list becomes one answer with a length. A longer one goes out in pieces, and whoever reads it decides how fast
//! it is read from the store: so a reader that stops, or takes too little, is cut.

mod pace;
mod sending;
mod sink;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use presspass_serializers::{ArrayWriter, Indent};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::unbounded_channel;
use tracing::Span;

use crate::failure::Failure;
use pace::Pace;
use sending::Pieces;
pub(crate) use sending::StreamedList;
pub use sink::ListSink;

/// Up to here, in bytes of JSON, a list is one answer.
const WHOLE: usize = 256 * 1024;

/// What a longer list goes out in.
const PIECE: usize = 64 * 1024;

/// Where the list on a page of HTML ends: the page with it stays below 60 kB.
const PAGE: usize = 10 * 1024;

/// What lists in pieces may cost us. Clones share the turns.
#[derive(Debug, Clone)]
pub struct Streams {
    silence: Duration,
    turns: Arc<Semaphore>,
}

impl Streams {
    /// So many at once, to readers who may take nothing for so long.
    #[must_use]
    pub fn new(at_once: usize, silence: Duration) -> Self {
        Self { silence, turns: Arc::new(Semaphore::new(at_once)) }
    }
}

/// What the writing side tells the sending side.
enum Message {
    Piece(Vec<u8>),
    /// What was not sent when the list ended, and whether that was its end.
    Rest(ArrayWriter, End),
    /// It is too long for one piece, and as many such lists are read as may.
    Busy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// All of the list was written.
    Whole,
    /// It is too long for a page.
    Cut,
}

/// How a list is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As JSON, in pieces where it is long.
    Json(Indent),
    /// As the beginning of it on a page.
    Page,
}

/// A list as it is written.
pub(crate) enum List {
    /// A short one, or the beginning of one.
    Collected(Vec<u8>, End),
    /// One that goes out in pieces.
    Streamed(StreamedList),
}

/// Writes a list by `write`, until it is known whether it is a short one.
///
/// # Errors
/// Those of `write`; 503 where as many long lists are read as may.
pub(crate) async fn write_list<F>(
    streams: &Streams,
    shape: Shape,
    write: impl FnOnce(ListSink) -> F,
) -> Result<List, Failure>
where
    F: Future<Output = Result<(), Failure>> + 'static,
{
    let (indent, piece) = match shape {
        Shape::Json(indent) => (indent, WHOLE),
        Shape::Page => (Indent::Spaces(4), PAGE),
    };
    let (sender, messages) = unbounded_channel();
    let (room, has_room) = mpsc::channel();
    // The first piece goes out while the second is written.
    for _ in 0..2 {
        let _ = room.send(());
    }
    let span = Span::current();
    let sink = ListSink {
        writer: Some(ArrayWriter::new(indent)),
        end: End::Whole,
        shape,
        piece,
        messages: sender,
        room: has_room,
        streams: streams.clone(),
        turn: None,
        pace: Pace::default(),
        span: span.clone(),
    };
    let mut pieces = Pieces { run: Some(Box::pin(write(sink))), messages, room };
    match pieces.next().await? {
        Some(Message::Rest(writer, End::Whole)) => Ok(List::Collected(writer.finish(), End::Whole)),
        Some(Message::Rest(mut writer, End::Cut)) => Ok(List::Collected(writer.take(), End::Cut)),
        Some(Message::Piece(first)) => {
            Ok(List::Streamed(StreamedList { first: Some(first), pieces: Some(pieces), span }))
        }
        Some(Message::Busy) => Err(Failure::unavailable("as many long lists as may are being read")),
        None => Err(Failure::Internal { reason: "a list ended before its first piece".to_owned() }),
    }
}
