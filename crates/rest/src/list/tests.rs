//! Lists that are written, sent and aborted.

use futures_util::TryStreamExt as _;
use presspass_serializers::to_json;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::spawn_blocking;

use super::sending::{Aborted, Writing};
use super::*;

const SECOND: Duration = Duration::from_secs(1);
const JSON: Shape = Shape::Json(Indent::Compact);

const ANN: CallerKey = CallerKey::Account(1);
const BOB: CallerKey = CallerKey::Account(2);

/// Writes `count` texts of 1000 bytes; the receiver gets a message whenever that has ended.
fn texts(count: usize) -> (impl Fn(ListSink) -> Writing, UnboundedReceiver<()>) {
    let (ended, has_ended) = unbounded_channel();
    let write = move |mut sink: ListSink| -> Writing {
        let ended = ended.clone();
        Box::pin(async move {
            let work = move || {
                let text = to_json(&"x".repeat(1000), Indent::Compact);
                let _ = (0..count).try_for_each(|_| sink.push_json(&text));
                drop(sink);
                let _ = ended.send(());
            };
            spawn_blocking(work).await.map_err(|_| Failure::NotFound)
        })
    };
    (write, has_ended)
}

async fn streamed(streams: &Streams, write: impl Fn(ListSink) -> Writing) -> StreamedList {
    match write_list(streams, ANN, Extent::Some, JSON, write).await {
        Ok(List::Streamed(list)) => list,
        Ok(List::Collected(json, _)) => panic!("it is short: {} bytes", json.len()),
        Err(failure) => panic!("{failure:?}"),
    }
}

async fn read(list: StreamedList) -> Result<Vec<u8>, Aborted> {
    list.into_body().map_ok(|piece| piece.to_vec()).try_concat().await
}

#[actix_web::test]
async fn a_long_list_is_streamed_and_has_the_same_bytes() {
    let streams = Streams::new(1, SECOND * 60, SECOND);
    for count in [0, 1, 100, 261, 262, 263, 2000] {
        let (write, _) = texts(count);
        let whole = to_json(&vec!["x".repeat(1000); count], Indent::Compact);
        match write_list(&streams, ANN, Extent::Some, JSON, write).await {
            Ok(List::Collected(json, End::Complete)) => {
                assert!(json == whole && json.len() < MAX_COLLECTED + 2, "{count}");
            }
            Ok(List::Streamed(list)) => {
                assert!(whole.len() > MAX_COLLECTED, "{count}");
                assert!(read(list).await.is_ok_and(|json| json == whole), "{count}");
            }
            _ => panic!("{count}"),
        }
    }
}

#[actix_web::test]
async fn a_list_whose_client_stops_reading_has_no_end() {
    let streams = Streams::new(1, Duration::from_millis(20), SECOND);
    let (write, mut has_ended) = texts(1_000_000);
    let list = streamed(&streams, write).await;
    has_ended.recv().await.unwrap();
    // Its permit is free, although its body is still there.
    drop(streamed(&streams, texts(1000).0).await);
    assert!(read(list).await.is_err());
}

#[actix_web::test]
async fn a_list_that_is_dropped_ends_and_leaves_its_permit() {
    let streams = Streams::new(1, SECOND * 3600, Duration::from_millis(20));
    let (write, mut has_ended) = texts(1_000_000);
    let list = streamed(&streams, write).await;
    let (second, mut second_has_ended) = texts(1_000_000);
    let refused = write_list(&streams, ANN, Extent::Some, JSON, second).await;
    assert!(matches!(refused, Err(Failure::Unavailable { .. })));
    second_has_ended.recv().await.unwrap();
    drop(list);
    has_ended.recv().await.unwrap();
    drop(streamed(&streams, texts(1000).0).await);
}

#[actix_web::test]
async fn a_failure_ends_a_list_without_its_end() {
    let streams = Streams::new(1, SECOND * 60, SECOND);
    for (count, is_long) in [(10, false), (1000, true)] {
        let (write, _) = texts(count);
        let failing = |sink| -> Writing {
            let writing = write(sink);
            Box::pin(async move {
                writing.await?;
                Err(Failure::Internal { reason: "as the test wants it".to_owned() })
            })
        };
        match write_list(&streams, ANN, Extent::Some, JSON, failing).await {
            Ok(List::Streamed(list)) => assert!(is_long && read(list).await.is_err()),
            Err(Failure::Internal { .. }) => assert!(!is_long),
            _ => panic!("{count}"),
        }
    }
}

#[actix_web::test]
async fn a_list_without_a_permit_waits_for_one_and_is_then_written_again() {
    let streams = Streams::new(1, SECOND * 3600, SECOND * 3600);
    let first = streamed(&streams, texts(1_000_000).0).await;
    let (write, mut has_ended) = texts(1000);
    let waiting = write_list(&streams, ANN, Extent::Some, JSON, write);
    let free = async {
        // It has returned its connection to the database.
        has_ended.recv().await.unwrap();
        drop(first);
    };
    let (list, ()) = futures_util::future::join(waiting, free).await;
    let Ok(List::Streamed(list)) = list else { panic!("it is long") };
    let whole = to_json(&vec!["x".repeat(1000); 1000], Indent::Compact);
    assert!(read(list).await.is_ok_and(|json| json == whole));
}

#[actix_web::test]
async fn one_caller_leaves_a_permit_to_the_others() {
    let streams = Streams::new(3, SECOND * 3600, Duration::from_millis(20));
    let write = || texts(1_000_000).0;
    let _held = (streamed(&streams, write()).await, streamed(&streams, write()).await);
    assert!(matches!(
        write_list(&streams, ANN, Extent::Some, JSON, write()).await,
        Err(Failure::Unavailable { .. })
    ));
    assert!(matches!(write_list(&streams, BOB, Extent::Some, JSON, write()).await, Ok(List::Streamed(_))));
}

#[actix_web::test]
async fn an_unfiltered_list_that_was_long_waits_for_its_permit_before_it_is_written() {
    let streams = Streams::new(1, SECOND * 3600, Duration::from_millis(20));
    let of_everything = |count| write_list(&streams, ANN, Extent::All, JSON, texts(count).0);
    let Ok(List::Streamed(first)) = of_everything(1000).await else { panic!("it is long") };
    let (write, mut has_ended) = texts(1000);
    let refused = write_list(&streams, ANN, Extent::All, JSON, write).await;
    assert!(matches!(refused, Err(Failure::Unavailable { .. })));
    assert!(has_ended.try_recv().is_err(), "it was not written");
    drop(first);
    // Until the list is short again.
    assert!(matches!(of_everything(1).await, Ok(List::Collected(..))));
    let Ok(List::Streamed(_held)) = of_everything(1000).await else { panic!("it is long") };
    streams.is_long.store(false, Ordering::Relaxed);
    assert!(matches!(of_everything(1).await, Ok(List::Collected(..))));
}
