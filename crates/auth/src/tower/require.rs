//! The layer that requires a permission.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::body::ResponseBody;
use super::refused;
use crate::gate::{Pass, Refusal};
use crate::permissions::{Model, Permission};
use crate::store::BoxFuture;

/// Refuses requests whose caller does not have a permission for the method. It must be inside
/// [`AuthenticateLayer`](super::AuthenticateLayer), which is therefore added after it.
#[derive(Debug, Clone)]
pub struct RequireLayer {
    permission: Arc<dyn Permission>,
    model: Option<Model>,
}

impl RequireLayer {
    /// Requires this permission.
    #[must_use]
    pub fn new(permission: impl Permission + 'static) -> Self {
        Self { permission: Arc::new(permission), model: None }
    }

    /// On this model: permissions such as [`BuiltIn::ModelPermissions`](crate::permissions::BuiltIn) and the scopes
    /// of API keys depend on it.
    #[must_use]
    pub const fn on(mut self, model: Model) -> Self {
        self.model = Some(model);
        self
    }
}

impl<S> Layer<S> for RequireLayer {
    type Service = Require<S>;

    fn layer(&self, service: S) -> Require<S> {
        Require { service, layer: self.clone() }
    }
}

/// The service that [`RequireLayer`] wraps around another.
#[derive(Debug, Clone)]
pub struct Require<S> {
    service: S,
    layer: RequireLayer,
}

impl<S, B, R> Service<Request<B>> for Require<S>
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

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The ready service handles this request; its clone takes its place.
        let waiting = self.service.clone();
        let mut service = std::mem::replace(&mut self.service, waiting);
        let RequireLayer { permission, model } = self.layer.clone();
        Box::pin(async move {
            let Some(pass) = request.extensions().get::<Pass>().cloned() else {
                return Ok(refused(Refusal::no_gate(), ResponseBody::of_refusal));
            };
            let method = request.method().clone();
            if let Err(refusal) = pass.permit(method.as_str(), &permission, model).await {
                return Ok(refused(refusal, ResponseBody::of_refusal));
            }
            pass.introduce(&method, request.extensions_mut());
            Ok(service.call(request).await?.map(ResponseBody::of_service))
        })
    }
}
