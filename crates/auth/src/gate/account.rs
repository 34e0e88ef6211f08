//! The authenticated account, passed from a middleware to handlers.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Gate, Refusal};
use crate::permissions::{Model, Permission};
use crate::store::BoxFuture;

/// The caller's account: an extractor for handlers, on every framework.
///
/// `U` is the service's own type; the account dereferences to it. An `Option<Account<U>>` is `None` for an anonymous
/// caller. A request with invalid credentials never reaches a handler.
///
/// A caller with an API key that has [scopes](crate::api_keys::Scopes) reaches only handlers inside a `Require`, and
/// those of safe methods.
pub struct Account<U> {
    user: Arc<U>,
    relies_on_cookie: bool,
}

impl<U> Account<U> {
    /// The account itself, shared.
    #[must_use]
    pub fn into_inner(self) -> Arc<U> {
        self.user
    }

    /// Whether the caller was authenticated by a cookie alone: a service [without the CSRF
    /// check](Gate::without_csrf_check) has to check for CSRF before it changes anything.
    #[must_use]
    pub const fn relies_on_cookie(&self) -> bool {
        self.relies_on_cookie
    }
}

impl<U> Clone for Account<U> {
    fn clone(&self) -> Self {
        Self { user: Arc::clone(&self.user), relies_on_cookie: self.relies_on_cookie }
    }
}

impl<U> Deref for Account<U> {
    type Target = U;

    fn deref(&self) -> &U {
        &self.user
    }
}

impl<U: fmt::Debug> fmt::Debug for Account<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Account").field(&self.user).finish()
    }
}

/// The account in a request's extensions, for the extractor.
pub(crate) struct Admitted<U> {
    gate: Arc<Gate<U>>,
    account: Option<Account<U>>,
    is_permitted: AtomicBool,
}

impl<U> Admitted<U> {
    pub(crate) fn new(gate: Arc<Gate<U>>, user: Option<U>, relies_on_cookie: bool) -> Self {
        let account = user.map(|user| Account { user: Arc::new(user), relies_on_cookie });
        Self { gate, account, is_permitted: AtomicBool::new(false) }
    }

    /// The account; `None` for an anonymous caller.
    pub(crate) fn account(&self, method: &str) -> Result<Option<Account<U>>, Refusal> {
        let Some(account) = &self.account else { return Ok(None) };
        if self.is_permitted.load(Ordering::Relaxed) || self.gate.scopes(account).allow(method, None) {
            Ok(Some(account.clone()))
        } else {
            Err(Refusal::permission_denied())
        }
    }

    #[cfg(any(feature = "actix", feature = "axum"))]
    pub(crate) fn not_authenticated(&self) -> Refusal {
        self.gate.not_authenticated()
    }
}

/// The account in a request's extensions, for the guard, which does not know the account's type.
#[derive(Clone)]
pub(crate) struct Pass(Arc<dyn Permits>);

impl Pass {
    pub(crate) fn new<U: Send + Sync + 'static>(admitted: Arc<Admitted<U>>) -> Self {
        Self(admitted)
    }

    pub(crate) fn permit<'a>(
        &'a self,
        method: &'a str,
        permission: &'a dyn Permission,
        model: Option<Model>,
    ) -> BoxFuture<'a, Result<(), Refusal>> {
        self.0.permit(method, permission, model)
    }

    /// Puts the account where tower's layers and handlers look for it.
    #[cfg(feature = "tower")]
    pub(crate) fn introduce(&self, method: &http::Method, extensions: &mut http::Extensions) {
        self.0.introduce(method, extensions);
    }
}

trait Permits: Send + Sync {
    #[cfg(feature = "tower")]
    fn introduce(&self, method: &http::Method, extensions: &mut http::Extensions);

    fn permit<'a>(
        &'a self,
        method: &'a str,
        permission: &'a dyn Permission,
        model: Option<Model>,
    ) -> BoxFuture<'a, Result<(), Refusal>>;
}

impl<U: Send + Sync + 'static> Permits for Admitted<U> {
    #[cfg(feature = "tower")]
    fn introduce(&self, method: &http::Method, extensions: &mut http::Extensions) {
        // Only if the scopes of its key allow the method.
        if let Ok(Some(account)) = self.account(method.as_str()) {
            extensions.insert(account);
        }
    }

    fn permit<'a>(
        &'a self,
        method: &'a str,
        permission: &'a dyn Permission,
        model: Option<Model>,
    ) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move {
            self.gate.permit(self.account.as_deref(), method, permission, model).await?;
            self.is_permitted.store(true, Ordering::Relaxed);
            Ok(())
        })
    }
}
