//! The permissions of an account, under Django's codenames.

use std::collections::BTreeSet;

/// The permissions that an account has, itself or through its groups: pairs of application label and codename.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionSet(BTreeSet<(String, String)>);

impl PermissionSet {
    #[must_use]
    pub fn holds(&self, app_label: &str, codename: &str) -> bool {
        // Sets of an account are small; this spares two allocations.
        self.0.iter().any(|(app, name)| app == app_label && name == codename)
    }

    /// Pairs of application label and codename.
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
        let set: PermissionSet = [("posts".to_owned(), "add_post".to_owned())].into_iter().collect();
        assert!(set.holds("posts", "add_post"));
        assert!(!set.holds("posts", "delete_post"));
        assert!(!set.holds("auth", "add_post"));
    }
}
