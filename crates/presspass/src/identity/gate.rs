//! Authentication and permissions of a request: the gate in front of every protected endpoint.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::HttpRequest;
use presspass_auth::api_keys::Scopes;
use presspass_auth::csrf::{self, CsrfPolicy, Site};
use presspass_auth::gate::Bounded;
use presspass_auth::permissions::{Access, Decision, Grants, Model, NoGrants, Permission, Standing};
use presspass_auth::revocation::TokenFacts;
use presspass_auth::tokens::{DjangoAccount, TokenWire, VerifiedToken};
use presspass_auth::{
    Authentication, AuthenticatorChain, Clock, Outcome, Rejection, RejectionKind, RequestHead, Resolution,
    StoreError as AuthStoreError, UserStore,
};
use presspass_domain::{Account, AccountClaim, AccountKey, ClaimedAccount, PermissionSet, Timestamp};
use presspass_persistence::{AccountStore, DjangoSessions};
use presspass_rest::{Call, Failure, Links, TrustedProxies, forget_cookie};

use crate::identity::refusals::{Refusal, Refusals};
use crate::identity::revocation::RevocationCheck;
use crate::identity::sessions::{CookieNames, session_of};
use crate::identity::throttles::RequestThrottles;

/// The result of authentication (DRF's `request.user`).
#[derive(Debug, Clone)]
pub enum Identity {
    /// The account of a verified token, which was not looked up yet: a read looks it up in the same statement as the data.
    Claimed(Claim),
    /// The account, looked up and active.
    Resolved(Caller),
}

/// The account that a verified token claims. The account may be deleted or disabled, and the token revoked.
#[derive(Debug, Clone)]
pub struct Claim {
    pub(crate) key: AccountKey,
    pub(crate) token: TokenFacts,
}

impl Claim {
    /// The query that looks it up.
    #[must_use]
    pub fn query(&self) -> AccountClaim {
        let token_ids = self.token.names().map(|name| *name.as_bytes());
        AccountClaim { key: self.key.clone(), token_ids }
    }
}

/// An authenticated caller: an active account, and the method of authentication.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account.
    pub account: Account,
    /// How the caller authenticated.
    pub by: AuthMethod,
}

impl Deref for Caller {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
    }
}

impl Caller {
    /// What limits the caller in addition to the permissions of the account.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        match &self.by {
            AuthMethod::ApiKey(scopes) => scopes,
            AuthMethod::Token(_) | AuthMethod::Session | AuthMethod::Password => &Scopes::All,
        }
    }
}

/// How a caller authenticated.
#[derive(Debug, Clone)]
pub enum AuthMethod {
    /// By this token, which was not revoked.
    Token(TokenFacts),
    /// By a session.
    Session,
    /// By name and password.
    Password,
    /// By an API key with these scopes.
    ApiKey(Scopes),
}

/// Defers the lookup of a token's account.
#[derive(Debug)]
pub(crate) struct DeferredAccounts;

impl UserStore for DeferredAccounts {
    type User = Identity;
    type Id = DjangoAccount;

    async fn resolve(
        &self,
        DjangoAccount { id, username }: DjangoAccount,
        token: VerifiedToken,
    ) -> Result<Resolution<Identity>, AuthStoreError> {
        let claim = Claim { key: AccountKey { id, username }, token: token.into_facts() };
        Ok(Resolution::Active(Identity::Claimed(claim)))
    }
}

struct AccountGrants(PermissionSet);

impl Grants for AccountGrants {
    fn holds(&self, app_label: &str, codename: &str) -> bool {
        self.0.holds(app_label, codename)
    }
}

/// Authenticates callers, checks permissions and throttles, for every protected endpoint.
#[derive(Debug)]
pub struct Gate {
    pub(crate) chain: AuthenticatorChain<Identity>,
    pub(crate) accounts: AccountStore,
    pub(crate) revocation_check: RevocationCheck,
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
    /// Runs the authenticators; `None` is an anonymous caller. A caller who authenticates by a cookie needs a CSRF token to
    /// write; it may be in the body, so that of a POST is read.
    ///
    /// # Errors
    /// 401 or 403, or a store that cannot answer.
    pub(crate) async fn identify(&self, call: &mut Call<'_>) -> Result<Option<Identity>, Failure> {
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
            if let Err(error) = self.csrf.check(&head, None, token, site) {
                // The page that says so keeps what was typed, for the same caller to send again.
                let name = match &found.outcome {
                    Outcome::Verified(Identity::Resolved(caller)) => Some(caller.username.as_str()),
                    Outcome::Verified(Identity::Claimed(claim)) => Some(claim.key.username.as_str()),
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

    /// Whether the browser has the cookie of a session that does not exist: it was looked up and not found. A live session
    /// of Django's is not ours, and is left alone.
    async fn has_lapsed(
        &self,
        found: &Authentication<Identity>,
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
                let found = self.accounts.find(claim.query()).await?;
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
    ) -> Result<Caller, Failure> {
        let rejected = |rejection| Err(self.rejected(request, &rejection));
        match self.revocation_check.admit(found, &claim.token) {
            Resolution::Active(record) => {
                Ok(Caller { account: record.account, by: AuthMethod::Token(claim.token) })
            }
            Resolution::Unknown => rejected(Rejection::unknown_account(self.wire)),
            Resolution::Disabled => rejected(Rejection::disabled_account()),
            Resolution::Revoked => rejected(Rejection::revoked_token(self.wire)),
        }
    }

    /// Admits every authenticated caller, to endpoints about the caller and no model: there a key with scopes only reads.
    pub(crate) fn permit_own(&self, call: &mut Call<'_>, caller: Option<&Caller>) -> Result<(), Failure> {
        show_own(call, caller, |caller, method| caller.scopes().allow(method, None));
        match caller {
            None => Err(Failure::not_authenticated(self.chain.challenge())),
            Some(caller) if caller.scopes().allow(call.method(), None) => Ok(()),
            Some(caller) => Err(self.denied(caller)),
        }
    }

    /// Admits callers with more than an API key: a leaked key must not be able to create others or extend itself.
    pub(crate) fn permit_without_api_key(
        &self,
        call: &mut Call<'_>,
        caller: Option<Caller>,
    ) -> Result<Caller, Failure> {
        show_own(call, caller.as_ref(), |caller, _| !matches!(caller.by, AuthMethod::ApiKey(_)));
        match caller {
            None => Err(Failure::not_authenticated(self.chain.challenge())),
            Some(caller) if matches!(caller.by, AuthMethod::ApiKey(_)) => Err(self.denied(&caller)),
            Some(caller) => Ok(caller),
        }
    }

    /// The failure of a caller without permission.
    #[expect(clippy::unused_self, reason = "a decision of the gate, as the others")]
    pub(crate) fn denied(&self, account: &Account) -> Failure {
        tracing::info!(account = account.id, "permission denied");
        Failure::permission_denied()
    }

    /// Checks a permission for this caller and the method of the call.
    ///
    /// # Errors
    /// 401, 403 or 405, or a store that cannot answer.
    pub async fn permit(
        &self,
        call: &mut Call<'_>,
        caller: Option<&Caller>,
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
            call.set_viewer(caller.map(|caller| caller.username.as_str()), allowed);
        }
        match (self.decide(call.method(), caller, permission, model).await?, caller) {
            (Decision::Granted, _) => Ok(()),
            (Decision::MethodNotAllowed, _) => Err(call.method_not_allowed()),
            (Decision::Denied, None) => Err(Failure::not_authenticated(self.chain.challenge())),
            (Decision::Denied, Some(caller)) => Err(self.denied(caller)),
        }
    }

    /// The client's address: that of the connection, or the one that a trusted proxy names.
    pub(crate) fn client(&self, request: &HttpRequest) -> Option<IpAddr> {
        self.proxies.client_address(request.peer_addr().map(|peer| peer.ip()), request.headers())
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
        let Some(throttles) = &self.throttles else { return Ok(()) };
        throttles.check(caller.map(|caller| caller.id), self.client(call.request()), scope).await
    }

    /// The decision of a permission for this caller and a method. An API key is limited by its scopes and by its account.
    ///
    /// # Errors
    /// A store that cannot answer.
    pub async fn decide(
        &self,
        method: &str,
        caller: Option<&Caller>,
        permission: &dyn Permission,
        model: Model,
    ) -> Result<Decision, Failure> {
        let scopes = caller.map_or(&Scopes::All, Caller::scopes);
        if !scopes.allow(method, Some(model)) {
            return Ok(Decision::Denied);
        }
        let grants = match caller {
            Some(caller) if !caller.is_superuser && permission.needs_grants(method) => {
                Some(AccountGrants(self.accounts.permissions(caller.id).await?))
            }
            _ => None,
        };
        let grants: &dyn Grants = grants.as_ref().map_or(&NoGrants, |grants| grants);
        let is_superuser = caller.is_some_and(|caller| caller.is_superuser);
        let standing = caller.map(|caller| Standing {
            is_staff: caller.is_staff,
            // A superuser's key with scopes has these permissions only.
            is_superuser: is_superuser && scopes.is_all(),
        });
        let grants = &Bounded { scopes, is_superuser, grants };
        Ok(permission.decide(&Access { method, caller: standing, grants, model }))
    }

    /// The failure of rejected credentials.
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
pub(crate) fn show_own(call: &mut Call<'_>, caller: Option<&Caller>, may: impl Fn(&Caller, &str) -> bool) {
    let writes = call.endpoint().writes();
    let allowed =
        caller.map_or_else(Vec::new, |caller| writes.filter(|method| may(caller, method)).collect());
    call.set_viewer(caller.map(|caller| caller.username.as_str()), allowed);
}
