//! The layer that authenticates requests.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{HeaderValue, VARY};
use http::{Extensions, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::body::ResponseBody;
use super::{insert_into, refused, request_head, site};
use crate::csrf::Site;
use crate::gate::{Admission, Admitted, Gate, Refusal};
use crate::store::BoxFuture;

/// Authenticates every request, answers those with invalid credentials, and puts the account of the others into their
/// extensions.
///
/// The client's address, by which failed logins are throttled, is that of axum's `ConnectInfo<SocketAddr>` (feature
/// `axum`), which `into_make_service_with_connect_info` provides; otherwise see [`with_peer`](Self::with_peer). Behind
/// proxies, see [`Gate::behind`].
pub struct AuthenticateLayer<U> {
    gate: Arc<Gate<U>>,
    peer: Peer,
}

/// Finds the address of the other end of the connection.
type Peer = fn(&Extensions) -> Option<IpAddr>;

/// The address that axum puts into the extensions.
#[cfg(feature = "axum")]
fn connected(extensions: &Extensions) -> Option<IpAddr> {
    let connection = extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
    connection.map(|connection| connection.0.ip())
}

#[cfg(not(feature = "axum"))]
const fn connected(_extensions: &Extensions) -> Option<IpAddr> {
    None
}

impl<U> AuthenticateLayer<U> {
    /// A layer with this chain, or with a [`Gate`] that is configured further.
    #[must_use]
    pub fn new(gate: impl Into<Gate<U>>) -> Self {
        Self::shared(Arc::new(gate.into()))
    }

    /// A layer with a gate that is also used elsewhere.
    #[must_use]
    pub const fn shared(gate: Arc<Gate<U>>) -> Self {
        Self { gate, peer: connected }
    }

    /// Finds the address of the connection's other end in the extensions of a request, where your server puts it.
    #[must_use]
    pub const fn with_peer(mut self, peer: fn(&Extensions) -> Option<IpAddr>) -> Self {
        self.peer = peer;
        self
    }
}

impl<U> Clone for AuthenticateLayer<U> {
    fn clone(&self) -> Self {
        Self { gate: Arc::clone(&self.gate), peer: self.peer }
    }
}

impl<U> fmt::Debug for AuthenticateLayer<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuthenticateLayer").field(&self.gate).finish()
    }
}

impl<S, U> Layer<S> for AuthenticateLayer<U> {
    type Service = AuthenticateService<S, U>;

    fn layer(&self, service: S) -> Self::Service {
        AuthenticateService { service, layer: self.clone() }
    }
}

/// The service that [`AuthenticateLayer`] wraps around another.
pub struct AuthenticateService<S, U> {
    service: S,
    layer: AuthenticateLayer<U>,
}

impl<S: Clone, U> Clone for AuthenticateService<S, U> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), layer: self.layer.clone() }
    }
}

impl<S, U> fmt::Debug for AuthenticateService<S, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticateService").field("gate", &self.layer.gate).finish_non_exhaustive()
    }
}

/// The head of a request without its body, which need not be `Sync`.
async fn admit<U>(
    AuthenticateLayer { gate, peer }: &AuthenticateLayer<U>,
    head: &Request<()>,
) -> Result<Admission<U>, Refusal> {
    let forwarded = gate.proxies().read(peer(head.extensions()), head.headers());
    let direct = site(head);
    let site = Site {
        is_secure: direct.is_secure || forwarded.is_secure,
        host: forwarded.host.as_deref().unwrap_or(direct.host),
    };
    #[cfg(feature = "tower-sessions")]
    let session = super::sessions::LazySession::of(head.extensions());
    let head = request_head(head).from_client(forwarded.client);
    #[cfg(feature = "tower-sessions")]
    let head = head.with_framework_session(session.as_ref().map(|session| session as _));
    gate.admit(&head, site).await
}

impl<S, B, R, U> Service<Request<B>> for AuthenticateService<S, U>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    U: Send + Sync + 'static,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The ready service handles this request; its clone takes its place.
        let waiting = self.service.clone();
        let mut service = std::mem::replace(&mut self.service, waiting);
        let layer = self.layer.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let head = Request::from_parts(parts, ());
            let admission = match admit(&layer, &head).await {
                Ok(admission) => admission,
                Err(refusal) => return Ok(refused(refusal, ResponseBody::of_refusal)),
            };
            let varies_on_cookie = admission.varies_on_cookie;
            let (mut parts, ()) = head.into_parts();
            insert_into(&mut parts, Admitted::new(layer.gate, admission));
            let mut response = service.call(Request::from_parts(parts, body)).await?;
            if varies_on_cookie {
                response.headers_mut().append(VARY, HeaderValue::from_static("Cookie"));
            }
            Ok(response.map(ResponseBody::of_service))
        })
    }
}
