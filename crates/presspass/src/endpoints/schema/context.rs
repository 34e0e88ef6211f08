//! OpenAPI: what depends on the settings.

use std::sync::Arc;

use presspass_auth::permissions::{Access, Decision, Grants, Model, Permission, Privileges};
use presspass_auth::throttles::RequestRates;

use presspass_serializers::{Field, accounts};

use crate::app::services::permissions;
use crate::identity::sessions::CookieNames;
use crate::settings::{Authenticator, CookieName, Jwt, Pagination, ProjectSettings, Settings};

/// What can be too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Throttled {
    Nothing,
    /// Logins that fail.
    LogIns,
    /// Those, and requests to endpoints that read a body or authenticate.
    Requests,
}

/// What the document takes from the settings.
#[derive(Debug)]
pub(crate) struct Context {
    pub(super) authenticators: Vec<Authenticator>,
    pub(super) jwt: Jwt,
    pub(super) permission: Arc<dyn Permission>,
    pub pagination: Pagination,
    /// The values of the project's own settings.
    pub project: ProjectSettings,
    /// The fields of `account/`, with those that a project adds.
    pub account_fields: &'static [Field],
    pub(super) body_bytes: usize,
    pub(super) throttled: Throttled,
    pub(super) cookies: CookieNames,
}

impl Context {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            authenticators: settings.authenticators.clone(),
            jwt: settings.jwt.clone(),
            permission: permissions(settings),
            pagination: settings.pagination.clone(),
            project: settings.project.clone(),
            account_fields: accounts::FIELDS,
            body_bytes: settings.limits.body_bytes,
            throttled: match &settings.throttle {
                throttle if !throttle.enabled => Throttled::Nothing,
                throttle if throttle.requests == RequestRates::default() => Throttled::LogIns,
                _ => Throttled::Requests,
            },
            cookies: CookieNames::new(settings.sessions.host_prefix),
        }
    }

    /// Whether callers are asked for what this authenticator reads.
    pub(super) fn asks(&self, authenticator: Authenticator) -> bool {
        self.authenticators.contains(&authenticator)
    }

    /// The cookie that carries a token, where one does.
    pub(super) fn jwt_cookie(&self) -> Option<&str> {
        self.jwt.cookie.as_ref().filter(|_| self.asks(Authenticator::Jwt)).map(CookieName::as_str)
    }

    /// Whether 401 carries a challenge; where the first authenticator has none, it is 403.
    pub(super) fn challenges(&self) -> bool {
        self.authenticators.first().is_some_and(|first| *first != Authenticator::Session)
    }

    /// The rule of a resource's endpoints: the permission that the settings choose, asked about this model.
    pub fn permission_on(&self, model: Model) -> AccessRule<'_> {
        AccessRule::Permission(self.permission.as_ref(), model)
    }
}

/// Which callers an operation accepts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AccessRule<'c> {
    /// All, without authentication.
    Open,
    /// Those that the permission grants this model's operation.
    Permission(&'c dyn Permission, Model),
}

/// An account that holds the permissions of this model and is nothing else.
struct Holds(Model);

impl Grants for Holds {
    fn has_permission(&self, app_label: &str, codename: &str) -> bool {
        let of_model = codename.split_once('_').is_some_and(|(action, name)| {
            ["add", "change", "delete", "view"].contains(&action) && name == self.0.name
        });
        of_model && app_label == self.0.app_label
    }
}

impl AccessRule<'_> {
    /// Whether callers are authenticated.
    pub(super) const fn authenticates(&self) -> bool {
        matches!(self, Self::Permission(..))
    }

    /// Whether anonymous callers are accepted.
    pub(super) fn accepts_anonymous(&self, method: &str) -> bool {
        self.grants(method, None, &presspass_auth::permissions::NoGrants)
    }

    /// Whether an authenticated caller may be refused.
    pub(super) fn may_deny(&self, method: &str) -> bool {
        let ordinary = Privileges { is_staff: false, is_superuser: false };
        !self.grants(method, Some(ordinary), &presspass_auth::permissions::NoGrants)
    }

    /// Whether the permissions of its model decide.
    pub fn needs_grants(&self, method: &str) -> bool {
        let ordinary = Privileges { is_staff: false, is_superuser: false };
        let Self::Permission(_, model) = self else { return false };
        self.may_deny(method) && self.grants(method, Some(ordinary), &Holds(*model))
    }

    fn grants(&self, method: &str, caller: Option<Privileges>, grants: &dyn Grants) -> bool {
        match self {
            Self::Open => true,
            Self::Permission(permission, model) => {
                permission.decide(&Access { method, caller, grants, model: *model }) == Decision::Granted
            }
        }
    }
}
