//! What a guard in front of a route requires.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Pass, Refusal};
use crate::permissions::{Model, Permission};
use crate::policies::Policy;
use crate::request_head::RequestHead;
use crate::store::BoxFuture;

/// A permission, or a policy without a resource.
#[derive(Clone)]
pub(crate) struct Guard {
    rule: Arc<dyn Rule>,
    pub model: Option<Model>,
}

impl Guard {
    pub fn by_permission(permission: impl Permission + 'static) -> Self {
        Self { rule: Arc::new(ByPermission(permission)), model: None }
    }

    pub fn by_policy<U: Send + Sync + 'static>(policy: impl Policy<U> + 'static) -> Self {
        Self { rule: Arc::new(ByPolicy(policy, PhantomData::<fn() -> U>)), model: None }
    }

    /// Checks it for a request that was authenticated.
    pub async fn check(&self, pass: Option<&Pass>, head: RequestHead<'_>) -> Result<(), Refusal> {
        match pass {
            Some(pass) => self.rule.check(pass, head, self.model).await,
            None => Err(Refusal::no_middleware()),
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("model", &self.model).finish_non_exhaustive()
    }
}

trait Rule: Send + Sync {
    fn check<'a>(
        &'a self,
        pass: &'a Pass,
        head: RequestHead<'a>,
        model: Option<Model>,
    ) -> BoxFuture<'a, Result<(), Refusal>>;
}

struct ByPermission<P>(P);

impl<P: Permission> Rule for ByPermission<P> {
    fn check<'a>(
        &'a self,
        pass: &'a Pass,
        head: RequestHead<'a>,
        model: Option<Model>,
    ) -> BoxFuture<'a, Result<(), Refusal>> {
        pass.permit(head, &self.0, model)
    }
}

struct ByPolicy<U, P>(P, PhantomData<fn() -> U>);

impl<U: Send + Sync + 'static, P: Policy<U>> Rule for ByPolicy<U, P> {
    fn check<'a>(
        &'a self,
        pass: &'a Pass,
        head: RequestHead<'a>,
        model: Option<Model>,
    ) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move {
            let admitted = pass.admitted::<U>().ok_or_else(Refusal::no_middleware)?;
            admitted.permit(head, &self.0, model).await
        })
    }
}
