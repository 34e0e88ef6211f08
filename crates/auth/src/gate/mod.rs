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

#[cfg(any(feature = "actix", feature = "tower"))]
mod account;
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
pub use format::{DrfErrors, ErrorFormat, ProblemDetails};
#[cfg(any(feature = "actix", feature = "tower"))]
pub(crate) use guard::Guard;
pub use refusal::Refusal;
pub use rights::{Bounded, Rights};

use crate::api_keys::Scopes;
use crate::chain::AuthenticatorChain;
use crate::csrf::{CsrfPolicy, CsrfToken, Site};
use crate::outcome::{Outcome, Rejection};
use crate::permissions::Standing;
use crate::policies::PolicyRequest;
use crate::proxies::TrustedProxies;
use crate::request_head::RequestHead;

/// A request that was authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission<U> {
    /// The caller's account; `None` for an anonymous caller.
    pub account: Option<U>,
    /// The [name](crate::Authenticator::name) of the authenticator that verified the caller.
    pub authenticator: Option<&'static str>,
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
    errors: Option<Arc<dyn ErrorFormat>>,
    rights: Option<Arc<dyn Rights<User = U>>>,
}

impl<U> Gate<U> {
    /// A gate with this chain.
    #[must_use]
    pub fn new(chain: AuthenticatorChain<U>) -> Self {
        Self {
            chain,
            csrf: Some(CsrfPolicy::default()),
            is_behind_https: false,
            proxies: TrustedProxies::default(),
            errors: None,
            rights: None,
        }
    }

    /// Writes refusals in another format than [problem details](ProblemDetails) (RFC 9457), such as
    /// [`DrfErrors`].
    #[must_use]
    pub fn with_errors(mut self, format: impl ErrorFormat + 'static) -> Self {
        self.errors = Some(Arc::new(format));
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

    /// Does not check for CSRF: for a service that also accepts the token in its forms. It has to look at
    /// [`Admission::relies_on_cookie`] and call [`CsrfPolicy::check`] itself; otherwise any page that its users visit
    /// can act in their name.
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
    pub fn with_rights(mut self, rights: Arc<dyn Rights<User = U>>) -> Self {
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
        self.authenticate(head, site).await.map_err(|refusal| self.written(refusal))
    }

    /// A refusal in the format of this gate.
    pub(crate) fn written(&self, refusal: Refusal) -> Refusal {
        refusal.in_format(self.errors.clone())
    }

    async fn authenticate(&self, head: &RequestHead<'_>, site: Site<'_>) -> Result<Admission<U>, Refusal> {
        let found = self.chain.authenticate(head).await?;
        let varies_on_cookie = found.varies_on_cookie || found.relies_on_cookie;
        let csrf_token = match &self.csrf {
            Some(policy) if !policy.is_bound() => None,
            _ => self.chain.csrf_token(&found, head),
        };
        let admitted = match found.outcome {
            Outcome::NotAttempted => Ok(None),
            Outcome::Verified(account) if found.relies_on_cookie => {
                self.check_csrf(head, csrf_token.as_ref(), site).map(|()| Some(account))
            }
            Outcome::Verified(account) => Ok(Some(account)),
            // The challenge is that of the first authenticator.
            Outcome::Rejected(rejection) if found.consulted.len() > 1 => {
                Err(self.rejected(&rejection).by_another_scheme())
            }
            Outcome::Rejected(rejection) => Err(self.rejected(&rejection)),
        };
        match admitted {
            Ok(account) => {
                let (authenticator, relies_on_cookie) = (found.decided, found.relies_on_cookie);
                Ok(Admission { account, authenticator, varies_on_cookie, relies_on_cookie, csrf_token })
            }
            Err(refusal) => Err(refusal.varying_on_cookie(varies_on_cookie)),
        }
    }

    fn check_csrf(
        &self,
        head: &RequestHead<'_>,
        token: Option<&CsrfToken>,
        site: Site<'_>,
    ) -> Result<(), Refusal> {
        let Some(policy) = &self.csrf else { return Ok(()) };
        let site = Site { is_secure: site.is_secure || self.is_behind_https, ..site };
        policy.check(head, token, None, site).map_err(|error| {
            let detail = format!("CSRF Failed: {error}");
            self.rejected(&Rejection::forbidden(detail, format!("the request may be forged: {error}")))
        })
    }

    fn rejected(&self, rejection: &Rejection) -> Refusal {
        #[cfg(feature = "tracing")]
        tracing::info!(reason = rejection.reason(), "credentials rejected");
        Refusal::rejected(rejection, self.chain.challenge())
    }

    /// The refusal of an anonymous caller where an account is required.
    #[must_use]
    pub fn not_authenticated(&self) -> Refusal {
        self.written(Refusal::not_authenticated(self.chain.challenge()))
    }

    /// The refusal of a caller without permission.
    #[must_use]
    pub fn permission_denied(&self) -> Refusal {
        self.written(Refusal::permission_denied())
    }

    /// A request as [policies](crate::policies) see it, for a service without an adapter:
    /// `gate.request(head, admission.account.as_ref(), admission.authenticator).permit(&policy, &resource)`.
    #[must_use]
    pub const fn request<'a>(
        &'a self,
        head: RequestHead<'a>,
        account: Option<&'a U>,
        authenticator: Option<&'static str>,
    ) -> PolicyRequest<'a, U> {
        PolicyRequest::new(self, head, account, authenticator)
    }

    pub(crate) fn rights(&self) -> Option<&dyn Rights<User = U>> {
        self.rights.as_deref()
    }

    /// The scopes of the account's credentials.
    pub(crate) fn scopes<'a>(&'a self, account: &'a U) -> &'a Scopes {
        self.rights.as_ref().map_or(&Scopes::All, |rights| rights.scopes(account))
    }

    pub(crate) fn standing(&self, account: &U) -> Standing {
        let plain = Standing { is_staff: false, is_superuser: false };
        self.rights.as_ref().map_or(plain, |rights| rights.standing(account))
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
            .field("errors", &self.errors)
            .field("rights", &self.rights)
            .finish_non_exhaustive()
    }
}
