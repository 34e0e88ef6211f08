//! The scopes of API keys.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::permissions::{Codenames, Grants, InvalidCodename, Model, Needed};

/// What a key may be used for. The permissions of its account limit it, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scopes {
    /// Everything that its account may do.
    All,
    /// Only these, if its account may do them.
    Only(ScopeSet),
}

/// A set of scopes: plain strings such as `orders:approve`, or permissions such as `posts.add_post`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeSet(BTreeSet<String>);

/// A text that is not a scope (RFC 6749, section 3.3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no scope: it must be printable ASCII without spaces, quotes and backslashes, and not * alone"
)]
pub struct InvalidScope(String);

impl ScopeSet {
    /// Whether this scope is in it.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The scopes that have the form of a permission, as pairs of application label and codename, in order.
    pub fn codenames(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter_map(|scope| scope.split_once('.'))
    }
}

impl Scopes {
    /// No scope.
    #[must_use]
    pub fn none() -> Self {
        Self::Only(ScopeSet::default())
    }

    /// These scopes, such as `orders:approve` or `posts.add_post`.
    ///
    /// # Errors
    /// If one is not a scope.
    pub fn only<'n>(scopes: impl IntoIterator<Item = &'n str>) -> Result<Self, InvalidScope> {
        // RFC 6749, section 3.3.
        let is_scope = |text: &str| {
            let is_good = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
            !text.is_empty() && text != "*" && text.bytes().all(is_good)
        };
        let scopes = scopes.into_iter().map(|scope| {
            if is_scope(scope) { Ok(scope.to_owned()) } else { Err(InvalidScope(scope.to_owned())) }
        });
        scopes.collect::<Result<_, _>>().map(|scopes| Self::Only(ScopeSet(scopes)))
    }

    /// Parses `*`, or permissions separated by white space: for a service whose scopes are permissions, such as
    /// `posts.add_post`, and nothing else.
    ///
    /// # Errors
    /// If one is not `app_label.codename`.
    pub fn of_permissions(text: &str) -> Result<Self, InvalidCodename> {
        if text == "*" {
            return Ok(Self::All);
        }
        let names = Codenames::new(text.split_ascii_whitespace())?;
        let names = names.iter().map(|(app_label, codename)| format!("{app_label}.{codename}"));
        Ok(Self::Only(ScopeSet(names.collect())))
    }

    /// Whether a key may do what this scope names.
    #[must_use]
    pub fn has(&self, scope: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(scopes) => scopes.contains(scope),
        }
    }

    /// Whether a key may use a method where no scope is required by name: on a model, if it has the scope for the method
    /// (`view_…` for reading); elsewhere, if the method is safe. A permission still has to grant the request.
    #[must_use]
    pub fn allow(&self, method: &str, model: Option<Model>) -> bool {
        let Self::Only(_) = self else { return true };
        let action = match Needed::by(method) {
            Needed::Nothing => "view",
            Needed::Action(action) => action,
            Needed::Unknown => return false,
        };
        match model {
            Some(model) => self.has_permission(model.app_label, &format!("{action}_{}", model.name)),
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
    fn has_permission(&self, app_label: &str, codename: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(scopes) => scopes.codenames().any(|pair| pair == (app_label, codename)),
        }
    }

    fn has_scope(&self, scope: &str) -> bool {
        self.has(scope)
    }
}

impl fmt::Display for Scopes {
    /// `*`, or the scopes in order, separated by spaces (RFC 6749, section 3.3): for a store.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Only(scopes) = self else { return f.write_str("*") };
        for (at, scope) in scopes.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{scope}")?;
        }
        Ok(())
    }
}

impl FromStr for Scopes {
    type Err = InvalidScope;

    /// Parses what [`Display`](fmt::Display) wrote. The empty text is [`Scopes::none`].
    fn from_str(text: &str) -> Result<Self, InvalidScope> {
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
            assert!(Scopes::of_permissions(bad).is_err(), "{bad}");
        }
        assert_eq!(Scopes::of_permissions("posts.b posts.a").unwrap(), "posts.a posts.b".parse().unwrap());
        assert_eq!(Scopes::of_permissions("*"), Ok(Scopes::All));
    }

    #[test]
    fn scopes_are_plain_strings() {
        let scopes: Scopes = "read orders:approve https://api.example/all".parse().unwrap();
        assert!(scopes.has("orders:approve") && scopes.has("read") && !scopes.has("orders"));
        assert_eq!(scopes.to_string(), "https://api.example/all orders:approve read");
        assert!(Scopes::All.has("orders:approve") && !Scopes::none().has("read"));
        for bad in ["", "*", "a b", "a\"b", "a\\b", "\u{e4}", "a\n"] {
            assert!(Scopes::only([bad]).is_err(), "{bad}");
        }
    }
}
