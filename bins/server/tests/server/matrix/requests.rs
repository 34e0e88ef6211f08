//! The requests of the matrix: one line per route.

/// One route, and what is sent to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// Its pattern, as it stands in `routes.rs`.
    pub(super) pattern: &'static str,
    /// A path that is its.
    pub(super) path: &'static str,
    pub(super) body: Body,
    pub(super) access: Access,
}

/// What POST, PUT and PATCH carry.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body {
    /// An object that every endpoint finds its members in: add those of a new one to [`MEMBERS`].
    Json,
    /// The same as a form.
    Form,
}

/// Who may get in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Anyone: the route tells nothing that is not public, or asks for a secret itself.
    Open,
    /// Nobody who has not shown who they are, but for reads where the settings say so.
    Protected,
    /// The same, but that they are led to a login page.
    Led,
}
use Access::{Led, Open, Protected};

/// The pages of a record in the admin.
const RECORD: &str = "/admin/{app:[a-z_]+}/{model:[a-z_]+}/{id}/{page:change|delete|history|password}/";

/// Members of the body. `{name}`, `{password}` and `{token}` are the caller's.
pub(super) const MEMBERS: &[(&str, &str)] = &[
    ("title", "Title"),
    ("content", "Content"),
    ("username", "{name}"),
    ("password", "{password}"),
    ("token", "{token}"),
    ("next", "/account/"),
    ("current_password", "{password}"),
    ("new_password", "notes-on-Bernoulli-7"),
    ("name", "robot"),
    ("scopes", "*"),
];

const fn asked(pattern: &'static str, path: &'static str, access: Access) -> Asked {
    Asked { pattern, path, body: Body::Json, access }
}

const fn form(pattern: &'static str, path: &'static str, access: Access) -> Asked {
    Asked { pattern, path, body: Body::Form, access }
}

/// Every route, in the order of the paths. One that is not here fails the test.
pub(super) const REQUESTS: &[Asked] = &[
    asked("/.well-known/jwks.json", "/.well-known/jwks.json", Open),
    form("/admin/", "/admin/", Led),
    form("/admin/login/", "/admin/login/", Open),
    form("/admin/logout/", "/admin/logout/", Open),
    form("/admin/password_change/", "/admin/password_change/", Led),
    form("/admin/{app:[a-z_]+}/", "/admin/posts/", Led),
    form("/admin/{app:[a-z_]+}/", "/admin/auth/", Led),
    form("/admin/{app:[a-z_]+}/{model:[a-z_]+}/", "/admin/posts/post/", Led),
    form("/admin/{app:[a-z_]+}/{model:[a-z_]+}/", "/admin/auth/user/", Led),
    form("/admin/{app:[a-z_]+}/{model:[a-z_]+}/", "/admin/auth/group/", Led),
    form("/admin/{app:[a-z_]+}/{model:[a-z_]+}/", "/admin/admin/logentry/", Led),
    form("/admin/{app:[a-z_]+}/{model:[a-z_]+}/", "/admin/no/such/", Led),
    form("/admin/{app:[a-z_]+}/{model:[a-z_]+}/add/", "/admin/posts/post/add/", Led),
    form("/admin/{app:[a-z_]+}/{model:[a-z_]+}/add/", "/admin/auth/user/add/", Led),
    form("/admin/{app:[a-z_]+}/{model:[a-z_]+}/{id}/", "/admin/posts/post/1/", Led),
    form(RECORD, "/admin/posts/post/1/change/", Led),
    form(RECORD, "/admin/posts/post/1/delete/", Led),
    form(RECORD, "/admin/posts/post/1/history/", Led),
    form(RECORD, "/admin/posts/post/999/change/", Led),
    form(RECORD, "/admin/auth/user/1/change/", Led),
    form(RECORD, "/admin/auth/user/1/delete/", Led),
    form(RECORD, "/admin/auth/user/1/password/", Led),
    form(RECORD, "/admin/admin/logentry/1/change/", Led),
    asked("/account/", "/account/", Protected),
    asked("/account/api_keys/", "/account/api_keys/", Protected),
    asked("/account/api_keys/{id:[0-9]+}/", "/account/api_keys/1/", Protected),
    asked("/account/password/", "/account/password/", Protected),
    asked("/api/account/", "/api/account/", Protected),
    asked("/api/account/api_keys/", "/api/account/api_keys/", Protected),
    asked("/api/account/api_keys/{id:[0-9]+}/", "/api/account/api_keys/1/", Protected),
    asked("/api/account/password/", "/api/account/password/", Protected),
    asked("/accounts/profile/", "/accounts/profile/", Open),
    form("/api-auth/login/", "/api-auth/login/", Open),
    form("/api-auth/logout/", "/api-auth/logout/", Open),
    form("/api-auth/token/", "/api-auth/token/", Open),
    asked("/api/auth/obtain_token/{rest:.*}", "/api/auth/obtain_token/", Open),
    asked("/api/auth/refresh_token/{rest:.*}", "/api/auth/refresh_token/", Open),
    asked("/api/auth/revoke_all/", "/api/auth/revoke_all/", Protected),
    asked("/api/auth/revoke_all/{id:[0-9]+}/", "/api/auth/revoke_all/1/", Protected),
    asked("/api/auth/revoke_token/", "/api/auth/revoke_token/", Open),
    asked("/api/auth/verify_token/{rest:.*}", "/api/auth/verify_token/", Open),
    asked("/api/docs/", "/api/docs/", Open),
    asked("/api/docs/{version}/{file}", "/api/docs/0/start.js", Open),
    asked("/api/docs/{version}/{file}", "/api/docs/0/nothing", Open),
    asked("/api/posts/", "/api/posts/", Protected),
    asked("/api/posts/{id:[0-9]+}/", "/api/posts/1/", Protected),
    asked("/api/posts/{id:[0-9]+}/", "/api/posts/999/", Protected),
    asked("/api/schema/", "/api/schema/", Open),
    asked("/auth/obtain_token/{rest:.*}", "/auth/obtain_token/", Open),
    asked("/auth/refresh_token/{rest:.*}", "/auth/refresh_token/", Open),
    asked("/auth/revoke_all/", "/auth/revoke_all/", Protected),
    asked("/auth/revoke_all/{id:[0-9]+}/", "/auth/revoke_all/1/", Protected),
    asked("/auth/revoke_token/", "/auth/revoke_token/", Open),
    asked("/auth/verify_token/{rest:.*}", "/auth/verify_token/", Open),
    asked("/health/", "/health/", Open),
    asked("/static/presspass/{version}/{file}", "/static/presspass/0/nothing", Open),
    // There is a superuser: the link has ended.
    form("/setup/{token}/", "/setup/0/", Open),
];

/// Every method that a route may know, one that none knows, and one that nobody does.
pub(super) const METHODS: &[&str] =
    &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FROBNICATE"];
