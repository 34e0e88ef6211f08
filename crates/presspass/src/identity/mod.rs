//! Authentication and permissions: access control, credentials, sessions, API keys, token keys, revocation, throttles.

pub(crate) mod access;
pub(crate) mod api_keys;
pub(crate) mod caller;
pub(crate) mod credentials;
pub(crate) mod private_file;
pub(crate) mod refusals;
pub(crate) mod revocation;
mod rights;
pub(crate) mod sessions;
pub(crate) mod throttles;
pub(crate) mod token_keys;
