//! The layer that authenticates requests.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{HeaderValue, VARY};
use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::{refused, request_head, site};
use crate::gate::{Admission, Admitted, Gate, Pass, Refusal};
use crate::store::BoxFuture;

/// Authenticates every request, answers those with invalid credentials, and puts the account of the others into their
/// extensions.
pub struct AuthenticateLayer<U> {
    gate: Arc<Gate<U>>,
}

impl<U> AuthenticateLayer<U> {
    /// A layer with this chain, or with a [`Gate`] that is configured further.
    #[must_use]
    pub fn new(gate: impl Into<Gate<U>>) -> Self {
        Self { gate: Arc::new(gate.into()) }
    }

    /// A layer with a gate that is also used elsewhere.
    #[must_use]
    pub const fn shared(gate: Arc<Gate<U>>) -> Self {
        Self { gate }
    }
}

impl<U> Clone for AuthenticateLayer<U> {
    fn clone(&self) -> Self {
        Self { gate: Arc::clone(&self.gate) }
    }
}

impl<U> fmt::Debug for AuthenticateLayer<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AuthenticateLayer").field(&self.gate).finish()
    }
}

impl<S, U> Layer<S> for AuthenticateLayer<U> {
    type Service = Authenticate<S, U>;

    fn layer(&self, service: S) -> Self::Service {
        Authenticate { service, gate: Arc::clone(&self.gate) }
    }
}

/// The service that [`AuthenticateLayer`] wraps around another.
pub struct Authenticate<S, U> {
    service: S,
    gate: Arc<Gate<U>>,
}

impl<S: Clone, U> Clone for Authenticate<S, U> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), gate: Arc::clone(&self.gate) }
    }
}

impl<S, U> fmt::Debug for Authenticate<S, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticate").field("gate", &self.gate).finish_non_exhaustive()
    }
}

/// The head of a request without its body, which need not be `Sync`.
async fn admit<U>(gate: &Gate<U>, head: &Request<()>) -> Result<Admission<U>, Refusal> {
    gate.admit(&request_head(head), site(head)).await
}

impl<S, B, R, U> Service<Request<B>> for Authenticate<S, U>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: From<String>,
    U: Send + Sync + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<R>, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The ready service handles this request; its clone takes its place.
        let waiting = self.service.clone();
        let mut service = std::mem::replace(&mut self.service, waiting);
        let gate = Arc::clone(&self.gate);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let head = Request::from_parts(parts, ());
            let Admission { account, varies_on_cookie, relies_on_cookie, .. } =
                match admit(&gate, &head).await {
                    Ok(admission) => admission,
                    Err(refusal) => return Ok(refused(refusal)),
                };
            let admitted = Arc::new(Admitted::new(gate, account, relies_on_cookie));
            let (mut parts, ()) = head.into_parts();
            let pass = Pass::new(Arc::clone(&admitted));
            pass.introduce(&parts.method, &mut parts.extensions);
            parts.extensions.insert(pass);
            parts.extensions.insert(admitted);
            let mut response = service.call(Request::from_parts(parts, body)).await?;
            if varies_on_cookie {
                response.headers_mut().append(VARY, HeaderValue::from_static("Cookie"));
            }
            Ok(response)
        })
    }
}
