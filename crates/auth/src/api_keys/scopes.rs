//! How far a key goes.

use std::fmt;
use std::str::FromStr;

use crate::permissions::{Codenames, Grants, InvalidCodename, Model, Needed};

/// What a key may do at most. Its account's own permissions bound it, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scopes {
    /// Whatever its account may do.
    All,
    /// Only what these permissions name, and of that only what its account may do.
    Only(Codenames),
}

impl Scopes {
    /// Nothing at all.
    #[must_use]
    pub fn none() -> Self {
        Self::Only(Codenames::default())
    }

    /// Bounded by these permissions: `posts.add_post`.
    ///
    /// # Errors
    /// Where one is no `app_label.codename`.
    pub fn only<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, InvalidCodename> {
        Codenames::new(names).map(Self::Only)
    }

    /// Whether a key may use a method at all: on a model where it has the scope for it, `view_…` for reading; elsewhere
    /// where the method changes nothing. What is allowed here is still for a permission to grant.
    #[must_use]
    pub fn allow(&self, method: &str, model: Option<Model>) -> bool {
        let Self::Only(names) = self else { return true };
        let action = match Needed::by(method) {
            Needed::Nothing => "view",
            Needed::Action(action) => action,
            Needed::Unknown => return false,
        };
        match model {
            Some(model) => names.holds(model.app_label, &format!("{action}_{}", model.name)),
            None => action == "view",
        }
    }

    /// Whether nothing is out of reach but what is out of the account's.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

impl Grants for Scopes {
    fn holds(&self, app_label: &str, codename: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.holds(app_label, codename),
        }
    }
}

impl fmt::Display for Scopes {
    /// `*`, or the names in order with blanks between (RFC 6749, section 3.3): for a store.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Only(names) => names.fmt(f),
        }
    }
}

impl FromStr for Scopes {
    type Err = InvalidCodename;

    /// Reads what [`Display`](fmt::Display) wrote. Nothing at all is no scope at all.
    fn from_str(text: &str) -> Result<Self, InvalidCodename> {
        if text == "*" { Ok(Self::All) } else { Self::only(text.split_ascii_whitespace()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: Option<Model> = Some(Model { app_label: "posts", name: "post" });

    #[test]
    fn a_method_needs_its_scope() {
        let scopes = Scopes::only(["posts.view_post", "posts.add_post"]).unwrap();
        for (method, allowed) in [
            ("GET", true),
            ("OPTIONS", true),
            ("POST", true),
            ("PUT", false),
            ("DELETE", false),
            ("TRACE", false),
        ] {
            assert_eq!(scopes.allow(method, POST), allowed, "{method}");
            assert!(Scopes::All.allow(method, POST));
        }
        assert!(!scopes.allow("GET", Some(Model { app_label: "auth", name: "user" })));
    }

    #[test]
    fn without_a_model_a_bounded_key_only_reads() {
        let none = Scopes::only([]).unwrap();
        assert!(none.allow("GET", None));
        assert!(!none.allow("POST", None));
        assert!(!none.allow("GET", POST));
    }

    #[test]
    fn a_store_keeps_scopes_as_text() {
        for (text, scopes) in [
            ("*", Scopes::All),
            ("", Scopes::only([]).unwrap()),
            ("posts.add_post posts.view_post", Scopes::only(["posts.view_post", "posts.add_post"]).unwrap()),
        ] {
            assert_eq!(scopes.to_string(), text);
            assert_eq!(text.parse::<Scopes>(), Ok(scopes));
        }
        for bad in ["posts", ".add_post", "posts.", "* posts.add_post", "a.b.c"] {
            assert!(bad.parse::<Scopes>().is_err(), "{bad}");
        }
    }
}
