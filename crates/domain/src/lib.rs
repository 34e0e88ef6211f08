//! What an account and a post are: entities, value types that cannot hold a wrong value, permission codenames, and the
//! traits of the stores that keep them. No I/O, no framework.

mod account;
pub mod admin;
mod timestamp;
mod page;
mod permission;
mod post;
mod store;
mod text;

pub use account::{
    Account, AccountClaim, AccountKey, ClaimedAccount, EmailAddress, NewAccount, PasswordRecord,
    PersonalNames, Username, UsernameError,
};
pub use timestamp::{Timestamp, TimestampError};
pub use page::{Direction, Slice, Window};
pub use permission::PermissionSet;
pub use post::{Content, NewPost, Post, PostChanges, PostColumn, PostFilter, PostPosition, PostQuery, Title};
pub use store::{
    AccountStore, BoxFuture, Created, PostDeletion, PostStore, PostVisitor, ReadFor, StoreError,
};
pub use text::TextError;
