//! What of the settings shows in the document.

use std::sync::Arc;

use presspass_auth::permissions::{Access, Decision, Grants, Model, Permission, Standing};
use presspass_auth::throttles::RequestRates;

use crate::app::services::{Pagination, pagination, permissions};
use crate::identity::sessions::CookieNames;
use crate::settings::{Authenticator, CookieName, Jwt, Settings};

/// What can be too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Throttled {
    Nothing,
    /// Log-ins that fail.
    LogIns,
    /// Those, and requests to whatever reads a body or asks who is calling.
    Requests,
}

/// What of the settings shows in the document.
pub(super) struct Facts {
    pub authenticators: Vec<Authenticator>,
    pub jwt: Jwt,
    pub permission: Arc<dyn Permission>,
    pub pagination: Pagination,
    pub posts_read_only: bool,
    pub post_filters: bool,
    pub body_bytes: usize,
    pub throttled: Throttled,
    pub cookies: CookieNames,
}

impl Facts {
    pub fn of(settings: &Settings) -> Self {
        Self {
            authenticators: settings.authenticators.clone(),
            jwt: settings.jwt.clone(),
            permission: permissions(settings),
            pagination: pagination(&settings.pagination),
            posts_read_only: settings.posts.read_only,
            post_filters: settings.posts.filters,
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
    pub fn asks(&self, authenticator: Authenticator) -> bool {
        self.authenticators.contains(&authenticator)
    }

    /// The cookie that carries a token, where one does.
    pub fn jwt_cookie(&self) -> Option<&str> {
        self.jwt.cookie.as_ref().filter(|_| self.asks(Authenticator::Jwt)).map(CookieName::as_str)
    }

    /// Whether 401 carries a challenge; where the first authenticator has none, it is 403.
    pub fn challenges(&self) -> bool {
        self.authenticators.first().is_some_and(|first| *first != Authenticator::Session)
    }

    pub fn introduction(&self) -> String {
        let mut text = "The API of Presspass: it answers as a project on Django REST Framework and \
            djangorestframework-jwt does.\n\nBodies may be JSON, forms or multipart forms: they say the same. Outer \
            blanks of texts are trimmed, numbers are taken for texts, and members that are not described are passed \
            over. `?format=json` and `Accept: application/json` ask for JSON, which is what clients get who ask for \
            nothing. Where there is GET there is HEAD; OPTIONS tells what a path takes from its caller."
            .to_owned();
        if self.posts_read_only {
            text.push_str(" Posts are read only here.");
        }
        text
    }
}

/// Who may do something.
#[derive(Clone, Copy)]
pub(super) enum Guard<'f> {
    /// Everyone; nobody is asked who they are.
    Open,
    /// Whom this permission lets in.
    Permission(&'f dyn Permission, Model),
}

/// An account that holds every model permission and is nothing else.
struct All;

impl Grants for All {
    fn holds(&self, _app_label: &str, _codename: &str) -> bool {
        true
    }
}

impl Guard<'_> {
    /// Whether callers are asked who they are.
    pub const fn asks(&self) -> bool {
        matches!(self, Self::Permission(..))
    }

    /// Whether a caller who is nobody is let in.
    pub fn lets_anonymous_in(&self, method: &str) -> bool {
        self.grants(method, None, &presspass_auth::permissions::NoGrants)
    }

    /// Whether a caller who is somebody may be turned away.
    pub fn may_deny(&self, method: &str) -> bool {
        let nobody_special = Standing { is_staff: false, is_superuser: false };
        !self.grants(method, Some(nobody_special), &presspass_auth::permissions::NoGrants)
    }

    /// Whether model permissions decide: what to tell people.
    pub fn asks_for_grants(&self, method: &str) -> bool {
        let nobody_special = Standing { is_staff: false, is_superuser: false };
        self.may_deny(method) && self.grants(method, Some(nobody_special), &All)
    }

    fn grants(&self, method: &str, caller: Option<Standing>, grants: &dyn Grants) -> bool {
        match self {
            Self::Open => true,
            Self::Permission(permission, model) => {
                permission.decide(&Access { method, caller, grants, model: *model }) == Decision::Granted
            }
        }
    }
}
