//! The ordered chain of authenticators.

use std::fmt;
use std::sync::Arc;

use crate::csrf::CsrfToken;
use crate::outcome::{Challenge, Outcome};
use crate::request_head::RequestHead;
use crate::store::{BoxFuture, StoreError};

/// One way of authentication: a token in a header, a session cookie, a password.
///
/// `U` is the service's user type. Write `authenticate` as an `async fn`; the [crate page](crate) has an authenticator of
/// about 25 lines. Where authenticators are chosen at run time, there is [`DynAuthenticator`].
pub trait Authenticator<U>: fmt::Debug + Send + Sync {
    /// A short name for logs and traces: `jwt`.
    fn name(&self) -> &'static str;

    /// Looks for credentials of its kind and verifies them.
    ///
    /// # Errors
    /// If a store that it needs cannot answer. Invalid credentials are not an error but [`Outcome::Rejected`].
    fn authenticate(
        &self,
        head: &RequestHead<'_>,
    ) -> impl Future<Output = Result<Outcome<U>, StoreError>> + Send;

    /// The scheme of `Authorization` that it reads, such as `Bearer`. Several authenticators of a chain can have the same
    /// one: credentials that are visibly [of another](crate::Rejection::of_another) are passed on to the next of them.
    fn scheme(&self) -> Option<&str> {
        None
    }

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

/// An [`Authenticator`] of any type, for [`AuthenticatorChain::then_shared`]. Every authenticator implements it; do not
/// implement it yourself.
pub trait DynAuthenticator<U>: fmt::Debug + Send + Sync {
    /// [`Authenticator::name`].
    fn dyn_name(&self) -> &'static str;

    /// [`Authenticator::authenticate`].
    fn dyn_authenticate<'a>(
        &'a self,
        head: &'a RequestHead<'a>,
    ) -> BoxFuture<'a, Result<Outcome<U>, StoreError>>;

    /// [`Authenticator::scheme`].
    fn dyn_scheme(&self) -> Option<&str>;

    /// [`Authenticator::challenge`].
    fn dyn_challenge(&self) -> Option<Challenge>;

    /// [`Authenticator::reads_session_cookie`].
    fn dyn_reads_session_cookie(&self) -> bool;

    /// [`Authenticator::relies_on_cookie`].
    fn dyn_relies_on_cookie(&self, head: &RequestHead<'_>) -> bool;

    /// [`Authenticator::csrf_token`].
    fn dyn_csrf_token(&self, head: &RequestHead<'_>) -> Option<CsrfToken>;
}

impl<U: 'static, A: Authenticator<U>> DynAuthenticator<U> for A {
    fn dyn_name(&self) -> &'static str {
        self.name()
    }

    fn dyn_authenticate<'a>(
        &'a self,
        head: &'a RequestHead<'a>,
    ) -> BoxFuture<'a, Result<Outcome<U>, StoreError>> {
        Box::pin(self.authenticate(head))
    }

    fn dyn_scheme(&self) -> Option<&str> {
        self.scheme()
    }

    fn dyn_challenge(&self) -> Option<Challenge> {
        self.challenge()
    }

    fn dyn_reads_session_cookie(&self) -> bool {
        self.reads_session_cookie()
    }

    fn dyn_relies_on_cookie(&self, head: &RequestHead<'_>) -> bool {
        self.relies_on_cookie(head)
    }

    fn dyn_csrf_token(&self, head: &RequestHead<'_>) -> Option<CsrfToken> {
        self.csrf_token(head)
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
///
/// Several can have the same scheme of `Authorization`, so that a token, an API key and another provider's token can all
/// come behind `Bearer`: what is visibly not for one of them is passed on to the next one with this scheme, and to no
/// other. The last of them rejects it.
#[derive(Clone)]
pub struct AuthenticatorChain<U> {
    authenticators: Vec<Arc<dyn DynAuthenticator<U>>>,
}

impl<U: 'static> AuthenticatorChain<U> {
    /// An empty chain, which [`then`](Self::then) continues. With an empty one, every caller is anonymous.
    #[must_use]
    pub const fn new() -> Self {
        Self { authenticators: Vec::new() }
    }

    /// A chain of one, which [`then`](Self::then) continues.
    #[must_use]
    pub fn of(first: impl Authenticator<U> + 'static) -> Self {
        Self::new().then(first)
    }

    /// With another authenticator at the end.
    #[must_use]
    pub fn then(self, next: impl Authenticator<U> + 'static) -> Self {
        self.then_shared(Arc::new(next))
    }

    /// With another authenticator at the end, which other chains can have, too.
    #[must_use]
    pub fn then_shared(mut self, next: Arc<dyn DynAuthenticator<U>>) -> Self {
        self.authenticators.push(next);
        self
    }
}

impl<U> AuthenticatorChain<U> {
    /// The first authenticator's challenge. If it has none, responses are 403 instead of 401 (DRF's
    /// `handle_exception`).
    #[must_use]
    pub fn challenge(&self) -> Option<Challenge> {
        self.authenticators.first()?.dyn_challenge()
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
        let decided = |one: &&Arc<dyn DynAuthenticator<U>>| {
            found.decided == Some(one.dyn_name()) && one.dyn_relies_on_cookie(head)
        };
        if !found.relies_on_cookie {
            return None;
        }
        self.authenticators.iter().find(decided)?.dyn_csrf_token(head)
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
        // The scheme of credentials that were passed on.
        let mut passed_on: Option<&str> = None;
        for authenticator in &self.authenticators {
            if let Some(scheme) = passed_on
                && !authenticator.dyn_scheme().is_some_and(|other| other.eq_ignore_ascii_case(scheme))
            {
                continue;
            }
            let name = authenticator.dyn_name();
            found.consulted.push(name);
            found.varies_on_cookie |= authenticator.dyn_reads_session_cookie();
            let outcome = authenticator.dyn_authenticate(head).await?;
            if matches!(outcome, Outcome::NotAttempted) {
                continue;
            }
            found.decided = Some(name);
            found.relies_on_cookie =
                matches!(outcome, Outcome::Verified(_)) && authenticator.dyn_relies_on_cookie(head);
            passed_on = match &outcome {
                Outcome::Rejected(rejection) if rejection.is_of_another() => authenticator.dyn_scheme(),
                _ => None,
            };
            found.outcome = outcome;
            if passed_on.is_none() {
                break;
            }
        }
        Ok(())
    }
}

impl<U: 'static> Default for AuthenticatorChain<U> {
    fn default() -> Self {
        Self::new()
    }
}

impl<U> fmt::Debug for AuthenticatorChain<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.authenticators.iter().map(|one| one.dyn_name())).finish()
    }
}
