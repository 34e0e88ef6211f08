//! What an endpoint is: what OPTIONS, the OpenAPI document and its page say of it.

use presspass_serializers::Field;

/// The media types that every endpoint answers in, in order of preference.
pub const RENDERS: &[&str] = &["application/json", "text/html"];

/// The media types that every endpoint reads.
pub const PARSES: &[&str] = &["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];

/// An endpoint's description.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// The view's name: `Post List`.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Its methods as `Allow` lists them: `GET, POST, HEAD, OPTIONS`.
    pub allow: &'static str,
    /// The fields of its body. Other members are ignored; the page has a form of these.
    pub fields: &'static [Field],
    /// Whether it asks no permission: then the page offers every method, and else those that its caller may use.
    pub is_open: bool,
    /// What a list can be asked for; the page offers it.
    pub controls: Option<ListControls>,
}

/// What the query of a list may have beside pages.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListControls {
    /// Whether `?search=` is read.
    pub has_search: bool,
    /// The names that `?ordering=` takes.
    pub orders: &'static [&'static str],
    /// The filters, each a name of the query.
    pub filters: &'static [Field],
    /// Whether `?limit=` cuts the list into pages that it does not have without it.
    pub takes_limit: bool,
}

impl Endpoint {
    /// An endpoint that asks permissions and reads no body.
    #[must_use]
    pub const fn new(name: &'static str, allow: &'static str) -> Self {
        Self { name, description: "", allow, fields: &[], is_open: false, controls: None }
    }

    /// The endpoint with this description.
    #[must_use]
    pub const fn description(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    /// The endpoint, whose body has these fields.
    #[must_use]
    pub const fn fields(self, fields: &'static [Field]) -> Self {
        Self { fields, ..self }
    }

    /// The endpoint, which asks no permission.
    #[must_use]
    pub const fn open(self) -> Self {
        Self { is_open: true, ..self }
    }

    /// Its methods that change something, in their order.
    pub fn writes(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.allow.split(", ").filter(|method| matches!(*method, "POST" | "PUT" | "PATCH" | "DELETE"))
    }

    /// Whether the endpoint has this method.
    #[must_use]
    pub fn allows(&self, method: &str) -> bool {
        self.allow.split(", ").any(|known| known == method)
    }
}
