//! What endpoints ask of a database.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;

use crate::account::{AccountClaim, ClaimedAccount, NewAccount, PasswordRecord, PersonalNames};
use crate::page::{Direction, Slice};
use crate::permission::PermissionSet;
use crate::post::{NewPost, Post, PostChanges, PostColumn, PostFilter, PostQuery};
use crate::timestamp::Timestamp;

/// A boxed future: what a trait that is chosen at run time can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Takes the posts of a list, one after the other. It is called on a thread that it may block; `Break` ends the list.
pub type PostVisitor = Box<dyn FnMut(Post) -> ControlFlow<()> + Send>;

/// A store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store is away or overloaded now; the same request may succeed later (HTTP 503).
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store cannot keep any more: the disk is full (HTTP 507).
    #[error("the store is full")]
    Full(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store answered with something that we did not expect (HTTP 500).
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A post that was looked up together with its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFor {
    /// The account that wants it.
    pub reader: ClaimedAccount,
    /// The post, where there is one.
    pub post: Option<Post>,
}

/// What came of making an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It was made, with this primary key.
    New(i64),
    /// Another account has the name.
    NameTaken,
    /// The condition under which it was to be made no longer holds.
    Refused,
}

/// What came of deleting a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostDeletion {
    /// It is gone, and so are the rows whose foreign key to it cascades.
    Deleted,
    /// There was none with this id.
    NotFound,
    /// Rows of other tables refer to it, by foreign keys that do not cascade: nothing was deleted.
    Referenced {
        /// Those tables, as far as they can be named.
        tables: Vec<String>,
    },
}

/// Accounts.
pub trait AccountStore: std::fmt::Debug + Send + Sync {
    /// The account with both this id and this name, active or not, and what was revoked of it: in one round trip.
    fn find(&self, claim: AccountClaim) -> BoxFuture<'_, Result<Option<ClaimedAccount>, StoreError>>;

    /// The account with this name, and its password's hash.
    fn find_by_name(&self, username: String) -> BoxFuture<'_, Result<Option<PasswordRecord>, StoreError>>;

    /// The account with this id, and its password's hash.
    fn find_by_id(&self, id: i64) -> BoxFuture<'_, Result<Option<PasswordRecord>, StoreError>>;

    /// What else the account with this id is called.
    fn personal_names(&self, id: i64) -> BoxFuture<'_, Result<Option<PersonalNames>, StoreError>>;

    /// Takes note that an account began a session; one that is gone is no error.
    fn note_log_in(&self, account_id: i64, at: Timestamp) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The permissions that an account holds, itself or by its groups.
    fn permissions(&self, account_id: i64) -> BoxFuture<'_, Result<PermissionSet, StoreError>>;

    /// Gives an account a permission of its own; gives whether there is such a permission. One that it holds already is
    /// given again without effect.
    fn grant(
        &self,
        account_id: i64,
        app_label: &'static str,
        codename: String,
    ) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Makes an account, unless the name is taken.
    fn create(&self, account: NewAccount) -> BoxFuture<'_, Result<Created, StoreError>>;

    /// Makes an account in one transaction with the check that there is no superuser yet.
    fn create_first_superuser(&self, account: NewAccount) -> BoxFuture<'_, Result<Created, StoreError>>;

    /// Whether there is a superuser.
    fn has_superuser(&self) -> BoxFuture<'_, Result<bool, StoreError>>;
}

/// Posts.
pub trait PostStore: std::fmt::Debug + Send + Sync {
    /// The post with this id.
    fn find(&self, id: i64) -> BoxFuture<'_, Result<Option<Post>, StoreError>>;

    /// The post with this id, together with the account that wants it and what was revoked of that, in one round trip.
    /// `Ok(None)` where there is no such account, active or not.
    fn find_for(&self, reader: AccountClaim, id: i64) -> BoxFuture<'_, Result<Option<ReadFor>, StoreError>>;

    /// A list of posts.
    fn list(&self, query: PostQuery) -> BoxFuture<'_, Result<Slice<Post>, StoreError>>;

    /// Gives all posts that the filter lets through to a visitor, in this order (by the primary key where it is empty)
    /// and as they were at one moment. However many they are, they are not held in memory. An error may come after some
    /// were visited; whoever drops the future must have the visitor break, too.
    fn visit(
        &self,
        filter: PostFilter,
        order: Vec<(PostColumn, Direction)>,
        visitor: PostVisitor,
    ) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Makes a post.
    fn create(&self, post: NewPost, now: Timestamp) -> BoxFuture<'_, Result<Post, StoreError>>;

    /// Changes a post; `Ok(None)` where there is none with this id.
    fn update(
        &self,
        id: i64,
        changes: PostChanges,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Option<Post>, StoreError>>;

    /// Deletes a post.
    fn delete(&self, id: i64) -> BoxFuture<'_, Result<PostDeletion, StoreError>>;
}
