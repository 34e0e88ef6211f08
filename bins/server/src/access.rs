//! Who is calling, and whether they may.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use presspass_auth::csrf::{self, CsrfPolicy, Site};
use presspass_auth::permissions::{Access, Decision, Grants, Model, NoGrants, Permission, Standing};
use presspass_auth::{
    AccountRef, Authentication, AuthenticatorChain, BoxFuture, Clock, Rejection, RejectionKind, RequestHead,
    Resolution, StoreError as AuthStoreError, UserStore, Verdict,
};
use presspass_domain::{Account, AccountKey, AccountStore, Moment, PermissionSet};
use presspass_persistence::OriginalSessions;
use presspass_rest::{Call, Failure, Links, RequestBody, TrustedProxies, forget_cookie};

use crate::failures;
use crate::sessions::{CookieNames, session_of};
use crate::throttles::RequestThrottles;

/// A caller as the chain found them.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// A verified token names this account, which nobody has looked up yet: a read looks it up in one statement with
    /// what is read.
    Claimed(AccountKey),
    /// The account, looked up and active.
    Known(Account),
}

/// Leaves a token's claim for later.
#[derive(Debug)]
pub(crate) struct DeferredAccounts;

impl UserStore for DeferredAccounts {
    type User = Caller;

    fn resolve(
        &self,
        AccountRef { id, username }: AccountRef,
    ) -> BoxFuture<'_, Result<Resolution<Caller>, AuthStoreError>> {
        Box::pin(std::future::ready(Ok(Resolution::Active(Caller::Claimed(AccountKey { id, username })))))
    }
}

struct Held(PermissionSet);

impl Grants for Held {
    fn holds(&self, app_label: &str, codename: &str) -> bool {
        self.0.holds(app_label, codename)
    }
}

/// The gate that every protected endpoint stands behind.
#[derive(Debug)]
pub(crate) struct Gate {
    pub chain: AuthenticatorChain<Caller>,
    pub accounts: Arc<dyn AccountStore>,
    pub csrf: CsrfPolicy,
    pub cookies: CookieNames,
    pub original_sessions: Option<OriginalSessions>,
    pub proxies: TrustedProxies,
    pub clock: Arc<dyn Clock>,
    /// Whether the chain counts failures by the client's address.
    pub asks_for_client: bool,
    /// `None` where no request is throttled.
    pub throttles: Option<RequestThrottles>,
}

/// The name of the session authenticator.
const SESSION: &str = "session";

impl Gate {
    /// Asks the chain who is calling; `None` is an anonymous caller. Who is known by a cookie must not change anything
    /// but from pages of ours; the proof may stand in the body, which a POST is therefore read for.
    pub async fn identify(
        &self,
        call: &mut Call<'_>,
        body: &mut RequestBody<'_>,
    ) -> Result<Option<Caller>, Failure> {
        call.note_guarded();
        call.note_fields(body.fields());
        let request = call.request();
        let session = session_of(request);
        let client = if self.asks_for_client { self.client(request) } else { None };
        let head =
            presspass_auth::actix::request_head(request).from_client(client).with_session(session.as_ref());
        let found = self.chain.authenticate(&head).await?;
        if found.varies_on_cookie {
            if self.has_lapsed(&found, &head).await? {
                call.set_cookie(forget_cookie(&self.cookies.session));
            } else {
                call.vary_on_cookie();
            }
        }
        if found.relies_on_cookie {
            call.keep_private();
        }
        if found.relies_on_cookie && !csrf::is_safe(call.method()) {
            let token = if call.method() == "POST" { body.csrf_token().await? } else { None };
            let links = Links::of(request, &self.proxies)?;
            let site = Site { is_secure: links.is_secure(), host: links.host() };
            if let Err(error) = self.csrf.check(&head, token, site) {
                let detail = format!("CSRF Failed: {error}");
                let reason = format!("the request may be forged: {error}");
                return Err(self.rejected(&Rejection::forbidden(detail, reason)));
            }
        }
        match found.verdict {
            Verdict::Anonymous => Ok(None),
            Verdict::Verified(caller) => Ok(Some(caller)),
            Verdict::Rejected(rejection) => Err(self.rejected(&rejection)),
        }
    }

    /// Whether the browser has a session's cookie that stands for nothing: the session was looked for, and nobody found.
    /// A live session of the original's is none of ours, and left alone.
    async fn has_lapsed(
        &self,
        found: &Authentication<Caller>,
        head: &RequestHead<'_>,
    ) -> Result<bool, Failure> {
        let decided = !matches!(found.verdict, Verdict::Anonymous);
        if decided && found.consulted.last() == Some(&SESSION) {
            return Ok(false);
        }
        let Some(cookie) = head.cookie(&self.cookies.session) else { return Ok(false) };
        match &self.original_sessions {
            Some(original) if head.session().is_none() => {
                Ok(!original.has(&cookie, Moment::new(self.clock.now())).await?)
            }
            _ => Ok(true),
        }
    }

    /// Looks up a caller whom nobody has looked up yet.
    pub async fn resolve(&self, caller: Option<Caller>) -> Result<Option<Account>, Failure> {
        match caller {
            None => Ok(None),
            Some(Caller::Known(account)) => Ok(Some(account)),
            Some(Caller::Claimed(key)) => {
                let found = self.accounts.find(key).await.map_err(failures::store)?;
                self.active(found).map(Some)
            }
        }
    }

    /// Refuses a claim to an account that is gone or disabled.
    pub fn active(&self, found: Option<Account>) -> Result<Account, Failure> {
        match found {
            None => Err(self.rejected(&Rejection::unknown_account())),
            Some(account) if !account.is_active => Err(self.rejected(&Rejection::disabled_account())),
            Some(account) => Ok(account),
        }
    }

    /// Asks a permission about this caller and the method of the call.
    pub async fn permit(
        &self,
        call: &Call<'_>,
        account: Option<&Account>,
        permission: &dyn Permission,
        model: Model,
    ) -> Result<(), Failure> {
        if call.is_page() {
            self.note(call, account, permission, model).await?;
        }
        match self.decide(call.method(), account, permission, model).await? {
            Decision::Granted => Ok(()),
            Decision::MethodNotAllowed => Err(call.method_not_allowed()),
            Decision::Denied if account.is_none() => Err(Failure::not_authenticated(self.chain.challenge())),
            Decision::Denied => {
                tracing::info!(account = account.map(|account| account.id), "permission denied");
                Err(Failure::permission_denied())
            }
        }
    }

    /// Takes note of who calls, and of what they may do here: a page offers it.
    async fn note(
        &self,
        call: &Call<'_>,
        account: Option<&Account>,
        permission: &dyn Permission,
        model: Model,
    ) -> Result<(), Failure> {
        call.note_caller(account.map(|account| account.username.as_str()));
        let mut may = Vec::new();
        for method in call.endpoint().writes() {
            if self.decide(method, account, permission, model).await? == Decision::Granted {
                may.push(method);
            }
        }
        call.note_methods(may);
        Ok(())
    }

    /// The client's address: that of the connection, or the one that a trusted proxy names.
    pub fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        self.proxies.client_address(request.peer_addr().map(|peer| peer.ip()), request.headers())
    }

    /// Counts the call to a view of this scope, where requests are throttled: after its permission, and before it is
    /// seen whether the view has its method.
    pub async fn throttle(
        &self,
        call: &Call<'_>,
        account: Option<&Account>,
        scope: &str,
    ) -> Result<(), Failure> {
        let Some(throttles) = &self.throttles else { return Ok(()) };
        throttles.check(account.map(|account| account.id), self.client(call.request()), scope).await
    }

    /// What a permission says of this caller and a method.
    pub async fn decide(
        &self,
        method: &str,
        account: Option<&Account>,
        permission: &dyn Permission,
        model: Model,
    ) -> Result<Decision, Failure> {
        let held = match account {
            Some(account) if !account.is_superuser && permission.needs_grants(method) => {
                Some(Held(self.accounts.permissions(account.id).await.map_err(failures::store)?))
            }
            _ => None,
        };
        let grants: &dyn Grants = held.as_ref().map_or(&NoGrants, |held| held);
        let caller = account
            .map(|account| Standing { is_staff: account.is_staff, is_superuser: account.is_superuser });
        Ok(permission.decide(&Access { method, caller, grants, model }))
    }

    /// The answer to credentials that were refused.
    pub fn rejected(&self, rejection: &Rejection) -> Failure {
        tracing::info!(reason = rejection.reason(), "credentials rejected");
        let detail = rejection.detail().to_owned();
        match rejection.kind() {
            RejectionKind::Unauthenticated => {
                Failure::Unauthenticated { detail, challenge: self.chain.challenge() }
            }
            RejectionKind::Forbidden => Failure::Forbidden { detail },
            RejectionKind::Throttled(throttled) => Failure::Throttled(throttled),
        }
    }
}
