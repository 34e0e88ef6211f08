//! The user of the admin, and their permissions.

use presspass_domain::{Account, PermissionSet};

/// An active staff account, with its permissions.
#[derive(Debug, Clone)]
pub struct Staff {
    account: Account,
    permissions: PermissionSet,
}

/// What a user may do with the records of a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "Django's four permissions, which come in any combination")]
pub struct Rights {
    /// Implied by `change`.
    pub view: bool,
    pub add: bool,
    pub change: bool,
    pub delete: bool,
}

impl Rights {
    /// Whether there is any right: the model is shown only then.
    #[must_use]
    pub const fn any(self) -> bool {
        self.view || self.add || self.change || self.delete
    }

    #[must_use]
    pub const fn only_view(self) -> Self {
        Self { view: self.view, add: false, change: false, delete: false }
    }
}

impl Staff {
    /// `None` where the account may not use the admin (Django's `AdminSite.has_permission`).
    #[must_use]
    pub fn of(account: Account, permissions: PermissionSet) -> Option<Self> {
        (account.is_active && account.is_staff).then_some(Self { account, permissions })
    }

    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    #[must_use]
    pub const fn is_superuser(&self) -> bool {
        self.account.is_superuser
    }

    /// Whether they have `app_label.codename`; superusers have every permission.
    #[must_use]
    pub fn has_permission(&self, app_label: &str, codename: &str) -> bool {
        self.account.is_superuser || self.permissions.holds(app_label, codename)
    }

    #[must_use]
    pub fn rights(&self, app_label: &str, model: &str) -> Rights {
        let may = |action: &str| self.has_permission(app_label, &format!("{action}_{model}"));
        let change = may("change");
        Rights { view: change || may("view"), add: may("add"), change, delete: may("delete") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(is_staff: bool, is_superuser: bool, is_active: bool) -> Account {
        Account { id: 1, username: "ada".into(), email: String::new(), is_staff, is_superuser, is_active }
    }

    fn held(codenames: &[&str]) -> PermissionSet {
        codenames.iter().map(|name| ("posts".to_owned(), (*name).to_owned())).collect()
    }

    #[test]
    fn only_active_staff_use_the_admin_superusers_included() {
        for (is_staff, is_superuser, is_active) in
            [(false, false, true), (false, true, true), (true, true, false), (true, false, false)]
        {
            assert!(Staff::of(account(is_staff, is_superuser, is_active), held(&[])).is_none());
        }
        assert!(Staff::of(account(true, false, true), held(&[])).is_some());
    }

    #[test]
    fn who_may_change_may_look() {
        let staff = |names| Staff::of(account(true, false, true), held(names)).unwrap();
        let rights = staff(&["change_post"]).rights("posts", "post");
        assert_eq!(rights, Rights { view: true, add: false, change: true, delete: false });
        assert!(!staff(&["add_post"]).rights("posts", "post").view);
        assert!(!staff(&["change_post"]).rights("auth", "post").any());
    }

    #[test]
    fn superusers_may_everything() {
        let staff = Staff::of(account(true, true, true), held(&[])).unwrap();
        assert_eq!(
            staff.rights("auth", "user"),
            Rights { view: true, add: true, change: true, delete: true }
        );
    }
}
