//! Permissions: small values that compose with and, or, not.
//!
//! DRF's six permissions have [its names](BuiltIn); see `rest_framework/permissions.py`. [`HasPermission`] requires one
//! permission by name, [`HasScope`] a scope of an API key, and every type that implements [`Permission`] composes with them:
//!
//! ```
//! use presspass_auth::permissions::{Access, Decision, Permission};
//!
//! /// Only superusers delete.
//! #[derive(Debug)]
//! struct SuperusersDelete;
//!
//! impl Permission for SuperusersDelete {
//!     fn decide(&self, access: &Access<'_>) -> Decision {
//!         let is_superuser = access.caller.is_some_and(|caller| caller.is_superuser);
//!         if access.method == "DELETE" && !is_superuser { Decision::Denied } else { Decision::Granted }
//!     }
//!
//!     fn needs_grants(&self, _method: &str) -> bool {
//!         false // it does not look at `access.grants`
//!     }
//! }
//! ```

use std::fmt;

mod codenames;
mod compose;

pub use codenames::{Codenames, InvalidCodename};
pub use compose::{And, Compose, Not, Or};

/// The status of a caller's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privileges {
    /// It may use the admin.
    pub is_staff: bool,
    /// It has every permission.
    pub is_superuser: bool,
}

/// The model permissions of an account, its own and those of its groups.
pub trait Grants: Sync {
    /// Whether it has `app_label.codename`, such as `posts.add_post`.
    fn has_permission(&self, app_label: &str, codename: &str) -> bool;

    /// Whether the caller's API key may do what this scope names. A caller without an API key may.
    fn has_scope(&self, _scope: &str) -> bool {
        true
    }
}

/// No permissions.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGrants;

impl Grants for NoGrants {
    fn has_permission(&self, _app_label: &str, _codename: &str) -> bool {
        false
    }
}

/// The model of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Model {
    /// The application's label: `posts`.
    pub app_label: &'static str,
    /// The model's name: `post`.
    pub name: &'static str,
}

/// A request, as permissions see it.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The caller's status; `None` for an anonymous caller.
    pub caller: Option<Privileges>,
    /// The caller's model permissions.
    pub grants: &'a dyn Grants,
    /// The view's model.
    pub model: Model,
}

/// The decision of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The request may go on.
    Granted,
    /// 403, or 401 for an anonymous caller.
    Denied,
    /// 405: no permission is known for this method (DRF's `get_required_permissions`).
    MethodNotAllowed,
}

impl From<bool> for Decision {
    fn from(granted: bool) -> Self {
        if granted { Self::Granted } else { Self::Denied }
    }
}

/// Decides on requests.
pub trait Permission: fmt::Debug + Send + Sync {
    /// The decision on this request.
    fn decide(&self, access: &Access<'_>) -> Decision;

    /// Whether the decision on this method depends on [`Access::grants`], so that they must be loaded first.
    fn needs_grants(&self, method: &str) -> bool;

    /// Whether it grants nothing to an API key without a scope that it names, as [`HasPermission`] and [`HasScope`] do. Then the
    /// key does not need the scope of the method as well. See [policies](crate::policies).
    fn names_scope(&self) -> bool {
        false
    }
}

const SAFE: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// The model permission that a method needs (DRF's `perms_map`).
pub(crate) enum Needed {
    Nothing,
    Action(&'static str),
    Unknown,
}

impl Needed {
    pub(crate) fn by(method: &str) -> Self {
        match method {
            "GET" | "HEAD" | "OPTIONS" => Self::Nothing,
            "POST" => Self::Action("add"),
            "PUT" | "PATCH" => Self::Action("change"),
            "DELETE" => Self::Action("delete"),
            _ => Self::Unknown,
        }
    }
}

/// DRF's permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuiltIn {
    /// Every request.
    AllowAny,
    /// Every request of an account.
    IsAuthenticated,
    /// Every request of staff.
    IsAdmin,
    /// Safe methods; every method for accounts.
    IsAuthenticatedOrReadOnly,
    /// Safe methods for accounts; other methods for accounts with the model's permission for them.
    ModelPermissions,
    /// As before, and safe methods for anonymous callers.
    ModelPermissionsOrAnonReadOnly,
}

impl BuiltIn {
    fn by_model(access: &Access<'_>) -> Decision {
        let action = match Needed::by(access.method) {
            Needed::Nothing => return Decision::Granted,
            Needed::Unknown => return Decision::MethodNotAllowed,
            Needed::Action(action) => action,
        };
        let holds = access.caller.is_some_and(|caller| caller.is_superuser)
            || access
                .grants
                .has_permission(access.model.app_label, &format!("{action}_{}", access.model.name));
        Decision::from(holds)
    }
}

impl Permission for BuiltIn {
    fn decide(&self, access: &Access<'_>) -> Decision {
        let safe = SAFE.contains(&access.method);
        match self {
            Self::AllowAny => Decision::Granted,
            Self::IsAuthenticated => Decision::from(access.caller.is_some()),
            Self::IsAdmin => Decision::from(access.caller.is_some_and(|caller| caller.is_staff)),
            Self::IsAuthenticatedOrReadOnly => Decision::from(safe || access.caller.is_some()),
            Self::ModelPermissions if access.caller.is_none() => Decision::Denied,
            Self::ModelPermissions | Self::ModelPermissionsOrAnonReadOnly => Self::by_model(access),
        }
    }

    fn needs_grants(&self, method: &str) -> bool {
        matches!(self, Self::ModelPermissions | Self::ModelPermissionsOrAnonReadOnly)
            && matches!(Needed::by(method), Needed::Action(_))
    }
}

/// Every request of an account that has one permission, whatever the method and the model. Superusers have all
/// permissions. An API key with scopes must have this one: `orders.approve_order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasPermission {
    app_label: &'static str,
    codename: &'static str,
}

impl HasPermission {
    /// Requires `app_label.codename`.
    #[must_use]
    pub const fn new(app_label: &'static str, codename: &'static str) -> Self {
        Self { app_label, codename }
    }
}

impl Permission for HasPermission {
    fn decide(&self, access: &Access<'_>) -> Decision {
        Decision::from(access.caller.is_some_and(|caller| {
            caller.is_superuser || access.grants.has_permission(self.app_label, self.codename)
        }))
    }

    fn needs_grants(&self, _method: &str) -> bool {
        true
    }

    fn names_scope(&self) -> bool {
        true
    }
}

/// Every request of an account, but of an API key with scopes only if it has this one, whatever the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasScope(&'static str);

impl HasScope {
    /// Requires this scope, such as `orders:approve`.
    #[must_use]
    pub const fn new(scope: &'static str) -> Self {
        Self(scope)
    }
}

impl Permission for HasScope {
    fn decide(&self, access: &Access<'_>) -> Decision {
        Decision::from(access.caller.is_some() && access.grants.has_scope(self.0))
    }

    fn needs_grants(&self, _method: &str) -> bool {
        false
    }

    fn names_scope(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const POST: Model = Model { app_label: "posts", name: "post" };
    const PLAIN: Privileges = Privileges { is_staff: false, is_superuser: false };

    struct Adds;
    impl Grants for Adds {
        fn has_permission(&self, app_label: &str, codename: &str) -> bool {
            (app_label, codename) == ("posts", "add_post")
        }
    }

    fn decide(permission: &dyn Permission, method: &str, caller: Option<Privileges>) -> Decision {
        permission.decide(&Access { method, caller, grants: &Adds, model: POST })
    }

    #[test]
    fn model_permissions_let_accounts_read_and_holders_write() {
        let by_model = BuiltIn::ModelPermissions;
        assert_eq!(decide(&by_model, "GET", None), Decision::Denied);
        assert_eq!(decide(&by_model, "GET", Some(PLAIN)), Decision::Granted);
        assert_eq!(decide(&by_model, "POST", Some(PLAIN)), Decision::Granted);
        assert_eq!(decide(&by_model, "PUT", Some(PLAIN)), Decision::Denied);
        assert_eq!(decide(&by_model, "TRACE", Some(PLAIN)), Decision::MethodNotAllowed);
        let superuser = Privileges { is_superuser: true, ..PLAIN };
        assert_eq!(decide(&by_model, "DELETE", Some(superuser)), Decision::Granted);
    }

    #[test]
    fn anonymous_callers_read_where_the_permission_says_so() {
        for open in [BuiltIn::IsAuthenticatedOrReadOnly, BuiltIn::ModelPermissionsOrAnonReadOnly] {
            assert_eq!(decide(&open, "GET", None), Decision::Granted);
        }
        assert_eq!(decide(&BuiltIn::IsAuthenticatedOrReadOnly, "POST", None), Decision::Denied);
        assert_eq!(decide(&BuiltIn::AllowAny, "DELETE", None), Decision::Granted);
    }

    #[test]
    fn permissions_compose_with_and_or_not() {
        let staff: Arc<dyn Permission> = Arc::new(BuiltIn::IsAdmin);
        let anyone: Arc<dyn Permission> = Arc::new(BuiltIn::IsAuthenticated);
        let both = And(vec![anyone.clone(), staff.clone()]);
        let either = Or(vec![staff.clone(), anyone]);
        assert_eq!(decide(&both, "GET", Some(PLAIN)), Decision::Denied);
        assert_eq!(decide(&either, "GET", Some(PLAIN)), Decision::Granted);
        assert_eq!(decide(&Not(staff), "GET", Some(PLAIN)), Decision::Granted);
    }

    #[test]
    fn one_permission_can_be_required_by_name() {
        let adds = HasPermission::new("posts", "add_post");
        assert_eq!(decide(&adds, "GET", Some(PLAIN)), Decision::Granted);
        assert_eq!(decide(&adds, "GET", None), Decision::Denied);
        let publishes = HasPermission::new("posts", "publish_post");
        assert_eq!(decide(&publishes, "GET", Some(PLAIN)), Decision::Denied);
        assert_eq!(decide(&adds.and(publishes), "GET", Some(PLAIN)), Decision::Denied);
        assert_eq!(decide(&adds.or(publishes), "GET", Some(PLAIN)), Decision::Granted);
        assert_eq!(decide(&publishes.negated(), "GET", Some(PLAIN)), Decision::Granted);
    }

    #[test]
    fn grants_are_loaded_only_for_writes_with_model_permissions() {
        assert!(!BuiltIn::ModelPermissions.needs_grants("GET"));
        assert!(BuiltIn::ModelPermissions.needs_grants("PATCH"));
        assert!(!BuiltIn::IsAuthenticated.needs_grants("POST"));
    }
}
