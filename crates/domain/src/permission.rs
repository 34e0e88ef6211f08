//! Model permissions, under the original's codenames.

use std::collections::BTreeSet;

/// What a model permission permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// `add_…`
    Add,
    /// `change_…`
    Change,
    /// `delete_…`
    Delete,
    /// `view_…`
    View,
}

impl Action {
    /// The codename for a model, as `auth_permission` has it: `add_post`.
    #[must_use]
    pub fn codename(self, model: &str) -> String {
        let action = match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Delete => "delete",
            Self::View => "view",
        };
        format!("{action}_{model}")
    }
}

/// The permissions that an account holds, itself or by its groups: pairs of application label and codename.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionSet(BTreeSet<(String, String)>);

impl PermissionSet {
    /// Whether it holds `app_label.codename`.
    #[must_use]
    pub fn holds(&self, app_label: &str, codename: &str) -> bool {
        // Sets of an account are small; this spares two allocations.
        self.0.iter().any(|(app, name)| app == app_label && name == codename)
    }

    /// All that it holds: pairs of application label and codename.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(app, name)| (app.as_str(), name.as_str()))
    }
}

impl FromIterator<(String, String)> for PermissionSet {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(iter: T) -> Self {
        Self(iter.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_it_was_made_of() {
        let set: PermissionSet = [("posts".to_owned(), Action::Add.codename("post"))].into_iter().collect();
        assert!(set.holds("posts", "add_post"));
        assert!(!set.holds("posts", "delete_post"));
        assert!(!set.holds("auth", "add_post"));
    }
}
