//! Lists, by a writer and a reader.

use futures_util::TryStreamExt as _;
use presspass_serializers::to_json;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

use super::sending::{Cut, Writing};
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
