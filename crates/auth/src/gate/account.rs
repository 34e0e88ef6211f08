//! The authenticated account, passed from a middleware to handlers.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Admission, Gate, Refusal};
use crate::chain::AuthenticatorChain;
use crate::csrf::CsrfToken;
use crate::permissions::{Model, Permission};
use crate::policies::{Policy, PolicyRequest};
use crate::request_head::RequestHead;
use crate::store::BoxFuture;

/// The caller's account: an extractor for handlers, on every framework.
///
/// `U` is the service's own type; the account dereferences to it. An `Option<Account<U>>` is `None` for an anonymous
/// caller, and for no other. A request with invalid credentials never reaches a handler.
///
/// A caller with an API key that has [scopes](crate::api_keys::Scopes) reaches only handlers inside a `Require`, and
/// those of safe methods.
///
/// In a test, a handler is called with an account that was [made](Self::new) for it:
///
/// ```
/// # use presspass_auth::gate::Account;
/// # struct User { name: String }
/// async fn greet(user: Account<User>) -> String {
///     format!("hello {}, by {}", user.name, user.authenticator())
/// }
///
/// let ada = Account::new(User { name: "ada".to_owned() }).by("jwt");
/// let greeting = greet(ada);
/// # let _ = greeting;
/// ```
pub struct Account<U> {
    gate: Arc<Gate<U>>,
    user: Arc<U>,
    authenticator: &'static str,
    relies_on_cookie: bool,
    csrf_token: Option<CsrfToken>,
}

impl<U: 'static> Account<U> {
    /// An account for a test of a handler, or for a middleware of your own.
    #[must_use]
    pub fn new(user: U) -> Self {
        let gate = Arc::new(Gate::new(AuthenticatorChain::new()));
        Self { gate, user: Arc::new(user), authenticator: "", relies_on_cookie: false, csrf_token: None }
    }
}

impl<U> Account<U> {
    /// Authenticated by the authenticator with this name.
    #[must_use]
    pub fn by(self, authenticator: &'static str) -> Self {
        Self { authenticator, ..self }
    }

    /// Authenticated by a cookie, with the CSRF token of its session.
    #[must_use]
    pub fn by_cookie(self, csrf_token: Option<CsrfToken>) -> Self {
        Self { relies_on_cookie: true, csrf_token, ..self }
    }

    /// The account itself, shared.
    #[must_use]
    pub fn into_inner(self) -> Arc<U> {
        self.user
    }

    /// The [name](crate::Authenticator::name) of the authenticator that verified the caller, such as `session`: for
    /// handlers that require a certain one.
    #[must_use]
    pub const fn authenticator(&self) -> &'static str {
        self.authenticator
    }

    /// The request as [policies](crate::policies) see it.
    #[must_use]
    pub fn request<'a>(&'a self, head: RequestHead<'a>) -> PolicyRequest<'a, U> {
        self.gate.request(head, Some(&self.user), Some(self.authenticator))
    }

    /// Checks a policy on a resource that the handler has found: DRF's `has_object_permission`. `head` is the request's, as
    /// `request_head` of the adapter's module returns it.
    ///
    /// # Errors
    /// As [`PolicyRequest::permit`].
    pub async fn permit<R: Sync + ?Sized>(
        &self,
        head: RequestHead<'_>,
        policy: &impl Policy<U, R>,
        resource: &R,
    ) -> Result<(), Refusal>
    where
        U: Sync,
    {
        self.request(head).permit(policy, resource).await
    }

    /// Whether the caller was authenticated by a cookie alone: a service [without the CSRF
    /// check](Gate::without_csrf_check) has to check for CSRF before it changes anything.
    #[must_use]
    pub const fn relies_on_cookie(&self) -> bool {
        self.relies_on_cookie
    }

    /// The CSRF token of the caller's session, for a form. Forms write it [masked](CsrfToken::masked).
    #[must_use]
    pub const fn csrf_token(&self) -> Option<&CsrfToken> {
        self.csrf_token.as_ref()
    }
}

impl<U> Clone for Account<U> {
    fn clone(&self) -> Self {
        Self {
            gate: Arc::clone(&self.gate),
            user: Arc::clone(&self.user),
            csrf_token: self.csrf_token.clone(),
            ..*self
        }
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

/// A request that a gate has admitted, as extractors and guards find it. A middleware of your own puts it into the
/// request with `insert_into` of the adapter's module.
pub struct Admitted<U> {
    gate: Arc<Gate<U>>,
    account: Option<Account<U>>,
    is_permitted: AtomicBool,
}

impl<U> Admitted<U> {
    /// A request with this [admission](Gate::admit).
    #[must_use]
    pub fn new(gate: Arc<Gate<U>>, admission: Admission<U>) -> Self {
        let Admission { account, authenticator, relies_on_cookie, csrf_token, .. } = admission;
        let account = account.map(|user| Account {
            gate: Arc::clone(&gate),
            user: Arc::new(user),
            authenticator: authenticator.unwrap_or_default(),
            relies_on_cookie,
            csrf_token,
        });
        Self { gate, account, is_permitted: AtomicBool::new(false) }
    }

    /// The account, for a request with this method; `None` for an anonymous caller.
    ///
    /// # Errors
    /// 403 if the scopes of the caller's API key do not allow the method, and no guard has granted a permission.
    pub fn account(&self, method: &str) -> Result<Option<Account<U>>, Refusal> {
        let Some(account) = &self.account else { return Ok(None) };
        if self.is_permitted.load(Ordering::Relaxed) || self.gate.scopes(account).allow(method, None) {
            Ok(Some(account.clone()))
        } else {
            Err(self.gate.permission_denied())
        }
    }

    /// The refusal of an anonymous caller where an account is required.
    #[must_use]
    pub fn not_authenticated(&self) -> Refusal {
        self.gate.not_authenticated()
    }

    /// Checks a policy in front of a handler.
    pub(super) async fn permit(
        &self,
        head: RequestHead<'_>,
        policy: &impl Policy<U>,
        model: Option<Model>,
    ) -> Result<(), Refusal>
    where
        U: Sync,
    {
        let (account, by) = (self.account.as_deref(), self.account.as_ref().map(Account::authenticator));
        self.gate.request(head, account, by).on(model).permit(policy, &()).await?;
        self.is_permitted.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl<U> fmt::Debug for Admitted<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admitted").field("gate", &self.gate).finish_non_exhaustive()
    }
}

/// The account in a request's extensions, for the guard, which does not know the account's type.
#[derive(Clone)]
pub(crate) struct Pass(Arc<dyn Permits>);

impl Pass {
    pub(crate) fn new<U: Send + Sync + 'static>(admitted: Arc<Admitted<U>>) -> Self {
        Self(admitted)
    }

    pub(super) fn permit<'a>(
        &'a self,
        head: RequestHead<'a>,
        permission: &'a dyn Permission,
        model: Option<Model>,
    ) -> BoxFuture<'a, Result<(), Refusal>> {
        self.0.permit(head, permission, model)
    }

    /// The request, if its accounts are of this type.
    pub(super) fn admitted<U: 'static>(&self) -> Option<&Admitted<U>> {
        self.0.as_any().downcast_ref()
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

    fn as_any(&self) -> &dyn Any;

    fn permit<'a>(
        &'a self,
        head: RequestHead<'a>,
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

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn permit<'a>(
        &'a self,
        head: RequestHead<'a>,
        permission: &'a dyn Permission,
        model: Option<Model>,
    ) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move { Self::permit(self, head, &permission, model).await })
    }
}
