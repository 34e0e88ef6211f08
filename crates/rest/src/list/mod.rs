//! Lists of any length: written while they are read, and sent while they are written.
//!
//! A short list becomes one answer with a length. A longer one goes out in pieces, and whoever reads it decides how fast
//! it is read from the store: so a reader that stops, or takes too little, is cut.

mod pace;
mod sending;
mod sink;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use presspass_serializers::{ArrayWriter, Indent};
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Span;

use crate::failure::Failure;
use crate::keyed_semaphore::{CallerKey, KeyedPermit, KeyedSemaphore};
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

/// How many lists may go out in pieces at a time. One caller may have all places but one, so that slow readers of one
/// account leave a place to the others. Clones share the places.
#[derive(Debug, Clone)]
pub struct Streams {
    silence: Duration,
    patience: Duration,
    places: Arc<Semaphore>,
    of_caller: KeyedSemaphore,
    /// Whether the list from which nothing was left out was too long for one piece when it was written last.
    is_long: Arc<AtomicBool>,
}

/// Which items a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All that there are.
    All,
    /// Those that were asked for.
    Some,
}

impl Streams {
    /// `at_once` lists, to readers that may take nothing for as long as `silence`; one more list waits for as long as
    /// `patience`.
    #[must_use]
    pub fn new(at_once: usize, silence: Duration, patience: Duration) -> Self {
        let of_caller = KeyedSemaphore::new(at_once.saturating_sub(1));
        let places = Arc::new(Semaphore::new(at_once));
        Self { silence, patience, places, of_caller, is_long: Arc::default() }
    }

    /// A place that is free now.
    fn try_place(&self, caller: CallerKey) -> Option<StreamPlace> {
        let of_caller = self.of_caller.try_acquire(caller)?;
        Some(StreamPlace(of_caller, self.places.clone().try_acquire_owned().ok()?))
    }

    /// A place; `None` where none became free in time.
    async fn place(&self, caller: CallerKey) -> Option<StreamPlace> {
        let place = async {
            let of_caller = self.of_caller.acquire(caller).await?;
            Some(StreamPlace(of_caller, self.places.clone().acquire_owned().await.ok()?))
        };
        tokio::time::timeout(self.patience, place).await.ok().flatten()
    }
}

/// A place among the lists that go out in pieces, until it is dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "they are held")]
struct StreamPlace(KeyedPermit, OwnedSemaphorePermit);

/// What the writing side tells the sending side.
enum Message {
    Piece(Vec<u8>),
    /// What was not sent when the list ended, and whether that was its end.
    Rest(ArrayWriter, End),
    /// It is too long for one piece, and there is no place for one more such list.
    NoPlace,
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

/// Writes a list by `write`, until it is known whether it is a short one. A long one for which there is no place waits for
/// one, without a connection to the database, and is then written anew; one that is expected to be long waits before.
///
/// # Errors
/// Those of `write`; 503 where there is no place in time.
pub(crate) async fn write_list<F>(
    streams: &Streams,
    caller: CallerKey,
    extent: Extent,
    shape: Shape,
    write: impl Fn(ListSink) -> F,
) -> Result<List, Failure>
where
    F: Future<Output = Result<(), Failure>> + 'static,
{
    let is_known = extent == Extent::All && matches!(shape, Shape::Json(_));
    if !(is_known && streams.is_long.load(Ordering::Relaxed))
        && let Some(list) = begin(streams, caller, shape, None, &write).await?
    {
        if is_known && matches!(list, List::Streamed(_)) {
            streams.is_long.store(true, Ordering::Relaxed);
        }
        return Ok(list);
    }
    let place = streams.place(caller).await;
    let place = place.ok_or_else(|| Failure::unavailable("too many long lists are being read"))?;
    let list = begin(streams, caller, shape, Some(place), &write).await?;
    let list = list.ok_or_else(|| Failure::Internal { reason: "a list lost its place".to_owned() })?;
    if is_known {
        streams.is_long.store(matches!(list, List::Streamed(_)), Ordering::Relaxed);
    }
    Ok(list)
}

/// `Ok(None)` where there is no place for it.
async fn begin<F>(
    streams: &Streams,
    caller: CallerKey,
    shape: Shape,
    place: Option<StreamPlace>,
    write: impl Fn(ListSink) -> F,
) -> Result<Option<List>, Failure>
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
        caller,
        place,
        pace: Pace::default(),
        span: span.clone(),
    };
    let mut pieces = Pieces { run: Some(Box::pin(write(sink))), messages, room };
    Ok(match pieces.next().await? {
        Some(Message::Rest(writer, End::Whole)) => Some(List::Collected(writer.finish(), End::Whole)),
        Some(Message::Rest(mut writer, End::Cut)) => Some(List::Collected(writer.take(), End::Cut)),
        Some(Message::Piece(first)) => {
            Some(List::Streamed(StreamedList { first: Some(first), pieces: Some(pieces), span }))
        }
        Some(Message::NoPlace) => None,
        None => return Err(Failure::Internal { reason: "a list ended before its first piece".to_owned() }),
    })
}
