//! The JSON form of accounts.

use presspass_domain::Account;
use serde::Serialize;

use crate::field::{Field, Kind};

/// In the order of the JSON members.
pub const FIELDS: &[Field] = &[
    Field::read_only("pk", "ID", Kind::Integer),
    Field::read_only("username", "Username", Kind::Text { max_length: None }).example("ada"),
    Field::read_only("email", "Email address", Kind::Text { max_length: None }).example("ada@example.com"),
    Field::read_only("is_staff", "Staff status", Kind::Boolean),
    Field::read_only("is_superuser", "Superuser status", Kind::Boolean),
    Field::read_only("is_active", "Active", Kind::Boolean),
];

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_representation_has_the_fields_of_the_list_in_their_order() {
        let account = Account {
            id: 1,
            username: String::new(),
            email: String::new(),
            is_staff: false,
            is_superuser: false,
            is_active: true,
        };
        let json = serde_json::to_string(&Representation::from(&account)).unwrap();
        let places: Vec<_> =
            FIELDS.iter().map(|field| json.find(&format!("\"{}\":", field.name)).unwrap()).collect();
        assert!(places.is_sorted(), "{json}");
        assert_eq!(json.matches("\":").count(), FIELDS.len());
    }
}
