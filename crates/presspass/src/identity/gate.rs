//! Who is calling, and whether they may.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::HttpRequest;
use presspass_auth::api_keys::Scopes;
use presspass_auth::csrf::{self, CsrfPolicy, Site};
use presspass_auth::gate::Bounded;
use presspass_auth::permissions::{Access, Decision, Grants, Model, NoGrants, Permission, Standing};
use presspass_auth::revocation::TokenFacts;
use presspass_auth::tokens::TokenWire;
use presspass_auth::{
    AccountRef, Authentication, AuthenticatorChain, BoxFuture, Clock, Outcome, Rejection, RejectionKind,
    RequestHead, Resolution, StoreError as AuthStoreError, UserStore,
};
use presspass_domain::{Account, AccountClaim, AccountKey, ClaimedAccount, PermissionSet, Timestamp};
use presspass_persistence::{AccountStore, DjangoSessions};
use presspass_rest::{Call, Failure, Links, TrustedProxies, forget_cookie};

use crate::identity::refusals::{Refusal, Refusals};
use crate::identity::revocation::Judge;
use crate::identity::sessions::{CookieNames, session_of};
use crate::identity::throttles::RequestThrottles;

/// A caller as the chain found them.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A verified token names an account, which nobody has looked up yet: a read looks it up in one statement with what
    /// is read.
    Claimed(Claim),
    /// The account, looked up and active.
    Known(Known),
}

/// A verified token's claim, which an account that is gone, disabled or has revoked the token does not bear out.
#[derive(Debug, Clone)]
pub struct Claim {
    pub(crate) key: AccountKey,
    pub(crate) token: TokenFacts,
}

impl Claim {
    /// What a store is asked.
    #[must_use]
    pub fn to_ask(&self) -> AccountClaim {
        let token_ids = self.token.names().map(|name| *name.as_bytes());
        AccountClaim { key: self.key.clone(), token_ids }
    }
}

/// An active account, and how its caller is known.
#[derive(Debug, Clone)]
pub struct Known {
    /// The account.
    pub account: Account,
    /// How its caller authenticated.
    pub by: Means,
}

impl Deref for Known {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
    }
}

impl Known {
    /// What bounds the caller beside the account's own permissions.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        match &self.by {
            Means::ApiKey(scopes) => scopes,
            Means::Token(_) | Means::Session | Means::Password => &Scopes::All,
        }
    }
}

/// How a caller is known.
#[derive(Debug, Clone)]
pub enum Means {
    /// By this token, which is live.
    Token(TokenFacts),
    /// By a session.
    Session,
    /// By name and password.
    Password,
    /// By an API key with these scopes.
    ApiKey(Scopes),
}

/// Leaves a token's claim for later.
#[derive(Debug)]
pub(crate) struct DeferredAccounts;

impl UserStore for DeferredAccounts {
    type User = Caller;

    fn resolve(
        &self,
        AccountRef { id, username }: AccountRef,
        token: TokenFacts,
    ) -> BoxFuture<'_, Result<Resolution<Caller>, AuthStoreError>> {
        let claim = Claim { key: AccountKey { id, username }, token };
        Box::pin(std::future::ready(Ok(Resolution::Active(Caller::Claimed(claim)))))
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
pub struct Gate {
    pub(crate) chain: AuthenticatorChain<Caller>,
    pub(crate) accounts: AccountStore,
    pub(crate) judge: Judge,
    /// In whose words tokens are refused.
    pub(crate) wire: TokenWire,
    pub(crate) csrf: CsrfPolicy,
    pub(crate) cookies: CookieNames,
    pub(crate) django_sessions: Option<DjangoSessions>,
    pub(crate) proxies: TrustedProxies,
    pub(crate) clock: Arc<dyn Clock>,
    /// Whether the chain counts failures by the client's address.
    pub(crate) asks_for_client: bool,
    pub(crate) refusals: Refusals,
    /// `None` where no request is throttled.
    pub(crate) throttles: Option<RequestThrottles>,
}

/// The name of the session authenticator.
const SESSION: &str = "session";

impl Gate {
    /// Asks the chain who is calling; `None` is an anonymous caller. Who is known by a cookie must not change anything
    /// but from pages of ours; the proof may stand in the body, which a POST is therefore read for.
    ///
    /// # Errors
    /// 401 or 403, or a store that cannot answer.
    pub(crate) async fn identify(&self, call: &mut Call<'_>) -> Result<Option<Caller>, Failure> {
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
            let token = if call.method() == "POST" { call.csrf_token().await? } else { None };
            let links = Links::of(request, &self.proxies)?;
            let site = Site { is_secure: links.is_secure(), host: links.host() };
            if let Err(error) = self.csrf.check(&head, token, site) {
                // The page that says so keeps what was typed, for the same caller to send again.
                let name = match &found.outcome {
                    Outcome::Verified(Caller::Known(known)) => Some(known.username.as_str()),
                    Outcome::Verified(Caller::Claimed(claim)) => Some(claim.key.username.as_str()),
                    Outcome::NotAttempted | Outcome::Rejected(_) => None,
                };
                call.set_viewer(name, Vec::new());
                let detail = format!("CSRF Failed: {error}");
                let reason = format!("the request may be forged: {error}");
                return Err(self.rejected(request, &Rejection::forbidden(detail, reason)));
            }
        }
        match found.outcome {
            Outcome::NotAttempted => Ok(None),
            Outcome::Verified(caller) => Ok(Some(caller)),
            Outcome::Rejected(rejection) => Err(self.rejected(request, &rejection)),
        }
    }

    /// Whether the browser has a session's cookie that stands for nothing: the session was looked for, and nobody found.
    /// A live session of the original's is none of ours, and left alone.
    async fn has_lapsed(
        &self,
        found: &Authentication<Caller>,
        head: &RequestHead<'_>,
    ) -> Result<bool, Failure> {
        let decided = !matches!(found.outcome, Outcome::NotAttempted);
        if decided && found.consulted.last() == Some(&SESSION) {
            return Ok(false);
        }
        let Some(cookie) = head.cookie(&self.cookies.session) else { return Ok(false) };
        match &self.django_sessions {
            Some(original) if head.session().is_none() => {
                Ok(!original.has(&cookie, Timestamp::new(self.clock.now())).await?)
            }
            _ => Ok(true),
        }
    }

    /// Looks up a caller whom nobody has looked up yet.
    ///
    /// # Errors
    /// 401 where the token's account is gone, disabled or has revoked it, or a store that cannot answer.
    pub async fn resolve(
        &self,
        request: &HttpRequest,
        caller: Option<Caller>,
    ) -> Result<Option<Known>, Failure> {
        match caller {
            None => Ok(None),
            Some(Caller::Known(known)) => Ok(Some(known)),
            Some(Caller::Claimed(claim)) => {
                let found = self.accounts.find(claim.to_ask()).await?;
                self.admit(request, found, claim).map(Some)
            }
        }
    }

    /// Refuses a claim to an account that is gone or disabled, and one by a token that was revoked.
    ///
    /// # Errors
    /// 401 where the account is gone or disabled, or has revoked the token.
    pub fn admit(
        &self,
        request: &HttpRequest,
        found: Option<ClaimedAccount>,
        claim: Claim,
    ) -> Result<Known, Failure> {
        let rejected = |rejection| Err(self.rejected(request, &rejection));
        match self.judge.admit(found, &claim.token) {
            Resolution::Active(record) => {
                Ok(Known { account: record.account, by: Means::Token(claim.token) })
            }
            Resolution::Unknown => rejected(Rejection::unknown_account(self.wire)),
            Resolution::Disabled => rejected(Rejection::disabled_account()),
            Resolution::Revoked => rejected(Rejection::revoked_token(self.wire)),
        }
    }

    /// Lets in whoever is somebody, to what is the caller's own and no model's: there a key with scopes only reads.
    pub(crate) fn permit_own(&self, call: &mut Call<'_>, caller: Option<&Known>) -> Result<(), Failure> {
        show_own(call, caller, |known, method| known.scopes().allow(method, None));
        match caller {
            None => Err(Failure::not_authenticated(self.chain.challenge())),
            Some(known) if known.scopes().allow(call.method(), None) => Ok(()),
            Some(known) => Err(self.denied(known)),
        }
    }

    /// Lets in who is somebody by more than an API key: what leaks with a key must not make it last, or more.
    pub(crate) fn permit_in_person(
        &self,
        call: &mut Call<'_>,
        caller: Option<Known>,
    ) -> Result<Known, Failure> {
        show_own(call, caller.as_ref(), |known, _| !matches!(known.by, Means::ApiKey(_)));
        match caller {
            None => Err(Failure::not_authenticated(self.chain.challenge())),
            Some(known) if matches!(known.by, Means::ApiKey(_)) => Err(self.denied(&known)),
            Some(known) => Ok(known),
        }
    }

    /// The answer to somebody who may not do this.
    #[expect(clippy::unused_self, reason = "the gate says who is let in")]
    pub(crate) fn denied(&self, account: &Account) -> Failure {
        tracing::info!(account = account.id, "permission denied");
        Failure::permission_denied()
    }

    /// Asks a permission about this caller and the method of the call.
    ///
    /// # Errors
    /// 401, 403 or 405, or a store that cannot answer.
    pub async fn permit(
        &self,
        call: &mut Call<'_>,
        caller: Option<&Known>,
        permission: &dyn Permission,
        model: Model,
    ) -> Result<(), Failure> {
        if call.is_page() {
            let mut allowed = Vec::new();
            for method in call.endpoint().writes() {
                if self.decide(method, caller, permission, model).await? == Decision::Granted {
                    allowed.push(method);
                }
            }
            call.set_viewer(caller.map(|known| known.username.as_str()), allowed);
        }
        match (self.decide(call.method(), caller, permission, model).await?, caller) {
            (Decision::Granted, _) => Ok(()),
            (Decision::MethodNotAllowed, _) => Err(call.method_not_allowed()),
            (Decision::Denied, None) => Err(Failure::not_authenticated(self.chain.challenge())),
            (Decision::Denied, Some(known)) => Err(self.denied(known)),
        }
    }

    /// The client's address: that of the connection, or the one that a trusted proxy names.
    pub(crate) fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        self.proxies.client_address(request.peer_addr().map(|peer| peer.ip()), request.headers())
    }

    /// Counts the call to a view of this scope, where requests are throttled: after its permission, and before it is
    /// seen whether the view has its method.
    ///
    /// # Errors
    /// 429, or a store that cannot answer.
    pub async fn throttle(
        &self,
        call: &Call<'_>,
        caller: Option<&Known>,
        scope: &str,
    ) -> Result<(), Failure> {
        let Some(throttles) = &self.throttles else { return Ok(()) };
        throttles.check(caller.map(|known| known.id), self.client(call.request()), scope).await
    }

    /// What a permission says of this caller and a method. A key goes no further than its scopes, nor than its account.
    ///
    /// # Errors
    /// A store that cannot answer.
    pub async fn decide(
        &self,
        method: &str,
        caller: Option<&Known>,
        permission: &dyn Permission,
        model: Model,
    ) -> Result<Decision, Failure> {
        let scopes = caller.map_or(&Scopes::All, Known::scopes);
        if !scopes.allow(method, Some(model)) {
            return Ok(Decision::Denied);
        }
        let held = match caller {
            Some(known) if !known.is_superuser && permission.needs_grants(method) => {
                Some(Held(self.accounts.permissions(known.id).await?))
            }
            _ => None,
        };
        let grants: &dyn Grants = held.as_ref().map_or(&NoGrants, |held| held);
        let is_superuser = caller.is_some_and(|known| known.is_superuser);
        let standing = caller.map(|known| Standing {
            is_staff: known.is_staff,
            // A superuser's key with scopes holds no more than these.
            is_superuser: is_superuser && scopes.is_all(),
        });
        let grants = &Bounded { scopes, is_superuser, grants };
        Ok(permission.decide(&Access { method, caller: standing, grants, model }))
    }

    /// The answer to credentials that were refused.
    pub(crate) fn rejected(&self, request: &HttpRequest, rejection: &Rejection) -> Failure {
        tracing::debug!(reason = rejection.reason(), "credentials rejected");
        self.refusals.count(self.client(request), Refusal::Credentials);
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

/// Tells the page who calls, and which methods they may use on their own account.
pub(crate) fn show_own(call: &mut Call<'_>, caller: Option<&Known>, may: impl Fn(&Known, &str) -> bool) {
    let writes = call.endpoint().writes();
    let allowed = caller.map_or_else(Vec::new, |known| writes.filter(|method| may(known, method)).collect());
    call.set_viewer(caller.map(|known| known.username.as_str()), allowed);
}
