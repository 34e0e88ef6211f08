//! A request, as policies see it.

use std::fmt;
use std::sync::Arc;

use super::Policy;
use crate::api_keys::Scopes;
use crate::gate::{Bounded, DynRights, Refusal, RefusalCause, RefusalStyle};
use crate::permissions::{Access, Decision, Grants, Model, NoGrants, Permission, Privileges};
use crate::request_head::RequestHead;
use crate::store::StoreError;

/// A request that was authenticated, as policies see it.
pub struct PolicyRequest<'a, U> {
    style: &'a Arc<RefusalStyle>,
    rights: Option<&'a dyn DynRights<U>>,
    head: RequestHead<'a>,
    user: Option<&'a U>,
    authenticator: Option<&'static str>,
    model: Option<Model>,
}

impl<'a, U> PolicyRequest<'a, U> {
    pub(crate) const fn new(
        style: &'a Arc<RefusalStyle>,
        rights: Option<&'a dyn DynRights<U>>,
        head: RequestHead<'a>,
        user: Option<&'a U>,
        authenticator: Option<&'static str>,
    ) -> Self {
        Self { style, rights, head, user, authenticator, model: None }
    }

    /// As if it had another method: for a page that shows only what its reader may do.
    #[must_use]
    pub const fn with_method(self, method: &'a str) -> Self {
        Self { head: self.head.with_method(method), ..self }
    }

    /// On this model: permissions such as [`BuiltIn::ModelPermissions`](crate::permissions::BuiltIn) and the scopes of API
    /// keys depend on it.
    #[must_use]
    pub fn on(self, model: impl Into<Option<Model>>) -> Self {
        Self { model: model.into(), ..self }
    }

    /// The caller's account; `None` for an anonymous caller.
    #[must_use]
    pub const fn user(&self) -> Option<&'a U> {
        self.user
    }

    /// The method, the path, the headers and the client's address.
    #[must_use]
    pub const fn head(&self) -> &RequestHead<'a> {
        &self.head
    }

    /// The [name](crate::Authenticator::name) of the authenticator that verified the caller, such as `api-key`; `None` for
    /// an anonymous caller.
    #[must_use]
    pub const fn authenticator(&self) -> Option<&'static str> {
        self.authenticator
    }

    /// Whether the account is staff, or a superuser; `None` for an anonymous caller.
    #[must_use]
    pub fn privileges(&self) -> Option<Privileges> {
        let plain = Privileges { is_staff: false, is_superuser: false };
        self.user.map(|user| self.rights.map_or(plain, |rights| rights.dyn_privileges(user)))
    }

    /// The scopes of the API key that the caller used; [`Scopes::All`] if it used none.
    #[must_use]
    pub fn scopes(&self) -> &'a Scopes {
        match (self.user, self.rights) {
            (Some(user), Some(rights)) => rights.dyn_scopes(user),
            _ => &Scopes::All,
        }
    }

    /// Checks a policy for this request and a resource; `&()` if there is none.
    ///
    /// # Errors
    /// 401 or 403 if it is not granted to an anonymous caller, 403 if it is not granted to this account, 405 if no
    /// permission is known for the method, and 503, 507 or 500 if a store cannot answer.
    pub async fn permit<R: Sync + ?Sized>(
        &self,
        policy: &impl Policy<U, R>,
        resource: &R,
    ) -> Result<(), Refusal>
    where
        U: Sync,
    {
        match self.decide(policy, resource).await {
            Ok(decision) => self.enforce(decision),
            Err(error) => Err(self.refuse(RefusalCause::Store(error))),
        }
    }

    /// The decision of a policy, without the response: `Granted` is what [`permit`](Self::permit) permits.
    ///
    /// # Errors
    /// If a store cannot answer.
    pub async fn decide<R: Sync + ?Sized>(
        &self,
        policy: &impl Policy<U, R>,
        resource: &R,
    ) -> Result<Decision, StoreError>
    where
        U: Sync,
    {
        if !self.has_scope_of_method(policy.names_scope()) {
            return Ok(Decision::Denied);
        }
        policy.decide(self, resource).await
    }

    /// Whether the scopes of the caller's key allow the method, unless the rule names a scope, which it then requires.
    fn has_scope_of_method(&self, names_scope: bool) -> bool {
        names_scope || self.scopes().allow(self.head.method(), self.model)
    }

    /// The response to a decision.
    ///
    /// # Errors
    /// As [`permit`](Self::permit).
    pub fn enforce(&self, decision: Decision) -> Result<(), Refusal> {
        Err(self.refuse(match decision {
            Decision::Granted => return Ok(()),
            Decision::MethodNotAllowed => RefusalCause::MethodNotAllowed(self.head.method().to_owned()),
            Decision::Denied if self.user.is_none() => RefusalCause::NotAuthenticated,
            Decision::Denied => RefusalCause::PermissionDenied,
        }))
    }

    fn refuse(&self, cause: RefusalCause) -> Refusal {
        Refusal::of(cause, self.style)
    }

    /// The decision of a permission, within the scopes of the caller's key.
    pub(crate) async fn decide_permission(
        &self,
        permission: &impl Permission,
    ) -> Result<Decision, StoreError> {
        let (scopes, privileges, method) = (self.scopes(), self.privileges(), self.head.method());
        let is_superuser = privileges.is_some_and(|privileges| privileges.is_superuser);
        let held = match (self.user, self.rights) {
            (Some(user), Some(rights)) if !is_superuser && permission.needs_grants(method) => {
                Some(rights.dyn_grants(user).await?)
            }
            _ => None,
        };
        let grants: &dyn Grants = held.as_deref().map_or(&NoGrants as &dyn Grants, |held| held);
        Ok(permission.decide(&Access {
            method,
            // A superuser's key with scopes has only these.
            caller: privileges
                .map(|it| Privileges { is_superuser: it.is_superuser && scopes.is_all(), ..it }),
            grants: &Bounded { scopes, is_superuser, grants },
            model: self.model.unwrap_or(Model { app_label: "", name: "" }),
        }))
    }
}

impl<U> Clone for PolicyRequest<'_, U> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<U> Copy for PolicyRequest<'_, U> {}

impl<U> fmt::Debug for PolicyRequest<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyRequest")
            .field("head", &self.head)
            .field("authenticator", &self.authenticator)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}
