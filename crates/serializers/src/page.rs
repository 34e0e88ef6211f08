//! A page of a list.

use serde::Serialize;

/// `{"count": …, "next": …, "previous": …, "results": […]}`
#[derive(Debug, Serialize)]
pub struct Page<T> {
    pub count: i64,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub results: Vec<T>,
}

/// `{"next": …, "previous": …, "results": […]}`: a page of a list that was not counted.
#[derive(Debug, Serialize)]
pub struct UncountedPage<T> {
    pub next: Option<String>,
    pub previous: Option<String>,
    pub results: Vec<T>,
}
