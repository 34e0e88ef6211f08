//! Model permissions by name.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

use super::Grants;

/// A text that is not the name of a permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no permission: it must be an app_label, a dot and a codename, as posts.add_post")]
pub struct InvalidCodename(String);

/// A set of model permissions by their names: `posts.add_post`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codenames(BTreeMap<String, BTreeSet<String>>);

impl Codenames {
    /// The set of these names.
    ///
    /// # Errors
    /// If one is not `app_label.codename`, both of letters, digits and underscores.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, InvalidCodename> {
        let mut sets: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for name in names {
            let (app_label, codename) = split(name).ok_or_else(|| InvalidCodename(name.to_owned()))?;
            sets.entry(app_label.to_owned()).or_default().insert(codename.to_owned());
        }
        Ok(Self(sets))
    }

    /// The names in order, as pairs of application label and codename.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.0.iter().flat_map(|(app, names)| names.iter().map(move |name| (app, name)));
        names.map(|(app_label, codename)| (app_label.as_str(), codename.as_str()))
    }
}

/// The two parts of a name.
fn split(name: &str) -> Option<(&str, &str)> {
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name.split_once('.').filter(|(app_label, codename)| is_word(app_label) && is_word(codename))
}

impl Grants for Codenames {
    fn has_permission(&self, app_label: &str, codename: &str) -> bool {
        self.0.get(app_label).is_some_and(|names| names.contains(codename))
    }
}

impl fmt::Display for Codenames {
    /// The names in order, separated by spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (app_label, codename)) in self.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{app_label}.{codename}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_two_parts() {
        let names = Codenames::new(["posts.change_post", "posts.add_post", "auth.view_user"]).unwrap();
        assert!(names.has_permission("posts", "add_post"));
        assert!(!names.has_permission("auth", "add_post"));
        assert_eq!(names.to_string(), "auth.view_user posts.add_post posts.change_post");
        for bad in ["", "posts", "posts.", ".add", "posts.add post", "a.b.c"] {
            assert!(Codenames::new([bad]).is_err(), "{bad}");
        }
    }
}
