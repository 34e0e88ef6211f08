//! The layer that asks the chain.

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

/// Asks a chain about every request, answers those with bad credentials, and puts the account of the others into their
/// extensions.
pub struct AuthenticateLayer<U> {
    gate: Arc<Gate<U>>,
}

impl<U> AuthenticateLayer<U> {
    /// A layer over a chain, or over a [`Gate`] where more than the chain is to be chosen.
    #[must_use]
    pub fn new(gate: impl Into<Gate<U>>) -> Self {
        Self { gate: Arc::new(gate.into()) }
    }

    /// A layer over a gate that is used elsewhere, too.
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

/// What [`AuthenticateLayer`] makes of a service.
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

/// The head of a request without its body, which need not be shareable between threads.
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
        // The one that is ready goes along; its clone takes its place.
        let waiting = self.service.clone();
        let mut service = std::mem::replace(&mut self.service, waiting);
        let gate = Arc::clone(&self.gate);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let head = Request::from_parts(parts, ());
            let Admission { account, varies_on_cookie, relies_on_cookie } = match admit(&gate, &head).await {
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
