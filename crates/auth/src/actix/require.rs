//! The middleware that requires a permission.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::EitherBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::{Error, HttpMessage};

use super::authenticate::refused;
use super::request_head;
use crate::gate::{Guard, Pass};
use crate::permissions::{Model, Permission};
use crate::policies::Policy;

/// Refuses requests whose caller does not have a permission for the method. It must be inside
/// [`Authenticate`](super::Authenticate), which is therefore wrapped around it, or around a scope above.
#[derive(Debug, Clone)]
pub struct Require {
    guard: Guard,
}

impl Require {
    /// Requires this permission.
    #[must_use]
    pub fn new(permission: impl Permission + 'static) -> Self {
        Self { guard: Guard::by_permission(permission) }
    }

    /// Requires this [policy](crate::policies), which knows the service's user type and the request:
    /// `Require::policy(when(|request: &PolicyRequest<'_, User>, ()| …))`.
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

impl<S, B> Transform<S, ServiceRequest> for Require
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = RequireMiddleware<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(RequireMiddleware { service: Rc::new(service), require: self.clone() }))
    }
}

/// The service that [`Require`] wraps around another.
#[derive(Debug)]
pub struct RequireMiddleware<S> {
    service: Rc<S>,
    require: Require,
}

impl<S, B> Service<ServiceRequest> for RequireMiddleware<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let service = Rc::clone(&self.service);
        let guard = self.require.guard.clone();
        Box::pin(async move {
            let pass = request.extensions().get::<Pass>().cloned();
            let permitted = guard.check(pass.as_ref(), request_head(request.request())).await;
            match permitted {
                Ok(()) => service.call(request).await.map(ServiceResponse::map_into_left_body),
                Err(refusal) => Ok(refused(request, refusal)),
            }
        })
    }
}
