//! What a caller may do: small values that compose with and, or, not.
//!
//! The six of REST framework are [here](BuiltIn) under its names; see `rest_framework/permissions.py`. [`Holds`] asks for
//! one permission by name, and whatever implements [`Permission`] goes with them:
//!
//! ```
//! use presspass_auth::permissions::{Access, Decision, Permission};
//!
//! /// Nobody but superusers deletes.
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

/// What a caller's account may do at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// May use the admin.
    pub is_staff: bool,
    /// Holds every permission.
    pub is_superuser: bool,
}

/// Model permissions that an account holds, itself or by its groups.
pub trait Grants: Sync {
    /// Whether it holds `app_label.codename`, as `posts.add_post`.
    fn holds(&self, app_label: &str, codename: &str) -> bool;
}

/// No permissions.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGrants;

impl Grants for NoGrants {
    fn holds(&self, _app_label: &str, _codename: &str) -> bool {
        false
    }
}

/// The model whose permissions a view asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Model {
    /// The application's label: `posts`.
    pub app_label: &'static str,
    /// The model's name: `post`.
    pub name: &'static str,
}

/// Who wants to do what.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The caller's standing; `None` for an anonymous caller.
    pub caller: Option<Standing>,
    /// The caller's model permissions.
    pub grants: &'a dyn Grants,
    /// The view's model.
    pub model: Model,
}

/// What a permission says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Granted,
    /// 403, or 401 for an anonymous caller.
    Denied,
    /// 405: no permission is known for this method (REST framework's `get_required_permissions`).
    MethodNotAllowed,
}

impl Decision {
    const fn from(granted: bool) -> Self {
        if granted { Self::Granted } else { Self::Denied }
    }
}

/// Decides on an access.
pub trait Permission: fmt::Debug + Send + Sync {
    /// Whether the access is granted.
    fn decide(&self, access: &Access<'_>) -> Decision;

    /// Whether deciding on this method looks at [`Access::grants`], so that they must be fetched first.
    fn needs_grants(&self, method: &str) -> bool;
}

const SAFE: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// The model permission that a method needs (REST framework's `perms_map`).
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

/// REST framework's permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltIn {
    /// Everyone, everything.
    AllowAny,
    /// Everyone who is logged in.
    IsAuthenticated,
    /// Staff.
    IsAdmin,
    /// Everyone reads; who is logged in writes.
    IsAuthenticatedOrReadOnly,
    /// Who is logged in reads; who holds the model's permission for the method writes.
    ModelPermissions,
    /// As before, but everyone reads.
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
            || access.grants.holds(access.model.app_label, &format!("{action}_{}", access.model.name));
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

/// Everyone who holds one permission, whatever the method and the model; superusers hold them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holds {
    app_label: &'static str,
    codename: &'static str,
}

impl Holds {
    /// Who holds `app_label.codename`.
    #[must_use]
    pub const fn new(app_label: &'static str, codename: &'static str) -> Self {
        Self { app_label, codename }
    }
}

impl Permission for Holds {
    fn decide(&self, access: &Access<'_>) -> Decision {
        Decision::from(
            access.caller.is_some_and(|caller| {
                caller.is_superuser || access.grants.holds(self.app_label, self.codename)
            }),
        )
    }

    fn needs_grants(&self, _method: &str) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const POST: Model = Model { app_label: "posts", name: "post" };
    const PLAIN: Standing = Standing { is_staff: false, is_superuser: false };

    struct Adds;
    impl Grants for Adds {
        fn holds(&self, app_label: &str, codename: &str) -> bool {
            (app_label, codename) == ("posts", "add_post")
        }
    }

    fn decide(permission: &dyn Permission, method: &str, caller: Option<Standing>) -> Decision {
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
        let superuser = Standing { is_superuser: true, ..PLAIN };
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
    fn one_permission_can_be_asked_for_by_name() {
        let adds = Holds::new("posts", "add_post");
        assert_eq!(decide(&adds, "GET", Some(PLAIN)), Decision::Granted);
        assert_eq!(decide(&adds, "GET", None), Decision::Denied);
        let publishes = Holds::new("posts", "publish_post");
        assert_eq!(decide(&publishes, "GET", Some(PLAIN)), Decision::Denied);
        assert_eq!(decide(&adds.and(publishes), "GET", Some(PLAIN)), Decision::Denied);
        assert_eq!(decide(&adds.or(publishes), "GET", Some(PLAIN)), Decision::Granted);
        assert_eq!(decide(&publishes.negated(), "GET", Some(PLAIN)), Decision::Granted);
    }

    #[test]
    fn grants_are_fetched_only_for_writes_under_model_permissions() {
        assert!(!BuiltIn::ModelPermissions.needs_grants("GET"));
        assert!(BuiltIn::ModelPermissions.needs_grants("PATCH"));
        assert!(!BuiltIn::IsAuthenticated.needs_grants("POST"));
    }
}
