//! Lists of any length: written while they are read, and sent while they are written.
//!
//! A short list becomes one answer with a length. A longer one goes out in pieces, and whoever reads it decides how fast
//! it is read from the store: so a reader that stops, or takes too little, is cut.

use std::fmt;
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::Stream;
use futures_util::future::{Either, select};
use futures_util::stream::try_unfold;
use presspass_serializers::{ArrayWriter, Indent};
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Span;

use crate::failure::Failure;

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

/// Whether a reader keeps up: in a minute of waiting for it, it must take 4 MiB. That is less than the slowest of
/// today's mobile networks carry, and bounds how long a list holds its connection to the database, and the log of
/// `SQLite`, which cannot be checkpointed meanwhile.
#[derive(Debug, Default)]
struct Pace {
    waited: Duration,
    taken: usize,
}

impl Pace {
    const WINDOW: Duration = Duration::from_mins(1);
    const LEAST: usize = 4 * 1024 * 1024;

    /// Takes note of a piece that was waited for.
    fn keeps_up(&mut self, waited: Duration, taken: usize) -> bool {
        self.waited += waited;
        self.taken += taken;
        if self.waited < Self::WINDOW {
            return true;
        }
        std::mem::take(self).taken >= Self::LEAST
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

/// Where a list is to be written, item by item. It blocks while its reader does not keep up.
pub struct ListSink {
    writer: Option<ArrayWriter>,
    end: End,
    shape: Shape,
    /// How large the next piece gets.
    piece: usize,
    messages: UnboundedSender<Message>,
    /// One sign for each piece that there is room for.
    room: mpsc::Receiver<()>,
    streams: Streams,
    /// Taken for the first piece. It goes with the writing: a reader that was cut may leave its socket open.
    turn: Option<OwnedSemaphorePermit>,
    pace: Pace,
    span: Span,
}

/// How a list is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As JSON, in pieces where it is long.
    Json(Indent),
    /// As the beginning of it on a page.
    Page,
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
        if self.turn.is_none() {
            self.turn = self.streams.turns.clone().try_acquire_owned().ok();
        }
        if self.turn.is_none() {
            self.writer = None;
            let _ = self.messages.send(Message::Busy);
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

/// A list as it is written.
pub(crate) enum List {
    /// A short one, or the beginning of one.
    Collected(Vec<u8>, End),
    /// One that goes out in pieces.
    Streamed(StreamedList),
}

/// A list whose first piece was written.
pub(crate) struct StreamedList {
    first: Option<Vec<u8>>,
    /// `None` once all has been written.
    pieces: Option<Pieces>,
    span: Span,
}

impl fmt::Debug for StreamedList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedList").finish_non_exhaustive()
    }
}

/// The writing side at work.
type Writing = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// The sending side.
struct Pieces {
    run: Option<Writing>,
    messages: UnboundedReceiver<Message>,
    room: mpsc::Sender<()>,
}

impl Pieces {
    /// What comes next; `None` where the reader was cut.
    async fn next(&mut self) -> Result<Option<Message>, Failure> {
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
            Some(Message::Rest(..) | Message::Busy) | None => {
                if let Some(run) = self.run.take() {
                    run.await?;
                }
            }
        }
        Ok(message)
    }
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

    /// Ends the list here. After that its turn is another's.
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
            Ok(Some(Message::Busy) | None) => Err(Cut),
            Err(failure) => {
                let reason = failure.reason().unwrap_or_default();
                self.span.in_scope(|| tracing::error!(reason, "a list was cut"));
                Err(Cut)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;
    use presspass_serializers::to_json;
    use tokio::sync::oneshot;
    use tokio::task::spawn_blocking;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const JSON: Shape = Shape::Json(Indent::Compact);

    /// Writes so many texts of 1000 bytes; tells when it has ended.
    fn texts(count: usize) -> (impl FnOnce(ListSink) -> Writing, oneshot::Receiver<()>) {
        let (ended, has_ended) = oneshot::channel();
        let write = move |mut sink: ListSink| -> Writing {
            Box::pin(async move {
                let work = move || {
                    let text = "x".repeat(1000);
                    let _ = (0..count).try_for_each(|_| sink.push(&text));
                    drop(sink);
                    let _ = ended.send(());
                };
                spawn_blocking(work).await.map_err(|_| Failure::NotFound)
            })
        };
        (write, has_ended)
    }

    async fn streamed(streams: &Streams, write: impl FnOnce(ListSink) -> Writing) -> StreamedList {
        match write_list(streams, JSON, write).await {
            Ok(List::Streamed(list)) => list,
            Ok(List::Collected(json, _)) => panic!("it is short: {} bytes", json.len()),
            Err(failure) => panic!("{failure:?}"),
        }
    }

    async fn read(list: StreamedList) -> Result<Vec<u8>, Cut> {
        list.into_body().map_ok(|piece| piece.to_vec()).try_concat().await
    }

    #[actix_web::test]
    async fn a_list_is_in_pieces_where_it_is_long_and_has_the_same_bytes() {
        let streams = Streams::new(1, SECOND * 60);
        for count in [0, 1, 100, 261, 262, 263, 2000] {
            let (write, _) = texts(count);
            let whole = to_json(&vec!["x".repeat(1000); count], Indent::Compact);
            match write_list(&streams, JSON, write).await {
                Ok(List::Collected(json, End::Whole)) => {
                    assert!(json == whole && json.len() < WHOLE + 2, "{count}");
                }
                Ok(List::Streamed(list)) => {
                    assert!(whole.len() > WHOLE, "{count}");
                    assert!(read(list).await.is_ok_and(|json| json == whole), "{count}");
                }
                _ => panic!("{count}"),
            }
        }
    }

    #[actix_web::test]
    async fn a_list_whose_reader_was_cut_has_no_end() {
        let streams = Streams::new(1, Duration::from_millis(20));
        let (write, has_ended) = texts(1_000_000);
        let list = streamed(&streams, write).await;
        has_ended.await.unwrap();
        // Its turn is another's, although its body is still there.
        drop(streamed(&streams, texts(1000).0).await);
        assert!(read(list).await.is_err());
    }

    #[actix_web::test]
    async fn a_list_that_nobody_wants_any_more_ends_and_leaves_its_turn() {
        let streams = Streams::new(1, SECOND * 3600);
        let (write, has_ended) = texts(1_000_000);
        let list = streamed(&streams, write).await;
        let (second, second_has_ended) = texts(1_000_000);
        let refused = write_list(&streams, JSON, second).await;
        assert!(matches!(refused, Err(Failure::Unavailable { .. })));
        second_has_ended.await.unwrap();
        drop(list);
        has_ended.await.unwrap();
        drop(streamed(&streams, texts(1000).0).await);
    }

    #[actix_web::test]
    async fn a_failure_ends_a_list_without_its_end() {
        let streams = Streams::new(1, SECOND * 60);
        for (count, is_long) in [(10, false), (1000, true)] {
            let (write, _) = texts(count);
            let failing = |sink| -> Writing {
                let writing = write(sink);
                Box::pin(async move {
                    writing.await?;
                    Err(Failure::Internal { reason: "as the test wants it".to_owned() })
                })
            };
            match write_list(&streams, JSON, failing).await {
                Ok(List::Streamed(list)) => assert!(is_long && read(list).await.is_err()),
                Err(Failure::Internal { .. }) => assert!(!is_long),
                _ => panic!("{count}"),
            }
        }
    }

    #[test]
    fn a_reader_that_takes_too_little_in_a_minute_does_not_keep_up() {
        let mut pace = Pace::default();
        for _ in 0..59 {
            assert!(pace.keeps_up(SECOND, PIECE));
        }
        assert!(!pace.keeps_up(SECOND, PIECE), "60 pieces are less than 4 MiB");
    }

    #[test]
    fn only_what_the_reader_is_waited_for_counts() {
        let mut pace = Pace::default();
        for _ in 0..10_000 {
            assert!(pace.keeps_up(Duration::ZERO, 1));
        }
        for _ in 0..10 {
            for _ in 0..63 {
                assert!(pace.keeps_up(SECOND * 60 / 64, PIECE));
            }
            assert!(pace.keeps_up(SECOND * 60 / 64, PIECE), "a minute for 4 MiB is enough");
        }
    }
}
