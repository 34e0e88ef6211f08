//! The authenticators and permissions that the settings choose.

use std::sync::Arc;

use presspass_auth::authenticators::{
    ApiKeyAuthenticator, BasicAuthenticator, JwtAuthenticator, SessionAuthenticator,
};
use presspass_auth::permissions::{And, BuiltIn, Permission};
use presspass_auth::sessions::Sessions;
use presspass_auth::tokens::TokenVerifier;
use presspass_auth::{AuthenticatorChain, Clock};
use presspass_persistence::{AccountStore, ApiKeys};

use crate::identity::api_keys::KeyCallers;
use crate::identity::caller::{DeferredAccounts, Identity};
use crate::identity::credentials::Credentials;
use crate::identity::sessions::SessionCallers;
use crate::settings::{self, Settings};

/// The stores that authenticators read.
pub(super) struct Stores<'s> {
    pub accounts: AccountStore,
    pub sessions: Sessions,
    pub credentials: &'s Credentials,
    pub api_keys: Arc<ApiKeys>,
}

/// The chain, in the order of the settings.
pub(super) fn new(
    settings: &Settings,
    stores: Stores<'_>,
    verifier: &Arc<TokenVerifier>,
    clock: &Arc<dyn Clock>,
) -> AuthenticatorChain<Identity> {
    let Stores { accounts, sessions, credentials, api_keys } = stores;
    settings.authenticators.iter().fold(AuthenticatorChain::new(), |chain, name| match name {
        settings::Authenticator::Jwt => chain.then(jwt(verifier, &settings.jwt, clock)),
        settings::Authenticator::Session => {
            let (sessions, accounts) = (sessions.clone(), accounts.clone());
            chain.then(SessionAuthenticator::new(SessionCallers { sessions, accounts }))
        }
        settings::Authenticator::Basic => chain.then(BasicAuthenticator::new(credentials.clone()).as_drf()),
        settings::Authenticator::Token => {
            let callers = KeyCallers::new(api_keys.clone(), clock.clone());
            chain.then(ApiKeyAuthenticator::new(callers).with_clock(clock.clone()))
        }
    })
}

fn jwt(
    verifier: &Arc<TokenVerifier>,
    settings: &settings::Jwt,
    clock: &Arc<dyn Clock>,
) -> JwtAuthenticator<DeferredAccounts> {
    let jwt = JwtAuthenticator::new(verifier.clone(), DeferredAccounts).with_clock(clock.clone());
    let jwt = jwt.with_prefix(settings.header_prefix.as_str());
    match &settings.cookie {
        Some(cookie) => jwt.with_cookie(cookie.as_str()),
        None => jwt,
    }
}

/// The permissions that a caller must satisfy, all of them.
pub(crate) fn permissions(settings: &Settings) -> Arc<dyn Permission> {
    Arc::new(And(settings.permissions.iter().map(|one| permission(*one)).collect()))
}

fn permission(name: settings::Permission) -> Arc<dyn Permission> {
    Arc::new(match name {
        settings::Permission::AllowAny => BuiltIn::AllowAny,
        settings::Permission::IsAuthenticated => BuiltIn::IsAuthenticated,
        settings::Permission::IsAdmin => BuiltIn::IsAdmin,
        settings::Permission::IsAuthenticatedOrReadOnly => BuiltIn::IsAuthenticatedOrReadOnly,
        settings::Permission::ModelPermissions => BuiltIn::ModelPermissions,
        settings::Permission::ModelPermissionsOrAnonReadOnly => BuiltIn::ModelPermissionsOrAnonReadOnly,
    })
}
