//! Permissions composed of others.

use std::sync::Arc;

use super::{Access, Decision, Permission};

/// All must grant; the first that does not grant decides.
#[derive(Debug, Clone)]
pub struct And(pub Vec<Arc<dyn Permission>>);

impl Permission for And {
    fn decide(&self, access: &Access<'_>) -> Decision {
        self.0
            .iter()
            .map(|one| one.decide(access))
            .find(|decision| *decision != Decision::Granted)
            .unwrap_or(Decision::Granted)
    }

    fn needs_grants(&self, method: &str) -> bool {
        self.0.iter().any(|one| one.needs_grants(method))
    }

    fn names_scope(&self) -> bool {
        self.0.iter().any(Permission::names_scope)
    }
}

/// One must grant; if none does, the first decides.
#[derive(Debug, Clone)]
pub struct Or(pub Vec<Arc<dyn Permission>>);

impl Permission for Or {
    fn decide(&self, access: &Access<'_>) -> Decision {
        let decisions = || self.0.iter().map(|one| one.decide(access));
        if decisions().any(|decision| decision == Decision::Granted) {
            return Decision::Granted;
        }
        decisions().next().unwrap_or(Decision::Denied)
    }

    fn needs_grants(&self, method: &str) -> bool {
        self.0.iter().any(|one| one.needs_grants(method))
    }

    fn names_scope(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(Permission::names_scope)
    }
}

/// Grants what the other denies, and the reverse.
#[derive(Debug, Clone)]
pub struct Not(pub Arc<dyn Permission>);

impl Permission for Not {
    fn decide(&self, access: &Access<'_>) -> Decision {
        match self.0.decide(access) {
            Decision::Granted => Decision::Denied,
            Decision::Denied => Decision::Granted,
            Decision::MethodNotAllowed => Decision::MethodNotAllowed,
        }
    }

    fn needs_grants(&self, method: &str) -> bool {
        self.0.needs_grants(method)
    }
}

impl<P: Permission + ?Sized> Permission for &P {
    fn decide(&self, access: &Access<'_>) -> Decision {
        (**self).decide(access)
    }

    fn needs_grants(&self, method: &str) -> bool {
        (**self).needs_grants(method)
    }

    fn names_scope(&self) -> bool {
        (**self).names_scope()
    }
}

impl Permission for Arc<dyn Permission> {
    fn decide(&self, access: &Access<'_>) -> Decision {
        (**self).decide(access)
    }

    fn needs_grants(&self, method: &str) -> bool {
        (**self).needs_grants(method)
    }

    fn names_scope(&self) -> bool {
        (**self).names_scope()
    }
}

/// Composes permissions in the order in which one reads them.
///
/// ```
/// use presspass_auth::permissions::{BuiltIn, Compose, HasPermission};
///
/// let editors = BuiltIn::IsAdmin.or(HasPermission::new("posts", "publish_post")).and(BuiltIn::IsAuthenticated);
/// # let _ = editors;
/// ```
pub trait Compose: Permission + Sized + 'static {
    /// Both must grant.
    #[must_use]
    fn and(self, other: impl Permission + 'static) -> And {
        And(vec![Arc::new(self), Arc::new(other)])
    }

    /// One must grant.
    #[must_use]
    fn or(self, other: impl Permission + 'static) -> Or {
        Or(vec![Arc::new(self), Arc::new(other)])
    }

    /// Grants what this one denies, and the reverse.
    #[must_use]
    fn negated(self) -> Not {
        Not(Arc::new(self))
    }
}

impl<P: Permission + 'static> Compose for P {}
