//! What endpoints ask of a database.

use std::future::Future;
use std::pin::Pin;

/// A boxed future: what a trait that is chosen at run time can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

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
