//! The ordered chain of authenticators.

use std::fmt;
use std::sync::Arc;

use crate::outcome::{Challenge, Outcome, Rejection};
use crate::request_head::RequestHead;
use crate::store::{BoxFuture, StoreError};

/// What [`Authenticator::authenticate`] gives, in its time.
pub type Attempt<'a, U> = BoxFuture<'a, Result<Outcome<U>, StoreError>>;

/// One way of telling who is calling: a token in a header, a session cookie, a password.
///
/// `U` is what an account is to the service. Authenticators are chosen at run time, so the trait is dyn-compatible. The
/// [crate page](crate) has one of some 25 lines.
pub trait Authenticator<U>: fmt::Debug + Send + Sync {
    /// A short name for logs and traces: `jwt`.
    fn name(&self) -> &'static str;

    /// Looks for credentials of its kind and checks them.
    ///
    /// # Errors
    /// Where a store that it needs cannot answer. Bad credentials are no error but [`Outcome::Rejected`].
    fn authenticate<'a>(&'a self, head: &'a RequestHead<'a>) -> Attempt<'a, U>;

    /// What `WWW-Authenticate` says where this authenticator is the chain's first; `None` makes the answer 403.
    fn challenge(&self) -> Option<Challenge>;

    /// Whether answers must say `Vary: Cookie` once it was consulted.
    fn reads_session_cookie(&self) -> bool;

    /// Whether the credentials that it finds in this request stand in a cookie, which browsers send unasked: a request
    /// that changes something then has to pass [`CsrfPolicy::check`](crate::csrf::CsrfPolicy::check).
    fn relies_on_cookie(&self, head: &RequestHead<'_>) -> bool;
}

/// What the chain found, and what it looked at on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication<U> {
    /// The outcome: that of the authenticator that decided, or [`Outcome::NotAttempted`] for an anonymous caller.
    pub outcome: Outcome<U>,
    /// The names of the authenticators that were consulted, in order.
    pub consulted: Vec<&'static str>,
    /// The name of the one that verified or rejected: the last that was consulted, or none.
    pub decided: Option<&'static str>,
    /// Whether one that was consulted reads the session cookie, so that answers vary on it.
    pub varies_on_cookie: bool,
    /// Whether the caller was verified by a cookie: the service has to check an unsafe method for CSRF.
    pub relies_on_cookie: bool,
}

/// Authenticators in order. The first that verifies wins; a rejection ends the chain; whoever comes behind is not
/// consulted.
#[derive(Clone)]
pub struct AuthenticatorChain<U> {
    authenticators: Vec<Arc<dyn Authenticator<U>>>,
}

impl<U> AuthenticatorChain<U> {
    /// A chain in this order. An empty one finds everyone anonymous.
    #[must_use]
    pub const fn new(authenticators: Vec<Arc<dyn Authenticator<U>>>) -> Self {
        Self { authenticators }
    }

    /// A chain of one, to be continued by [`then`](Self::then).
    #[must_use]
    pub fn of(first: impl Authenticator<U> + 'static) -> Self {
        Self::new(vec![Arc::new(first)])
    }

    /// With another authenticator behind those that are there.
    #[must_use]
    pub fn then(mut self, next: impl Authenticator<U> + 'static) -> Self {
        self.authenticators.push(Arc::new(next));
        self
    }

    /// The first authenticator's challenge. Where there is none, what would be 401 is 403 (REST framework's
    /// `handle_exception`).
    #[must_use]
    pub fn challenge(&self) -> Option<Challenge> {
        self.authenticators.first()?.challenge()
    }

    /// Asks the authenticators in turn. Whoever calls this has to look at [`Authentication::relies_on_cookie`], or has a
    /// [`Gate`](crate::gate::Gate) do it.
    ///
    /// With the feature `tracing` it does so in a span `authenticate` of level DEBUG with the fields `consulted` (the
    /// names, with commas between), `decided` (the name, where one did) and `outcome` (`anonymous`, `verified`, `rejected`
    /// or `store_error`); credentials are in none of them.
    ///
    /// # Errors
    /// Where a store that one of them needs cannot answer; those behind it are not asked then.
    pub async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Authentication<U>, StoreError> {
        let mut found = Authentication {
            outcome: Outcome::NotAttempted,
            consulted: Vec::with_capacity(self.authenticators.len()),
            decided: None,
            varies_on_cookie: false,
            relies_on_cookie: false,
        };
        #[cfg(feature = "tracing")]
        let asked = self.ask_in_span(head, &mut found).await;
        #[cfg(not(feature = "tracing"))]
        let asked = self.ask(head, &mut found).await;
        asked.map(|()| found)
    }

    #[cfg(feature = "tracing")]
    async fn ask_in_span(
        &self,
        head: &RequestHead<'_>,
        found: &mut Authentication<U>,
    ) -> Result<(), StoreError> {
        use tracing::Instrument;
        use tracing::field::Empty;

        let span = tracing::debug_span!("authenticate", consulted = Empty, decided = Empty, outcome = Empty);
        if span.is_disabled() {
            return self.ask(head, found).await;
        }
        let asked = self.ask(head, found).instrument(span.clone()).await;
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

    async fn ask(&self, head: &RequestHead<'_>, found: &mut Authentication<U>) -> Result<(), StoreError> {
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
