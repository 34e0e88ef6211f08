//! Limits of request bodies: for each, and for all that are being received.
//!
//! They are set once, around the payload of every request, so that they hold for every reader.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::Stream;
use presspass_auth::throttles::network_of;
use tokio::time::Sleep;

use crate::failure::Failure;

/// The first bytes of each body do not count in the total: a client that sends little is never refused because others send
/// much. The number of connections bounds them.
const FREE: usize = 16 * 1024;

/// The least that a larger body reserves: so of many that grow together some are completed, rather than none.
const STEP: usize = 128 * 1024;

/// The limits of bodies. Clones share the total.
#[derive(Debug, Clone)]
pub struct BodyBounds {
    time: Duration,
    sum: Arc<Sum>,
}

#[derive(Debug)]
struct Sum {
    limit: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    in_total: usize,
    /// Only networks with bytes.
    by_network: HashMap<Option<IpAddr>, usize>,
}

/// Why a body is not received completely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum BodyError {
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the body did not arrive in time")]
    TooSlow,
    #[error("too many bytes of request bodies are being received")]
    MemoryExhausted,
}

impl BodyBounds {
    /// Each body may take `time` to arrive. All whose requests are in progress may have `bytes` in memory together, and
    /// those from one network (an IPv4 address, an IPv6 /64) half of that.
    #[must_use]
    pub fn new(time: Duration, bytes: usize) -> Self {
        Self { time, sum: Arc::new(Sum { limit: bytes, held: Mutex::default() }) }
    }

    /// Limits the body of a request, which may have `limit` bytes; `None` where it has no body.
    pub fn bound(
        &self,
        request: &mut ServiceRequest,
        limit: usize,
        client: Option<IpAddr>,
    ) -> Option<ReceivedBody> {
        let payload = match request.take_payload() {
            Payload::None => return None,
            payload => payload,
        };
        let body = Rc::new(RefCell::new(BoundedBody {
            payload,
            held: HeldBytes { sum: self.sum.clone(), network: client.map(network_of), bytes: 0 },
            received: 0,
            limit,
            time: self.time,
            deadline: None,
        }));
        request.set_payload(Payload::Stream { payload: Box::pin(BodyStream(Some(body.clone()))) });
        Some(ReceivedBody(body))
    }
}

impl Sum {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes that one body has reserved.
#[derive(Debug)]
struct HeldBytes {
    sum: Arc<Sum>,
    network: Option<IpAddr>,
    bytes: usize,
}

impl HeldBytes {
    /// Reserves memory for `received` bytes in a buffer that doubles; `false` where that is too much.
    fn grow_to(&mut self, received: usize) -> bool {
        if received <= FREE || received <= self.bytes {
            return true;
        }
        let bytes = received.checked_next_power_of_two().unwrap_or(received).max(STEP);
        let more = bytes - self.bytes;
        let mut held = self.sum.held();
        let of_network = held.by_network.get(&self.network).copied().unwrap_or(0);
        if more > self.sum.limit.saturating_sub(held.in_total)
            || more > (self.sum.limit / 2).saturating_sub(of_network)
        {
            return false;
        }
        held.in_total += more;
        held.by_network.insert(self.network, of_network + more);
        self.bytes = bytes;
        true
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut held = self.sum.held();
        held.in_total = held.in_total.saturating_sub(self.bytes);
        if let Some(of_network) = held.by_network.get_mut(&self.network) {
            *of_network = of_network.saturating_sub(self.bytes);
            if *of_network == 0 {
                held.by_network.remove(&self.network);
            }
        }
    }
}

/// A body, until its request has been answered: it is in memory as long.
#[derive(Debug)]
pub struct ReceivedBody(Rc<RefCell<BoundedBody>>);

impl ReceivedBody {
    /// Answers its request. Where the body was not read completely, the connection is closed: actix would read the rest of
    /// a chunked body without a limit.
    pub fn answer<B: MessageBody + 'static>(
        self,
        response: ServiceResponse<B>,
    ) -> ServiceResponse<EitherBody<B>> {
        if matches!(self.0.borrow().payload, Payload::None) {
            return response.map_into_left_body();
        }
        response.map_body(|_, body| {
            EitherBody::right(BoxBody::new(BesideBody { body: Box::pin(body), _rest: self }))
        })
    }
}

/// The body of a response that is sent before the body of its request was read completely.
struct BesideBody<B> {
    body: Pin<Box<B>>,
    /// actix closes a connection after the response where the body of its request still has a reader.
    _rest: ReceivedBody,
}

impl<B: MessageBody> MessageBody for BesideBody<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.body.as_mut().poll_next(context)
    }
}

struct BoundedBody {
    /// `None` once it was read completely.
    payload: Payload,
    held: HeldBytes,
    received: usize,
    limit: usize,
    time: Duration,
    /// Set when the body is first waited for.
    deadline: Option<Pin<Box<Sleep>>>,
}

/// The stream of a body. It ends with an error where the body exceeds its limits.
struct BodyStream(Option<Rc<RefCell<BoundedBody>>>);

impl BoundedBody {
    fn receive(&mut self, chunk: Bytes) -> Result<Bytes, BodyError> {
        self.received = self.received.saturating_add(chunk.len());
        if self.received > self.limit {
            return Err(BodyError::TooLarge { limit: self.limit });
        }
        if self.held.grow_to(self.received) { Ok(chunk) } else { Err(BodyError::MemoryExhausted) }
    }

    fn is_late(&mut self, context: &mut Context<'_>) -> bool {
        let time = self.time;
        let deadline = self.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        deadline.as_mut().poll(context).is_ready()
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &self.0 else { return Poll::Ready(None) };
        let mut body = body.borrow_mut();
        let outcome = match Pin::new(&mut body.payload).poll_next(context) {
            Poll::Pending if body.is_late(context) => Some(Err(BodyError::TooSlow.into())),
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(Ok(chunk))) => Some(body.receive(chunk).map_err(PayloadError::from)),
            Poll::Ready(outcome) => outcome,
        };
        if outcome.is_none() {
            body.payload = Payload::None;
        }
        drop(body);
        if !matches!(outcome, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(outcome)
    }
}

impl std::fmt::Debug for BoundedBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoundedBody").field("received", &self.received).finish_non_exhaustive()
    }
}

impl From<BodyError> for PayloadError {
    fn from(error: BodyError) -> Self {
        Self::Io(io::Error::other(error))
    }
}

/// The answer to a body that could not be read.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
pub(super) fn failure(error: PayloadError) -> Failure {
    let bounds = match &error {
        PayloadError::Io(error) => error.get_ref().and_then(|cause| cause.downcast_ref::<BodyError>()),
        _ => None,
    };
    match bounds {
        Some(BodyError::TooLarge { limit }) => Failure::TooLarge { limit: *limit },
        Some(BodyError::TooSlow) => Failure::BodyTimeout,
        Some(BodyError::MemoryExhausted) => Failure::unavailable(BodyError::MemoryExhausted.to_string()),
        None => Failure::Parse(format!("The request's body is broken: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use futures_util::{StreamExt as _, stream};

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    /// An endless body in chunks of this size.
    fn unfinished(
        bounds: &BodyBounds,
        limit: usize,
        chunks: &[usize],
        client: &str,
    ) -> (ServiceRequest, ReceivedBody) {
        let mut request = TestRequest::post().to_srv_request();
        let chunks: Vec<_> = chunks.iter().map(|size| Ok(Bytes::from(vec![b'a'; *size]))).collect();
        let payload = Box::pin(stream::iter(chunks).chain(stream::pending()));
        request.set_payload(Payload::Stream { payload });
        let body = bounds.bound(&mut request, limit, client.parse().ok()).unwrap();
        (request, body)
    }

    async fn read(
        (request, _): &mut (ServiceRequest, ReceivedBody),
        chunks: usize,
    ) -> Result<usize, Failure> {
        let mut payload = request.take_payload();
        let mut size = 0;
        for _ in 0..chunks {
            match payload.next().await {
                Some(chunk) => size += chunk.map_err(failure)?.len(),
                None => break,
            }
        }
        Ok(size)
    }

    #[actix_web::test]
    async fn a_body_has_a_limit_of_its_own() {
        let bounds = BodyBounds::new(MINUTE, 1_000_000);
        let mut request = unfinished(&bounds, 100, &[60, 40, 1], "192.0.2.1");
        let refused = read(&mut request, 3).await;
        assert!(matches!(refused, Err(Failure::TooLarge { limit: 100 })), "{refused:?}");
    }

    #[actix_web::test]
    async fn a_body_that_does_not_arrive_in_time_is_given_up_and_ends() {
        let bounds = BodyBounds::new(Duration::from_millis(10), 1_000_000);
        let (mut request, _) = unfinished(&bounds, 100, &[60], "192.0.2.1");
        let mut payload = request.take_payload();
        assert!(payload.next().await.is_some_and(|chunk| chunk.is_ok()));
        let late = payload.next().await.map(|chunk| chunk.map_err(failure));
        assert!(matches!(late, Some(Err(Failure::BodyTimeout))), "{late:?}");
        assert!(payload.next().await.is_none());
    }

    #[actix_web::test]
    async fn all_bodies_share_one_sum_until_they_have_been_answered() {
        let bounds = BodyBounds::new(MINUTE, 2 * STEP);
        let chunk = [FREE + 1];
        let mut requests: Vec<_> = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
            .iter()
            .map(|client| unfinished(&bounds, 1_000_000, &chunk, client))
            .collect();
        assert!(read(&mut requests[0], 1).await.is_ok());
        assert!(read(&mut requests[1], 1).await.is_ok());
        let refused = read(&mut requests[2], 1).await;
        assert!(matches!(refused, Err(Failure::Unavailable { .. })), "{refused:?}");
        requests.remove(0);
        let mut again = unfinished(&bounds, 1_000_000, &chunk, "192.0.2.3");
        assert!(read(&mut again, 1).await.is_ok());
        drop((again, requests));
        assert_eq!(bounds.sum.held().in_total, 0);
        assert!(bounds.sum.held().by_network.is_empty());
    }

    #[actix_web::test]
    async fn one_network_has_half_of_the_sum_and_small_bodies_need_none() {
        let bounds = BodyBounds::new(MINUTE, 2 * STEP);
        let mut held = unfinished(&bounds, 1_000_000, &[STEP], "2001:db8::1");
        assert!(read(&mut held, 1).await.is_ok());
        let mut neighbour = unfinished(&bounds, 1_000_000, &[FREE + 1], "2001:db8::2");
        assert!(matches!(read(&mut neighbour, 1).await, Err(Failure::Unavailable { .. })));
        let mut small = unfinished(&bounds, 1_000_000, &[FREE], "2001:db8::2");
        assert!(read(&mut small, 1).await.is_ok());
        let mut other = unfinished(&bounds, 1_000_000, &[STEP], "2001:db8:0:1::");
        assert!(read(&mut other, 1).await.is_ok());
    }
}
