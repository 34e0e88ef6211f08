//! Accounts, posts and the description of models: entities, value types that cannot hold an invalid value, and the traits
//! of their stores. No I/O, no framework.

mod account;
pub mod admin;
mod page;
mod permission;
mod post;
mod store;
mod text;
mod timestamp;

pub use account::{
    Account, AccountClaim, AccountKey, ClaimedAccount, EmailAddress, NewAccount, PasswordRecord,
    PersonalNames, Username, UsernameError,
};
pub use page::{Direction, Slice, Window};
pub use permission::PermissionSet;
pub use post::{Content, NewPost, Post, PostChanges, PostColumn, PostFilter, PostPosition, PostQuery, Title};
pub use store::{
    AccountStore, BoxFuture, Created, PostDeletion, PostStore, PostVisitor, ReadFor, StoreError,
};
pub use text::TextError;
pub use timestamp::{Timestamp, TimestampError};
