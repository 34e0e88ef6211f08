//! Streamed lists: rows are sent to the client while they are read from the database.
//!
//! A short list becomes one answer with a `Content-Length`. A longer one is sent in chunks, and the client decides how fast
//! it is read from the database: a client that stops reading, or reads too slowly, is disconnected.

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
use sending::Chunks;
pub(crate) use sending::StreamedList;
pub use sink::ListSink;

/// Up to this many bytes of JSON, a list is one answer.
const MAX_COLLECTED: usize = 256 * 1024;

/// The size of a chunk of a longer list.
const CHUNK: usize = 64 * 1024;

/// How much of a list a page of HTML shows, in bytes of JSON: the page stays below 60 kB.
const PAGE: usize = 10 * 1024;

/// Limits how many lists are streamed at a time. One caller may have all permits but one, so that slow clients of one
/// account leave a permit to the others. Clones share the permits.
#[derive(Debug, Clone)]
pub struct Streams {
    silence: Duration,
    patience: Duration,
    permits: Arc<Semaphore>,
    of_caller: KeyedSemaphore,
    /// Whether the unfiltered list was streamed when it was last read.
    is_long: Arc<AtomicBool>,
}

/// Which items a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All rows, unfiltered.
    All,
    /// Those that the query selects.
    Some,
}

impl Streams {
    /// At most `at_once` lists, to clients that may stop reading for up to `silence`; one more list waits for up to
    /// `patience`.
    #[must_use]
    pub fn new(at_once: usize, silence: Duration, patience: Duration) -> Self {
        let of_caller = KeyedSemaphore::new(at_once.saturating_sub(1));
        let permits = Arc::new(Semaphore::new(at_once));
        Self { silence, patience, permits, of_caller, is_long: Arc::default() }
    }

    fn try_permit(&self, caller: CallerKey) -> Option<StreamPermit> {
        let of_caller = self.of_caller.try_acquire(caller)?;
        Some(StreamPermit(of_caller, self.permits.clone().try_acquire_owned().ok()?))
    }

    /// `None` where no permit became free in time.
    async fn permit(&self, caller: CallerKey) -> Option<StreamPermit> {
        let permit = async {
            let of_caller = self.of_caller.acquire(caller).await?;
            Some(StreamPermit(of_caller, self.permits.clone().acquire_owned().await.ok()?))
        };
        tokio::time::timeout(self.patience, permit).await.ok().flatten()
    }
}

/// A permit to stream a list, until it is dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "they are held")]
struct StreamPermit(KeyedPermit, OwnedSemaphorePermit);

/// From the task that reads rows to the one that sends them.
enum Message {
    Chunk(Vec<u8>),
    /// What remained when writing ended, and why it ended.
    Tail(ArrayWriter, End),
    /// The list has to be streamed, and no permit is free.
    TooManyStreams,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Complete,
    /// It is too long for a page.
    Cut,
}

/// How a list is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As JSON, in chunks where it is long.
    Json(Indent),
    /// Its beginning, on a page.
    Page,
}

pub(crate) enum List {
    /// A short list, or the beginning of a long one for a page.
    Collected(Vec<u8>, End),
    Streamed(StreamedList),
}

/// Writes a list by `write` until it is known whether it is short. A long one without a permit waits for one, without a
/// connection to the database, and is then written again; one that is expected to be long waits first.
///
/// # Errors
/// Those of `write`; 503 where no permit becomes free in time.
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
    let permit = streams.permit(caller).await;
    let permit = permit.ok_or_else(|| Failure::unavailable("too many lists are streamed"))?;
    let list = begin(streams, caller, shape, Some(permit), &write).await?;
    let list = list.ok_or_else(|| Failure::Internal { reason: "a list lost its permit".to_owned() })?;
    if is_known {
        streams.is_long.store(matches!(list, List::Streamed(_)), Ordering::Relaxed);
    }
    Ok(list)
}

/// `Ok(None)` where it needs a permit and none is free.
async fn begin<F>(
    streams: &Streams,
    caller: CallerKey,
    shape: Shape,
    permit: Option<StreamPermit>,
    write: impl Fn(ListSink) -> F,
) -> Result<Option<List>, Failure>
where
    F: Future<Output = Result<(), Failure>> + 'static,
{
    let (indent, chunk) = match shape {
        Shape::Json(indent) => (indent, MAX_COLLECTED),
        Shape::Page => (Indent::Spaces(4), PAGE),
    };
    let (sender, messages) = unbounded_channel();
    let (credits, has_credit) = mpsc::channel();
    // The first chunk is sent while the second is written.
    for _ in 0..2 {
        let _ = credits.send(());
    }
    let span = Span::current();
    let sink = ListSink {
        writer: Some(ArrayWriter::new(indent)),
        end: End::Complete,
        shape,
        chunk,
        messages: sender,
        credits: has_credit,
        streams: streams.clone(),
        caller,
        permit,
        pace: Pace::default(),
        span: span.clone(),
    };
    let mut chunks = Chunks { run: Some(Box::pin(write(sink))), messages, credits };
    Ok(match chunks.next().await? {
        Some(Message::Tail(writer, End::Complete)) => Some(List::Collected(writer.finish(), End::Complete)),
        Some(Message::Tail(mut writer, End::Cut)) => Some(List::Collected(writer.take(), End::Cut)),
        Some(Message::Chunk(first)) => {
            Some(List::Streamed(StreamedList { first: Some(first), chunks: Some(chunks), span }))
        }
        Some(Message::TooManyStreams) => None,
        None => return Err(Failure::Internal { reason: "a list ended before its first chunk".to_owned() }),
    })
}
