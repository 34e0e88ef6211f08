//! Throttles of logins and of requests, and the stores that they count in.

mod logins;
mod requests;

use std::sync::Arc;

use presspass_auth::throttles::ThrottleStore;

pub(crate) use logins::LoginLimits;
pub(crate) use requests::RequestThrottles;

/// Where uses are counted.
#[derive(Debug, Clone)]
pub(crate) struct ThrottleStores {
    pub log_ins: Arc<dyn ThrottleStore>,
    pub requests: Arc<dyn ThrottleStore>,
    pub while_unavailable: WhileUnavailable,
}

/// What happens to requests that cannot be counted because the store is unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhileUnavailable {
    /// They pass, and the log says so: throttles must not make the service unavailable.
    Serve,
    /// They are answered 503: the store is the database, which they need themselves.
    Refuse,
}
