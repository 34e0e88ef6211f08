//! The scopes of API keys.

use std::fmt;
use std::str::FromStr;

use crate::permissions::{Codenames, Grants, InvalidCodename, Model, Needed};

/// What a key may be used for. The permissions of its account limit it, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scopes {
    /// Everything that its account may do.
    All,
    /// Only these permissions, if its account has them.
    Only(Codenames),
}

impl Scopes {
    /// No permission.
    #[must_use]
    pub fn none() -> Self {
        Self::Only(Codenames::default())
    }

    /// These permissions, such as `posts.add_post`.
    ///
    /// # Errors
    /// If one is not `app_label.codename`.
    pub fn only<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, InvalidCodename> {
        Codenames::new(names).map(Self::Only)
    }

    /// Whether a key may use a method: on a model, if it has the scope for the method (`view_…` for reading);
    /// elsewhere, if the method is safe. A permission still has to grant the request.
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

    /// Whether the account alone limits the key.
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
    /// `*`, or the names in order, separated by spaces (RFC 6749, section 3.3): for a store.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Only(names) => names.fmt(f),
        }
    }
}

impl FromStr for Scopes {
    type Err = InvalidCodename;

    /// Parses what [`Display`](fmt::Display) wrote. The empty text is [`Scopes::none`].
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
    fn without_a_model_a_key_with_scopes_only_reads() {
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
