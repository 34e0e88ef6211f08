//! The gate in front of a service: authentication by the chain, the CSRF check, permissions, and refusals.
//!
//! The adapters for actix-web and tower (features `actix` and `tower`) are thin layers over a [`Gate`]. With another
//! framework, or none, call it yourself:
//!
//! ```
//! use presspass_auth::csrf::Site;
//! use presspass_auth::gate::Gate;
//! use presspass_auth::{AuthenticatorChain, RequestHead};
//!
//! # async fn answer(chain: AuthenticatorChain<String>) {
//! let gate = Gate::new(chain);
//! let headers = [("authorization", "Token pp_…")];
//! let head = RequestHead::new("GET", "/notes/", &headers);
//! match gate.admit(&head, Site { is_secure: true, host: "notes.example" }).await {
//!     Ok(admission) => println!("hello {:?}", admission.account),
//!     Err(refusal) => println!("{} {}", refusal.status(), refusal.body()),
//! }
//! # }
//! ```
//!
//! | A service that | Calls |
//! |---|---|
//! | has the CSRF token in forms | [`Gate::authenticate`], then [`CsrfCheck::check`] with the field |
//! | looks up the account of a token later, in one statement with the object that is requested | [`Resolution::accept`](crate::Resolution::accept) and [`Gate::reject`]; [`Gate::request_of`] for policies |
//! | has responses of its own | [`Refusal::cause`], [`Refusal::status`], [`Refusal::challenge`], [`Refusal::detail`] |

#[cfg(any(feature = "actix", feature = "tower"))]
mod account;
mod authenticated;
mod format;
#[cfg(any(feature = "actix", feature = "tower"))]
mod guard;
mod refusal;
mod rights;

use std::fmt;
use std::sync::Arc;

#[cfg(any(feature = "actix", feature = "tower"))]
pub(crate) use account::Pass;
#[cfg(any(feature = "actix", feature = "tower"))]
pub use account::{Account, Admitted};
pub use authenticated::{Authenticated, CsrfCheck};
#[cfg(feature = "django")]
pub use format::DrfErrors;
pub(crate) use format::RefusalStyle;
pub use format::{ErrorFormat, ProblemDetails};
#[cfg(any(feature = "actix", feature = "tower"))]
pub(crate) use guard::Guard;
pub use refusal::{Refusal, RefusalCause};
pub use rights::Rights;
pub(crate) use rights::{Bounded, DynRights};

use crate::chain::AuthenticatorChain;
use crate::csrf::{self, CsrfPolicy, CsrfToken, Site};
use crate::outcome::{Outcome, Rejection};
use crate::policies::PolicyRequest;
use crate::proxies::TrustedProxies;
use crate::request_head::RequestHead;

/// A request that was authenticated and may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Admission<U> {
    /// The caller's account; `None` for an anonymous caller.
    pub account: Option<U>,
    /// The [name](crate::Authenticator::name) of the authenticator that verified the caller.
    pub authenticator: Option<&'static str>,
    /// The names of the authenticators that were consulted, in order.
    pub consulted: Vec<&'static str>,
    /// Whether the response depends on a cookie and must have `Vary: Cookie`.
    pub varies_on_cookie: bool,
    /// Whether the caller was authenticated by a cookie alone.
    pub relies_on_cookie: bool,
    /// The CSRF token of the caller's session, for forms and for the cookie that scripts read; `None` if the caller does
    /// not rely on a cookie, or the policy is [double submit](CsrfPolicy::double_submit).
    pub csrf_token: Option<CsrfToken>,
}

/// A chain, with the CSRF check and the rights of accounts.
///
/// A request that was authenticated by a cookie can change something only with the [CSRF token](crate::csrf) of its
/// session in the header `X-CSRFToken`: this is checked unless [disabled](Self::without_csrf_check).
/// A service sets it as the cookie `csrftoken`, which scripts can read.
pub struct Gate<U> {
    chain: AuthenticatorChain<U>,
    csrf: Option<CsrfPolicy>,
    is_behind_https: bool,
    proxies: TrustedProxies,
    style: Arc<RefusalStyle>,
    rights: Option<Arc<dyn DynRights<U>>>,
}

impl<U> Gate<U> {
    /// A gate with this chain.
    #[must_use]
    pub fn new(chain: AuthenticatorChain<U>) -> Self {
        Self {
            style: Arc::new(RefusalStyle::new(chain.challenge())),
            chain,
            csrf: Some(CsrfPolicy::default()),
            is_behind_https: false,
            proxies: TrustedProxies::default(),
            rights: None,
        }
    }

    /// Writes refusals in another format than [problem details](ProblemDetails) (RFC 9457); with the feature `django`
    /// there is `DrfErrors`.
    #[must_use]
    pub fn with_errors(mut self, format: impl ErrorFormat + 'static) -> Self {
        Arc::make_mut(&mut self.style).set_format(format);
        self
    }

    /// Behind these proxies, which say who the client is and whether it uses HTTPS.
    #[must_use]
    pub fn behind(mut self, proxies: TrustedProxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// The proxies that it is behind.
    #[must_use]
    pub const fn proxies(&self) -> &TrustedProxies {
        &self.proxies
    }

    /// With another CSRF policy: another cookie than `csrftoken`, trusted origins, or Django's tokens.
    #[must_use]
    pub fn with_csrf(mut self, policy: CsrfPolicy) -> Self {
        self.csrf = Some(policy);
        self
    }

    /// Does not check for CSRF: for a service whose handlers, inside of the middleware, read the token from forms. They
    /// have to look at [`Admission::relies_on_cookie`] and call [`CsrfPolicy::check`]; otherwise any page that its users
    /// visit can act in their name. Without the middleware, [`authenticate`](Self::authenticate) is safer.
    #[must_use]
    pub fn without_csrf_check(mut self) -> Self {
        self.csrf = None;
        self
    }

    /// For a service whose clients use HTTPS while a proxy in front of it uses HTTP, and is not
    /// [trusted](Self::behind) to say so: a request that relies on a cookie must then come from a page with HTTPS.
    #[must_use]
    pub fn behind_https(mut self) -> Self {
        self.is_behind_https = true;
        self
    }

    /// With the rights of accounts. Without them, no account is staff and none has a permission.
    #[must_use]
    pub fn with_rights(mut self, rights: Arc<impl Rights<User = U> + 'static>) -> Self {
        self.rights = Some(rights);
        self
    }

    /// The chain.
    #[must_use]
    pub const fn chain(&self) -> &AuthenticatorChain<U> {
        &self.chain
    }

    /// Authenticates a request.
    ///
    /// # Errors
    /// A [`Refusal`] if the credentials are invalid (401 or 403), the request may be forged (403), or a store cannot
    /// answer (503, 507 or 500; never 401).
    pub async fn admit(&self, head: &RequestHead<'_>, site: Site<'_>) -> Result<Admission<U>, Refusal> {
        match self.authenticate(head).await? {
            Authenticated::Admitted(admission) => Ok(admission),
            Authenticated::NeedsCsrfToken(check) => check.check(None, site),
        }
    }

    /// The first half of [`admit`](Self::admit), for a service that has the CSRF token in its forms: it reads the body only
    /// of a request that needs the token.
    ///
    /// ```
    /// # use presspass_auth::RequestHead;
    /// # use presspass_auth::csrf::Site;
    /// # use presspass_auth::gate::{Admission, Authenticated, Gate, Refusal};
    /// # async fn read_field() -> Option<String> { None }
    /// # async fn admit<U>(gate: &Gate<U>, head: &RequestHead<'_>) -> Result<Admission<U>, Refusal> {
    /// match gate.authenticate(head).await? {
    ///     Authenticated::Admitted(admission) => Ok(admission),
    ///     Authenticated::NeedsCsrfToken(check) => {
    ///         let field = read_field().await; // `csrfmiddlewaretoken`
    ///         check.check(field.as_deref(), Site { is_secure: true, host: "notes.example" })
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// A [`Refusal`] if the credentials are invalid (401 or 403), or a store cannot answer.
    pub async fn authenticate<'a>(&'a self, head: &RequestHead<'a>) -> Result<Authenticated<'a, U>, Refusal> {
        let found = self.chain.authenticate(head).await.map_err(|error| self.refuse(error))?;
        let varies_on_cookie = found.varies_on_cookie || found.relies_on_cookie;
        let csrf_token = match &self.csrf {
            Some(policy) if !policy.is_bound() => None,
            _ => self.chain.csrf_token(&found, head),
        };
        let account = match found.outcome {
            Outcome::NotAttempted => None,
            Outcome::Verified(account) => Some(account),
            Outcome::Rejected(rejection) => {
                // The challenge is that of the first authenticator.
                let is_of_another = found.consulted.len() > 1;
                let refusal = self.reject(rejection).by_another_scheme(is_of_another);
                return Err(refusal.varying_on_cookie(varies_on_cookie));
            }
        };
        let admission = Admission {
            account,
            authenticator: found.decided,
            consulted: found.consulted,
            varies_on_cookie,
            relies_on_cookie: found.relies_on_cookie,
            csrf_token,
        };
        Ok(match &self.csrf {
            Some(policy) if admission.relies_on_cookie && !csrf::is_safe(head.method()) => {
                Authenticated::NeedsCsrfToken(CsrfCheck { gate: self, policy, head: *head, admission })
            }
            _ => Authenticated::Admitted(admission),
        })
    }

    /// The refusal of credentials that were rejected after the chain, such as those of an account that is
    /// [looked up later](crate::Resolution::accept).
    #[must_use]
    pub fn reject(&self, rejection: Rejection) -> Refusal {
        // Anonymous callers cause it, as often as they like: at a higher level they could fill the log.
        #[cfg(feature = "tracing")]
        tracing::debug!(reason = rejection.reason(), "credentials rejected");
        self.refuse(RefusalCause::Rejected(rejection))
    }

    /// The refusal of an anonymous caller where an account is required.
    #[must_use]
    pub fn not_authenticated(&self) -> Refusal {
        self.refuse(RefusalCause::NotAuthenticated)
    }

    /// The refusal of a caller without permission.
    #[must_use]
    pub fn permission_denied(&self) -> Refusal {
        self.refuse(RefusalCause::PermissionDenied)
    }

    pub(crate) fn refuse(&self, cause: impl Into<RefusalCause>) -> Refusal {
        Refusal::of(cause.into(), &self.style)
    }

    /// A request as [policies](crate::policies) see it, for a service without an adapter:
    /// `gate.request(head, admission.account.as_ref(), admission.authenticator).permit(&policy, &resource)`.
    #[must_use]
    pub fn request<'a>(
        &'a self,
        head: RequestHead<'a>,
        account: Option<&'a U>,
        authenticator: Option<&'static str>,
    ) -> PolicyRequest<'a, U> {
        PolicyRequest::new(&self.style, self.rights.as_deref(), head, account, authenticator)
    }

    /// [`request`](Self::request), for an account of another type than the chain's, with its rights: the chain of a service
    /// that looks up accounts later only knows what a token claims. Policies of the looked-up type cannot be checked
    /// before the look-up.
    #[must_use]
    pub const fn request_of<'a, A>(
        &'a self,
        rights: &'a impl Rights<User = A>,
        head: RequestHead<'a>,
        account: Option<&'a A>,
        authenticator: Option<&'static str>,
    ) -> PolicyRequest<'a, A> {
        PolicyRequest::new(&self.style, Some(rights), head, account, authenticator)
    }

    /// The scopes of the account's credentials.
    #[cfg(any(feature = "actix", feature = "tower"))]
    pub(crate) fn scopes<'a>(&'a self, account: &'a U) -> &'a crate::api_keys::Scopes {
        self.rights.as_ref().map_or(&crate::api_keys::Scopes::All, |rights| rights.dyn_scopes(account))
    }
}

impl<U> From<AuthenticatorChain<U>> for Gate<U> {
    fn from(chain: AuthenticatorChain<U>) -> Self {
        Self::new(chain)
    }
}

impl<U> fmt::Debug for Gate<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("chain", &self.chain)
            .field("csrf", &self.csrf)
            .field("is_behind_https", &self.is_behind_https)
            .field("style", &self.style)
            .field("rights", &self.rights)
            .finish_non_exhaustive()
    }
}
