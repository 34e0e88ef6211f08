//! The envelope of a page.

use serde::Serialize;

/// `{"count": …, "next": …, "previous": …, "results": […]}`
#[derive(Debug, Serialize)]
pub struct Page<T> {
    /// How many there are in all.
    pub count: i64,
    /// The absolute address of the next page.
    pub next: Option<String>,
    /// The absolute address of the page before.
    pub previous: Option<String>,
    /// The items of this page.
    pub results: Vec<T>,
}

/// `{"next": …, "previous": …, "results": […]}`: a page whose list nobody counted.
#[derive(Debug, Serialize)]
pub struct UncountedPage<T> {
    /// The absolute address of the next page.
    pub next: Option<String>,
    /// The absolute address of the page before.
    pub previous: Option<String>,
    /// The items of this page.
    pub results: Vec<T>,
}
