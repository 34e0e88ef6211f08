//! The ordered chain of authenticators.

use std::fmt;
use std::sync::Arc;

use crate::csrf::CsrfToken;
use crate::outcome::{Challenge, Outcome};
use crate::request_head::RequestHead;
use crate::store::{BoxFuture, StoreError};

/// The future that [`Authenticator::authenticate`] returns.
pub type Attempt<'a, U> = BoxFuture<'a, Result<Outcome<U>, StoreError>>;

/// One way of authentication: a token in a header, a session cookie, a password.
///
/// `U` is the service's user type. Authenticators are chosen at run time, so the trait is dyn-compatible. The [crate
/// page](crate) has one of about 25 lines.
pub trait Authenticator<U>: fmt::Debug + Send + Sync {
    /// A short name for logs and traces: `jwt`.
    fn name(&self) -> &'static str;

    /// Looks for credentials of its kind and verifies them.
    ///
    /// # Errors
    /// If a store that it needs cannot answer. Invalid credentials are not an error but [`Outcome::Rejected`].
    fn authenticate<'a>(&'a self, head: &'a RequestHead<'a>) -> Attempt<'a, U>;

    /// The value of `WWW-Authenticate` if this authenticator is the first of the chain; with `None`, the response is
    /// 403 instead of 401.
    fn challenge(&self) -> Option<Challenge>;

    /// Whether responses must have `Vary: Cookie` once it was consulted.
    fn reads_session_cookie(&self) -> bool;

    /// Whether the credentials that it finds in this request are in a cookie, which browsers send automatically: a
    /// request that changes something must then pass [`CsrfPolicy::check`](crate::csrf::CsrfPolicy::check).
    fn relies_on_cookie(&self, head: &RequestHead<'_>) -> bool;

    /// The [CSRF token](CsrfToken::for_session) of the cookie that this request's credentials are in. Without it, a
    /// request that relies on a cookie can change nothing, unless the service's policy is
    /// [double submit](crate::csrf::CsrfPolicy::double_submit).
    fn csrf_token(&self, _head: &RequestHead<'_>) -> Option<CsrfToken> {
        None
    }
}

/// The result of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication<U> {
    /// The outcome: that of the authenticator that decided, or [`Outcome::NotAttempted`] for an anonymous caller.
    pub outcome: Outcome<U>,
    /// The names of the authenticators that were consulted, in order.
    pub consulted: Vec<&'static str>,
    /// The name of the one that verified or rejected, which is the last that was consulted; `None` for an anonymous
    /// caller.
    pub decided: Option<&'static str>,
    /// Whether one that was consulted reads the session cookie, so that responses vary on it.
    pub varies_on_cookie: bool,
    /// Whether the caller was verified by a cookie: the service has to check unsafe methods for CSRF.
    pub relies_on_cookie: bool,
}

/// Authenticators in order. The first that verifies or rejects decides; those after it are not consulted.
#[derive(Clone)]
pub struct AuthenticatorChain<U> {
    authenticators: Vec<Arc<dyn Authenticator<U>>>,
}

impl<U> AuthenticatorChain<U> {
    /// A chain in this order. With an empty one, every caller is anonymous.
    #[must_use]
    pub const fn new(authenticators: Vec<Arc<dyn Authenticator<U>>>) -> Self {
        Self { authenticators }
    }

    /// A chain of one, which [`then`](Self::then) continues.
    #[must_use]
    pub fn of(first: impl Authenticator<U> + 'static) -> Self {
        Self::new(vec![Arc::new(first)])
    }

    /// With another authenticator at the end.
    #[must_use]
    pub fn then(mut self, next: impl Authenticator<U> + 'static) -> Self {
        self.authenticators.push(Arc::new(next));
        self
    }

    /// The first authenticator's challenge. If it has none, responses are 403 instead of 401 (DRF's
    /// `handle_exception`).
    #[must_use]
    pub fn challenge(&self) -> Option<Challenge> {
        self.authenticators.first()?.challenge()
    }

    /// Consults the authenticators in turn. The caller must look at [`Authentication::relies_on_cookie`], or use a
    /// [`Gate`](crate::gate::Gate), which does.
    ///
    /// With the feature `tracing`, this has a span `authenticate` of level DEBUG with the fields `consulted` (the
    /// names, separated by commas), `decided` (a name, if one decided) and `outcome` (`anonymous`, `verified`,
    /// `rejected` or `store_error`). It never contains credentials.
    ///
    /// # Errors
    /// If a store that one of them needs cannot answer; then those after it are not consulted.
    pub async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Authentication<U>, StoreError> {
        let mut found = Authentication {
            outcome: Outcome::NotAttempted,
            consulted: Vec::with_capacity(self.authenticators.len()),
            decided: None,
            varies_on_cookie: false,
            relies_on_cookie: false,
        };
        #[cfg(feature = "tracing")]
        let asked = self.consult_in_span(head, &mut found).await;
        #[cfg(not(feature = "tracing"))]
        let asked = self.consult(head, &mut found).await;
        asked.map(|()| found)
    }

    /// The CSRF token of a caller that relies on a cookie.
    pub(crate) fn csrf_token(&self, found: &Authentication<U>, head: &RequestHead<'_>) -> Option<CsrfToken> {
        let decided = found.relies_on_cookie.then(|| found.consulted.len().checked_sub(1)).flatten()?;
        self.authenticators.get(decided)?.csrf_token(head)
    }

    #[cfg(feature = "tracing")]
    async fn consult_in_span(
        &self,
        head: &RequestHead<'_>,
        found: &mut Authentication<U>,
    ) -> Result<(), StoreError> {
        use tracing::Instrument;
        use tracing::field::Empty;

        let span = tracing::debug_span!("authenticate", consulted = Empty, decided = Empty, outcome = Empty);
        if span.is_disabled() {
            return self.consult(head, found).await;
        }
        let asked = self.consult(head, found).instrument(span.clone()).await;
        span.record("consulted", found.consulted.join(","));
        span.record("decided", found.decided);
        let outcome = match (&asked, &found.outcome) {
            (Err(_), _) => "store_error",
            (Ok(()), Outcome::NotAttempted) => "anonymous",
            (Ok(()), Outcome::Verified(_)) => "verified",
            (Ok(()), Outcome::Rejected(_)) => "rejected",
        };
        span.record("outcome", outcome);
        asked
    }

    async fn consult(&self, head: &RequestHead<'_>, found: &mut Authentication<U>) -> Result<(), StoreError> {
        for authenticator in &self.authenticators {
            let name = authenticator.name();
            found.consulted.push(name);
            found.varies_on_cookie |= authenticator.reads_session_cookie();
            found.outcome = authenticator.authenticate(head).await?;
            if !matches!(found.outcome, Outcome::NotAttempted) {
                found.decided = Some(name);
                found.relies_on_cookie =
                    matches!(found.outcome, Outcome::Verified(_)) && authenticator.relies_on_cookie(head);
                break;
            }
        }
        Ok(())
    }
}

impl<U> fmt::Debug for AuthenticatorChain<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.authenticators.iter().map(|one| one.name())).finish()
    }
}
