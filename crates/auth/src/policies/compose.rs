//! Policies composed of others, and of closures.

use std::fmt;

use super::{Policy, PolicyRequest};
use crate::permissions::Decision;
use crate::store::StoreError;

/// Both must grant; the first that does not grant decides. Made by [`all`].
#[derive(Debug, Clone, Copy)]
pub struct All<A, B>(A, B);

/// One must grant; if neither does, the first decides. Made by [`any`].
#[derive(Debug, Clone, Copy)]
pub struct Any<A, B>(A, B);

/// Grants what the other denies, and the reverse. Made by [`not`].
#[derive(Debug, Clone, Copy)]
pub struct Negated<A>(A);

/// Both must grant. The second is not asked if the first does not.
pub const fn all<A, B>(first: A, second: B) -> All<A, B> {
    All(first, second)
}

/// One must grant. The second is not asked if the first does.
pub const fn any<A, B>(first: A, second: B) -> Any<A, B> {
    Any(first, second)
}

/// Grants what this one denies, and the reverse.
pub const fn not<A>(policy: A) -> Negated<A> {
    Negated(policy)
}

impl<U: Sync, R: Sync + ?Sized, A: Policy<U, R>, B: Policy<U, R>> Policy<U, R> for All<A, B> {
    async fn decide(&self, request: &PolicyRequest<'_, U>, resource: &R) -> Result<Decision, StoreError> {
        match self.0.decide(request, resource).await? {
            Decision::Granted => self.1.decide(request, resource).await,
            refused => Ok(refused),
        }
    }

    fn names_scope(&self) -> bool {
        self.0.names_scope() || self.1.names_scope()
    }
}

impl<U: Sync, R: Sync + ?Sized, A: Policy<U, R>, B: Policy<U, R>> Policy<U, R> for Any<A, B> {
    async fn decide(&self, request: &PolicyRequest<'_, U>, resource: &R) -> Result<Decision, StoreError> {
        let first = self.0.decide(request, resource).await?;
        if first == Decision::Granted {
            return Ok(first);
        }
        Ok(match self.1.decide(request, resource).await? {
            Decision::Granted => Decision::Granted,
            _ => first,
        })
    }

    fn names_scope(&self) -> bool {
        self.0.names_scope() && self.1.names_scope()
    }
}

impl<U: Sync, R: Sync + ?Sized, A: Policy<U, R>> Policy<U, R> for Negated<A> {
    async fn decide(&self, request: &PolicyRequest<'_, U>, resource: &R) -> Result<Decision, StoreError> {
        Ok(match self.0.decide(request, resource).await? {
            Decision::Granted => Decision::Denied,
            Decision::Denied => Decision::Granted,
            Decision::MethodNotAllowed => Decision::MethodNotAllowed,
        })
    }
}

/// A policy of a closure. Made by [`when`].
#[derive(Clone, Copy)]
pub struct When<F>(F);

/// Grants what the closure answers with `true`.
///
/// ```
/// use presspass_auth::policies::{PolicyRequest, when};
///
/// struct User { tenant: String } // your own
///
/// // The tenant in the path must be the user's.
/// let own_tenant = when(|request: &PolicyRequest<'_, User>, _: &()| {
///     let tenant = request.head().path().split('/').nth(1);
///     request.user().is_some_and(|user| tenant == Some(&*user.tenant))
/// });
/// # let _ = own_tenant;
/// ```
pub const fn when<U, R: ?Sized, F: Fn(&PolicyRequest<'_, U>, &R) -> bool>(grants: F) -> When<F> {
    When(grants)
}

impl<U, R, F> Policy<U, R> for When<F>
where
    U: Sync,
    R: Sync + ?Sized,
    F: Fn(&PolicyRequest<'_, U>, &R) -> bool + Send + Sync,
{
    async fn decide(&self, request: &PolicyRequest<'_, U>, resource: &R) -> Result<Decision, StoreError> {
        Ok(Decision::from((self.0)(request, resource)))
    }
}

impl<F> fmt::Debug for When<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("When").finish_non_exhaustive()
    }
}
