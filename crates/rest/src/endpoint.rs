//! What an endpoint is.

/// The media types that every endpoint answers in, in order of preference.
pub const RENDERS: &[&str] = &["application/json", "text/html"];

/// The media types that every endpoint reads.
pub const PARSES: &[&str] = &["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];

/// An endpoint: what OPTIONS and the pages say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// The view's name: `Post List`.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Its methods as `Allow` lists them: `GET, POST, HEAD, OPTIONS`.
    pub allow: &'static str,
}

impl Endpoint {
    /// Its methods that change something, in their order.
    pub fn writes(&self) -> impl Iterator<Item = &'static str> {
        self.allow.split(", ").filter(|method| matches!(*method, "POST" | "PUT" | "PATCH" | "DELETE"))
    }

    /// Whether the endpoint has this method.
    #[must_use]
    pub fn allows(&self, method: &str) -> bool {
        self.allow.split(", ").any(|known| known == method)
    }
}
