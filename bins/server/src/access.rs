//! Who is calling, and whether they may.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use presspass_auth::permissions::{Access, Decision, Grants, Model, NoGrants, Permission, Standing};
use presspass_auth::{
    AccountRef, AuthenticatorChain, BoxFuture, Rejection, RejectionKind, Resolution, SessionStore,
    StoreError as AuthStoreError, UserStore, Verdict,
};
use presspass_domain::{Account, AccountKey, AccountStore, PermissionSet};
use presspass_rest::{Call, Failure, TrustedProxies};

use crate::failures;
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

/// No session is alive: the store that sessions have until the wire issue gives them one.
#[derive(Debug)]
pub(crate) struct NoSessions;

impl SessionStore for NoSessions {
    type User = Caller;

    fn load<'a>(&'a self, _key: &'a str) -> BoxFuture<'a, Result<Option<Caller>, AuthStoreError>> {
        Box::pin(std::future::ready(Ok(None)))
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
    pub proxies: TrustedProxies,
    /// Whether the chain counts failures by the client's address.
    pub asks_for_client: bool,
    /// `None` where no request is throttled.
    pub throttles: Option<RequestThrottles>,
}

impl Gate {
    /// Asks the chain who is calling; `None` is an anonymous caller.
    pub async fn identify(&self, call: &mut Call<'_>) -> Result<Option<Caller>, Failure> {
        let client = if self.asks_for_client { self.client(call.request()) } else { None };
        let head = presspass_auth::actix::request_head(call.request()).from_client(client);
        let found = self.chain.authenticate(&head).await?;
        if found.varies_on_cookie {
            call.vary_on_cookie();
        }
        match found.verdict {
            Verdict::Anonymous => Ok(None),
            Verdict::Verified(caller) => Ok(Some(caller)),
            Verdict::Rejected(rejection) => Err(self.rejected(&rejection)),
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

    fn rejected(&self, rejection: &Rejection) -> Failure {
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
