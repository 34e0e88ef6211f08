//! The middleware that authenticates requests.

use std::fmt;
use std::future::{Ready, poll_fn, ready};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use actix_web::body::{BoxBody, EitherBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::{HeaderValue, VARY};
use actix_web::{Error, HttpMessage};

use super::extract::RefusedInside;
use super::{insert_into, request_head, site};
use crate::csrf::Site;
use crate::gate::{Admitted, Gate, Refusal};

/// Authenticates every request, answers those with invalid credentials, and passes the account of the others to
/// handlers and to [`Require`](super::Require).
pub struct Authenticate<U> {
    gate: Arc<Gate<U>>,
}

impl<U> Authenticate<U> {
    /// A middleware with this chain, or with a [`Gate`] that is configured further.
    #[must_use]
    pub fn new(gate: impl Into<Gate<U>>) -> Self {
        Self { gate: Arc::new(gate.into()) }
    }

    /// A middleware with a gate that is also used elsewhere.
    #[must_use]
    pub const fn shared(gate: Arc<Gate<U>>) -> Self {
        Self { gate }
    }
}

impl<U> Clone for Authenticate<U> {
    /// The gate: create it once, and clone it into each worker's app.
    fn clone(&self) -> Self {
        Self { gate: Arc::clone(&self.gate) }
    }
}

impl<U> fmt::Debug for Authenticate<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Authenticate").field(&self.gate).finish()
    }
}

impl<S, B, U> Transform<S, ServiceRequest> for Authenticate<U>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
    U: Send + Sync + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = AuthenticateMiddleware<S, U>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(AuthenticateMiddleware { service: Rc::new(service), gate: Arc::clone(&self.gate) }))
    }
}

/// The service that [`Authenticate`] wraps around another.
pub struct AuthenticateMiddleware<S, U> {
    service: Rc<S>,
    gate: Arc<Gate<U>>,
}

impl<S, U> fmt::Debug for AuthenticateMiddleware<S, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticateMiddleware").field("gate", &self.gate).finish_non_exhaustive()
    }
}

impl<S, B, U> Service<ServiceRequest> for AuthenticateMiddleware<S, U>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
    U: Send + Sync + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (service, gate) = (Rc::clone(&self.service), Arc::clone(&self.gate));
        Box::pin(async move {
            let admission = {
                let request = request.request();
                let peer = request.peer_addr().map(|address| address.ip());
                let forwarded = gate.proxies().read(peer, request.headers());
                let direct = site(request);
                let site = Site {
                    is_secure: direct.is_secure || forwarded.is_secure,
                    host: forwarded.host.as_deref().unwrap_or(direct.host),
                };
                #[cfg(feature = "actix-session")]
                let session = super::sessions::LoadedSession::of(request);
                let head = request_head(request).from_client(forwarded.client);
                #[cfg(feature = "actix-session")]
                let head = head.with_framework_session(Some(&session));
                gate.admit(&head, site).await
            };
            let admission = match admission {
                Ok(admission) => admission,
                // A response instead of an error: outer middleware treats it as any response.
                Err(refusal) => return Ok(refused(request, refusal)),
            };
            let varies_on_cookie = admission.varies_on_cookie;
            insert_into(&request, Admitted::new(gate, admission));
            let refused_inside = RefusedInside::default();
            request.extensions_mut().insert(refused_inside.clone());
            let mut answering = pin!(service.call(request));
            let mut response = poll_fn(|context| match answering.as_mut().poll(context) {
                Poll::Ready(answer) => Poll::Ready(answer.map(ServiceResponse::map_into_left_body)),
                // The handler waits for an account that it will not get.
                Poll::Pending => match refused_inside.take() {
                    Some((request, refusal)) => {
                        let response = ServiceResponse::from_err(refusal, request);
                        Poll::Ready(Ok(response.map_into_right_body()))
                    }
                    None => Poll::Pending,
                },
            })
            .await?;
            if varies_on_cookie {
                response.headers_mut().append(VARY, HeaderValue::from_static("Cookie"));
            }
            Ok(response)
        })
    }
}

/// The response to a refused request.
pub(super) fn refused<B>(
    request: ServiceRequest,
    refusal: Refusal,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let (request, _payload) = request.into_parts();
    ServiceResponse::from_err(refusal, request).map_into_right_body()
}
