//! Accounts on the wire.

use presspass_domain::Account;
use serde::Serialize;

/// An account on the wire, as its owner sees it.
#[derive(Debug, Serialize)]
pub struct Representation<'a> {
    pk: i64,
    username: &'a str,
    email: &'a str,
    is_staff: bool,
    is_superuser: bool,
    is_active: bool,
}

impl<'a> From<&'a Account> for Representation<'a> {
    fn from(Account { id, username, email, is_staff, is_superuser, is_active }: &'a Account) -> Self {
        Self {
            pk: *id,
            username,
            email,
            is_staff: *is_staff,
            is_superuser: *is_superuser,
            is_active: *is_active,
        }
    }
}
