//! Policies: rules that see the user, the request and a resource, and may ask a store.
//!
//! A [permission](crate::permissions) knows the method, the status of the account and its permissions by name. A policy
//! knows all of that, your user type, and the object that is requested. It is asynchronous, and composes with and, or,
//! not, also with permissions, each of which is a policy:
//!
//! ```
//! use presspass_auth::StoreError;
//! use presspass_auth::authenticators::API_KEY;
//! use presspass_auth::permissions::{BuiltIn, Decision};
//! use presspass_auth::policies::{Policy, PolicyRequest, all, any, not, when};
//!
//! struct User { id: u64, tenant: u64 } // your own
//! struct Order { owner: u64, tenant: u64 }
//!
//! /// A policy that asks a store.
//! struct IsOpen;
//!
//! impl Policy<User, Order> for IsOpen {
//!     async fn decide(&self, request: &PolicyRequest<'_, User>, order: &Order) -> Result<Decision, StoreError> {
//!         let is_open = order.tenant > 0; // SELECT … WHERE tenant = …
//!         Ok(Decision::from(is_open && request.user().is_some()))
//!     }
//! }
//!
//! let is_owner = when(|request: &PolicyRequest<'_, User>, order: &Order| {
//!     request.user().is_some_and(|user| user.id == order.owner)
//! });
//! let by_api_key = when(|request: &PolicyRequest<'_, User>, _: &Order| request.authenticator() == Some(API_KEY));
//! let may_edit = all(IsOpen, any(all(is_owner, not(by_api_key)), BuiltIn::IsAdmin));
//! # fn is_policy(_: impl Policy<User, Order>) {}
//! # is_policy(may_edit);
//! ```
//!
//! | Where | How |
//! |---|---|
//! | in front of a route, without a resource | `Require::policy` of the feature `actix`, `RequireLayer::policy` of `tower` |
//! | in a handler that has found the resource (DRF's `has_object_permission`) | `Account::permit` |
//! | without a framework | [`Gate::request`](crate::gate::Gate::request), [`PolicyRequest::permit`] |
//!
//! **API keys with scopes.** A key may do what its scopes name: a policy with [`HasScope`](crate::permissions::HasScope) or
//! [`HasPermission`](crate::permissions::HasPermission) decides by the scope that it requires, whatever the method. With any other
//! policy, the key needs the scope of the method on the model, such as `orders.change_order`; without a model it only
//! reads.

mod compose;
mod request;

use crate::permissions::{Decision, Permission};
use crate::store::StoreError;

pub use compose::{All, Any, Negated, When, all, any, not, when};
pub use request::PolicyRequest;

/// A rule for requests of the user type `U` on a resource `R`; without a resource, `R` is `()`.
///
/// Every [`Permission`] is one. Write `decide` as an `async fn`.
pub trait Policy<U, R: ?Sized = ()>: Send + Sync {
    /// The decision on this request.
    ///
    /// # Errors
    /// If a store that it needs cannot answer: the response is 503, and never 403.
    fn decide(
        &self,
        request: &PolicyRequest<'_, U>,
        resource: &R,
    ) -> impl Future<Output = Result<Decision, StoreError>> + Send;

    /// Whether it grants nothing to an API key without a scope that it names: see [`Permission::names_scope`].
    fn names_scope(&self) -> bool {
        false
    }
}

impl<U: Sync, R: Sync + ?Sized, P: Permission> Policy<U, R> for P {
    async fn decide(&self, request: &PolicyRequest<'_, U>, _resource: &R) -> Result<Decision, StoreError> {
        request.decide_permission(self).await
    }

    fn names_scope(&self) -> bool {
        Permission::names_scope(self)
    }
}
