//! Authentication, permissions and throttles of a request to a protected endpoint.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderMap;
use presspass_auth::actix::request_head;
use presspass_auth::csrf::Site;
use presspass_auth::gate::{Authenticated, Gate, Refusal, RefusalCause};
use presspass_auth::permissions::{BuiltIn, Decision, Model};
use presspass_auth::policies::{Policy, PolicyRequest, when};
use presspass_auth::tokens::TokenWire;
use presspass_auth::{AuthenticatorChain, Clock, RequestHead};
use presspass_domain::{ClaimedAccount, Timestamp};
use presspass_persistence::{AccountStore, DjangoSessions};
use presspass_rest::{Call, Failure, Links, TrustedProxies, forget_cookie};

use crate::identity::caller::{AuthMethod, Caller, Claim, Identity, SESSION};
use crate::identity::refusals::{CountedRefusal, Refusals};
use crate::identity::revocation::RevocationCheck;
use crate::identity::rights::AccountRights;
use crate::identity::sessions::{CookieNames, session_of};
use crate::identity::throttles::RequestThrottles;

/// Authenticates callers, checks permissions and throttles, for every protected endpoint. The rules are those of the auth
/// crate's gate; what is here is what it cannot know: forms, pages, the log, and the throttles of requests.
#[derive(Debug)]
pub struct AccessControl {
    pub(crate) inner: Gate<Identity>,
    rights: AccountRights,
    parts: Parts,
}

/// What is needed in addition to the gate of the auth crate.
#[derive(Debug)]
pub(crate) struct Parts {
    pub accounts: AccountStore,
    pub revocation_check: RevocationCheck,
    /// In whose words tokens are refused.
    pub wire: TokenWire,
    pub cookies: CookieNames,
    pub django_sessions: Option<DjangoSessions>,
    pub proxies: TrustedProxies,
    pub clock: Arc<dyn Clock>,
    /// Whether the chain counts failures by the client's address.
    pub asks_for_client: bool,
    pub refusals: Refusals,
    /// `None` where no request is throttled.
    pub throttles: Option<RequestThrottles>,
}

impl AccessControl {
    /// Puts it together.
    pub(crate) fn new(inner: Gate<Identity>, parts: Parts) -> Self {
        Self { inner, rights: AccountRights(parts.accounts.clone()), parts }
    }

    /// The authenticators.
    pub(crate) const fn chain(&self) -> &AuthenticatorChain<Identity> {
        self.inner.chain()
    }

    /// In whose words tokens are refused.
    pub(crate) const fn wire(&self) -> TokenWire {
        self.parts.wire
    }

    /// Runs the authenticators; `None` is an anonymous caller. A caller who authenticates by a cookie needs a CSRF token to
    /// write; it may be in the body, so that of a POST is read.
    ///
    /// # Errors
    /// 401 or 403, or a store that cannot answer.
    pub(crate) async fn identify(&self, call: &mut Call<'_>) -> Result<Option<Identity>, Failure> {
        let request = call.request();
        let session = session_of(request);
        let client = if self.parts.asks_for_client { self.client(request) } else { None };
        let head = request_head(request).from_client(client).with_session(session.as_ref());
        let found = match self.inner.authenticate(&head).await {
            Ok(found) => found,
            Err(refusal) => {
                if refusal.varies_on_cookie() {
                    self.vary(call, &head, None).await?;
                }
                return Err(self.failure(request, None, refusal));
            }
        };
        let admission = found.unchecked();
        if admission.consulted.contains(&SESSION) {
            self.vary(call, &head, admission.authenticator).await?;
        }
        if admission.relies_on_cookie {
            call.keep_private();
        }
        let check = match found {
            Authenticated::Admitted(admission) => return Ok(admission.account),
            Authenticated::NeedsCsrfToken(check) => check,
        };
        let token = if call.method() == "POST" { call.csrf_token().await? } else { None };
        let links = Links::of(request, &self.parts.proxies)?;
        let name = check.unchecked().account.as_ref().map(|caller| caller.username().to_owned());
        match check.check(token, Site { is_secure: links.is_secure(), host: links.host() }) {
            Ok(admission) => Ok(admission.account),
            Err(refusal) => {
                // The page that says so keeps what was typed, for the same caller to send again.
                call.set_viewer(name.as_deref(), Vec::new());
                Err(self.failure(request, None, refusal))
            }
        }
    }

    /// The caller that credentials in the headers of a read would be, whatever else the request has.
    ///
    /// # Errors
    /// 401 or 403, or a store that cannot answer.
    pub(crate) async fn identify_by(
        &self,
        request: &HttpRequest,
        headers: &HeaderMap,
    ) -> Result<Option<Identity>, Failure> {
        let head = RequestHead::new("GET", request.path(), headers).from_client(self.client(request));
        let admitted = self.inner.admit(&head, Site { is_secure: true, host: "" }).await;
        admitted.map(|admission| admission.account).map_err(|refusal| self.failure(request, None, refusal))
    }

    /// The response depends on the session's cookie, or deletes that of a session that does not exist: it was looked up and
    /// not found. A live session of Django's is not ours, and is left alone.
    async fn vary(
        &self,
        call: &mut Call<'_>,
        head: &RequestHead<'_>,
        authenticator: Option<&'static str>,
    ) -> Result<(), Failure> {
        let name = &self.parts.cookies.session;
        let is_lapsed = match (head.cookie(name), &self.parts.django_sessions) {
            _ if authenticator == Some(SESSION) => false,
            (None, _) => false,
            (Some(cookie), Some(django)) if head.session().is_none() => {
                !django.has(&cookie, Timestamp::new(self.parts.clock.now())).await?
            }
            (Some(_), _) => true,
        };
        if is_lapsed {
            call.set_cookie(forget_cookie(name));
        } else {
            call.vary_on_cookie();
        }
        Ok(())
    }

    /// Looks up the account of a claim.
    ///
    /// # Errors
    /// 401 where the token's account is gone, disabled or has revoked it, or a store that cannot answer.
    pub async fn resolve(
        &self,
        request: &HttpRequest,
        identity: Option<Identity>,
    ) -> Result<Option<Caller>, Failure> {
        match identity {
            None => Ok(None),
            Some(Identity::Resolved(caller)) => Ok(Some(caller)),
            Some(Identity::Claimed(claim)) => {
                let found = self.parts.accounts.find(claim.query()).await?;
                self.admit(request, found, claim).map(Some)
            }
        }
    }

    /// The caller of a claim whose account was looked up.
    ///
    /// # Errors
    /// 401 where the account is gone or disabled, or has revoked the token.
    pub fn admit(
        &self,
        request: &HttpRequest,
        found: Option<ClaimedAccount>,
        claim: Claim,
    ) -> Result<Caller, Failure> {
        match self.parts.revocation_check.admit(found, &claim.token).accept(self.parts.wire) {
            Ok(record) => Ok(Caller { account: record.account, by: AuthMethod::Token(claim.token) }),
            Err(rejection) => Err(self.failure(request, None, self.inner.reject(rejection))),
        }
    }

    /// The request as policies see it.
    pub fn request<'a>(
        &'a self,
        request: &'a HttpRequest,
        caller: Option<&'a Caller>,
    ) -> PolicyRequest<'a, Caller> {
        self.inner.request_of(&self.rights, request_head(request), caller, caller.map(|it| it.by.name()))
    }

    /// Checks a policy for this caller and the method of the call.
    ///
    /// # Errors
    /// 401, 403 or 405, or a store that cannot answer.
    pub async fn permit(
        &self,
        call: &mut Call<'_>,
        caller: Option<&Caller>,
        policy: &impl Policy<Caller>,
        model: Option<Model>,
    ) -> Result<(), Failure> {
        let request = self.request(call.request(), caller).on(model);
        if call.is_page() {
            let mut allowed = Vec::new();
            for method in call.endpoint().writes() {
                if request.with_method(method).decide(policy, &()).await? == Decision::Granted {
                    allowed.push(method);
                }
            }
            call.set_viewer(caller.map(|caller| caller.username.as_str()), allowed);
        }
        let permitted = request.permit(policy, &()).await;
        permitted.map_err(|refusal| self.failure(call.request(), caller, refusal))
    }

    /// Admits every authenticated caller, to endpoints about the caller and no model: there a key with scopes only reads.
    pub(crate) async fn permit_own(
        &self,
        call: &mut Call<'_>,
        caller: Option<Caller>,
    ) -> Result<Caller, Failure> {
        self.permit(call, caller.as_ref(), &BuiltIn::IsAuthenticated, None).await?;
        caller.ok_or_else(|| self.not_authenticated())
    }

    /// Admits callers with more than an API key: a leaked key must not be able to create others or extend itself.
    pub(crate) async fn permit_without_api_key(
        &self,
        call: &mut Call<'_>,
        caller: Option<Caller>,
    ) -> Result<Caller, Failure> {
        let has_more = when(|request: &PolicyRequest<'_, Caller>, (): &()| {
            request.user().is_some_and(|caller| !matches!(caller.by, AuthMethod::ApiKey(_)))
        });
        self.permit(call, caller.as_ref(), &has_more, None).await?;
        caller.ok_or_else(|| self.not_authenticated())
    }

    /// The response to a decision that was made elsewhere.
    ///
    /// # Errors
    /// 401 or 403, unless it is granted.
    pub fn enforce(
        &self,
        request: &HttpRequest,
        caller: Option<&Caller>,
        decision: Decision,
    ) -> Result<(), Failure> {
        let enforced = self.request(request, caller).enforce(decision);
        enforced.map_err(|refusal| self.failure(request, caller, refusal))
    }

    /// The failure of an anonymous caller where an account is required.
    pub(crate) fn not_authenticated(&self) -> Failure {
        self.inner.not_authenticated().into()
    }

    /// The failure of a caller without permission.
    pub(crate) fn denied(&self, caller: &Caller) -> Failure {
        log_denied(caller);
        self.inner.permission_denied().into()
    }

    /// The failure of a refusal, which is counted or logged.
    fn failure(&self, request: &HttpRequest, caller: Option<&Caller>, refusal: Refusal) -> Failure {
        match (refusal.cause(), caller) {
            (RefusalCause::Rejected(_), _) => {
                self.parts.refusals.count(self.client(request), CountedRefusal::Credentials);
            }
            (RefusalCause::PermissionDenied, Some(caller)) => log_denied(caller),
            _ => {}
        }
        refusal.into()
    }

    /// The client's address: that of the connection, or the one that a trusted proxy names.
    pub(crate) fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        self.parts.proxies.client_address(request.peer_addr().map(|peer| peer.ip()), request.headers())
    }

    /// Throttles the call to a view of this scope: after permissions, and before the method is checked, as in DRF.
    ///
    /// # Errors
    /// 429, or a store that cannot answer.
    pub async fn throttle(
        &self,
        call: &Call<'_>,
        caller: Option<&Caller>,
        scope: &str,
    ) -> Result<(), Failure> {
        let Some(throttles) = &self.parts.throttles else { return Ok(()) };
        throttles.check(caller.map(|caller| caller.id), self.client(call.request()), scope).await
    }
}

fn log_denied(caller: &Caller) {
    tracing::info!(account = caller.id, "permission denied");
}
