//! Middleware around every request: its id, its span in the log, its body limit.
//!
//! The client's address is that of the connection, or the one that a trusted proxy names.

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ResourceDef, Service, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Data;
use presspass_auth::{Randomness, SystemRandomness};
use presspass_rest::ReceivedBody;
use tracing::{Instrument, Span};

use crate::app::services::Services;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a path and a method are cut to in the log, in characters: a client writes them.
const LOGGED_LENGTH: usize = 150;

/// How large the bodies of requests may be, by path.
#[derive(Debug, Clone)]
pub(crate) struct BodyLimits {
    /// In the order in which actix tries them.
    routes: Arc<[(ResourceDef, usize)]>,
    elsewhere: usize,
}

impl BodyLimits {
    /// The limit of each route, and that of paths that none has.
    pub const fn new(routes: Arc<[(ResourceDef, usize)]>, elsewhere: usize) -> Self {
        Self { routes, elsewhere }
    }

    /// The limit of a path, in bytes.
    pub fn of(&self, path: &str) -> usize {
        let route = self.routes.iter().find(|(definition, _)| definition.is_match(path));
        route.map_or(self.elsewhere, |(_, limit)| *limit)
    }
}

/// The middleware: around everything else that a request meets.
pub(crate) fn traced<S, B>(
    mut request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<EitherBody<B>>, Error>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    static IDS: LazyLock<RequestIds> = LazyLock::new(|| RequestIds::new(&SystemRandomness));
    let id = IDS.next();
    capitalise(&mut request);
    let client = client(&request);
    let span = span(&request, &id, client);
    let body = bound_body(&mut request, client);
    let answering = span.in_scope(|| service.call(request)).instrument(span);
    async move {
        let response = answering.await?;
        let mut response = match body {
            Some(body) => body.answer(response),
            None => response.map_into_left_body(),
        };
        response.headers_mut().insert(X_REQUEST_ID, id.header());
        Ok(response)
    }
}

/// Methods have no case, as in Django's `WSGIRequest`: `fetch(…, {method: "patch"})` sends it in small letters.
fn capitalise(request: &mut ServiceRequest) {
    let method = request.method().as_str();
    if method.bytes().any(|byte| byte.is_ascii_lowercase())
        && let Ok(method) = Method::from_bytes(method.to_ascii_uppercase().as_bytes())
    {
        request.head_mut().method = method;
    }
}

/// Sets the bounds of the body, where there is one.
fn bound_body(request: &mut ServiceRequest, client: Option<IpAddr>) -> Option<ReceivedBody> {
    if matches!(request.parts().1, Payload::None) {
        return None;
    }
    let services = request.app_data::<Data<Services>>().cloned()?;
    let limit = request.app_data::<Data<BodyLimits>>()?.of(request.match_info().as_str());
    services.bodies.bound(request, limit, client)
}

fn span(request: &ServiceRequest, id: &RequestId, client: Option<IpAddr>) -> Span {
    tracing::info_span!(
        "request",
        %id,
        method = %cut(request.method().as_str()),
        // Decoded, as the routes see it: a path to them cannot be spelt so that it is not known here. Debug escapes
        // line breaks.
        path = ?loggable_path(request.match_info().as_str()),
        client = client.map(display),
    )
}

fn client(request: &ServiceRequest) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip());
    match request.app_data::<Data<Services>>() {
        Some(services) => services.proxies.client_address(peer, request.headers()),
        None => peer,
    }
}

/// A path without the secret that a setup link is.
fn loggable_path(path: &str) -> &str {
    if path.contains("/setup") { "/setup/…" } else { cut(path) }
}

/// The beginning of a text.
fn cut(text: &str) -> &str {
    text.char_indices().nth(LOGGED_LENGTH).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}

/// Names requests: no two of one process alike, those of two processes hardly ever.
#[derive(Debug)]
struct RequestIds(AtomicU64);

impl RequestIds {
    fn new(randomness: &dyn Randomness) -> Self {
        let mut start = [0; 8];
        // An id is no secret: without randomness, that of another process may have it, too.
        let _ = randomness.fill(&mut start);
        Self(AtomicU64::new(u64::from_le_bytes(start)))
    }

    fn next(&self) -> RequestId {
        RequestId::new(scatter(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}

/// Another number for each number, with nothing to tell that they were neighbours (the finalizer of `SplitMix64`): an id
/// does not say how many requests came before it.
const fn scatter(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RequestId([u8; 16]);

impl RequestId {
    fn new(number: u64) -> Self {
        let mut digits = [0; 16];
        let nibbles = number.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        for (digit, nibble) in digits.iter_mut().zip(nibbles) {
            *digit = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        }
        Self(digits)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn header(&self) -> HeaderValue {
        HeaderValue::from_bytes(&self.0).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use presspass_auth::RandomnessError;

    use super::*;

    #[derive(Debug)]
    struct Broken;

    impl Randomness for Broken {
        fn fill(&self, _bytes: &mut [u8]) -> Result<(), RandomnessError> {
            Err(RandomnessError)
        }
    }

    #[test]
    fn an_id_is_16_hexadecimal_digits() {
        assert_eq!(RequestId::new(0x01ab_cdef_2345_6789).to_string(), "01abcdef23456789");
        assert_eq!(RequestId::new(0).header(), "0000000000000000");
    }

    #[test]
    fn no_two_ids_are_alike_and_two_starts_have_other_ids() {
        let of = |ids: RequestIds| (0..1000).map(|_| ids.next().to_string()).collect::<HashSet<_>>();
        assert_eq!(of(RequestIds::new(&Broken)).len(), 1000);
        let (one, other) = (of(RequestIds::new(&SystemRandomness)), of(RequestIds::new(&SystemRandomness)));
        assert!(one.is_disjoint(&other));
    }

    #[test]
    fn a_path_is_cut_and_never_shows_a_set_up_link() {
        assert_eq!(loggable_path("/api/posts/1/"), "/api/posts/1/");
        assert_eq!(loggable_path(&"ä".repeat(200)), "ä".repeat(150));
        for secret in ["/setup/0123/", "/setup/0123", "//setup/0123/", "/x/setup/0123/", "/setup%2F0123"] {
            assert_eq!(loggable_path(secret), "/setup/…", "{secret}");
        }
    }
}
