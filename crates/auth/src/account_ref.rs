//! The account that a token names.

/// The account that a verified token names. Whether it exists, only a store knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountRef {
    /// The account's primary key.
    pub id: i64,
    /// The account's name.
    pub username: String,
}
