//! The layer that requires a permission.

use std::task::{Context, Poll};

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::body::ResponseBody;
use super::{refused, request_head};
use crate::gate::{Guard, Pass};
use crate::permissions::{Model, Permission};
use crate::policies::Policy;
use crate::store::BoxFuture;

/// Refuses requests whose caller does not have a permission for the method. It must be inside
/// [`AuthenticateLayer`](super::AuthenticateLayer), which is therefore added after it.
#[derive(Debug, Clone)]
pub struct RequireLayer {
    guard: Guard,
}

impl RequireLayer {
    /// Requires this permission.
    #[must_use]
    pub fn new(permission: impl Permission + 'static) -> Self {
        Self { guard: Guard::by_permission(permission) }
    }

    /// Requires this [policy](crate::policies), which knows the service's user type and the request:
    /// `RequireLayer::policy(when(|request: &PolicyRequest<'_, User>, ()| …))`.
    #[must_use]
    pub fn policy<U: Send + Sync + 'static>(policy: impl Policy<U> + 'static) -> Self {
        Self { guard: Guard::by_policy(policy) }
    }

    /// On this model: permissions such as [`BuiltIn::ModelPermissions`](crate::permissions::BuiltIn) and the scopes
    /// of API keys depend on it.
    #[must_use]
    pub const fn on(mut self, model: Model) -> Self {
        self.guard.model = Some(model);
        self
    }
}

impl<S> Layer<S> for RequireLayer {
    type Service = RequireService<S>;

    fn layer(&self, service: S) -> RequireService<S> {
        RequireService { service, layer: self.clone() }
    }
}

/// The service that [`RequireLayer`] wraps around another.
#[derive(Debug, Clone)]
pub struct RequireService<S> {
    service: S,
    layer: RequireLayer,
}

impl<S, B, R> Service<Request<B>> for RequireService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
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
        let guard = self.layer.guard.clone();
        Box::pin(async move {
            // Without its body, which need not be `Sync`.
            let (parts, body) = request.into_parts();
            let head = Request::from_parts(parts, ());
            let pass = head.extensions().get::<Pass>();
            if let Err(refusal) = guard.check(pass, request_head(&head)).await {
                return Ok(refused(refusal, ResponseBody::of_refusal));
            }
            let pass = pass.cloned();
            let (mut parts, ()) = head.into_parts();
            if let Some(pass) = pass {
                pass.introduce(&parts.method, &mut parts.extensions);
            }
            let request = Request::from_parts(parts, body);
            Ok(service.call(request).await?.map(ResponseBody::of_service))
        })
    }
}
