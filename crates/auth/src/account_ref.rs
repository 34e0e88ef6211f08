//! A claim to an account.

/// The account that a verified token names: a claim, until a store has resolved it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountRef {
    /// The account's primary key.
    pub id: i64,
    /// The account's name.
    pub username: String,
}
