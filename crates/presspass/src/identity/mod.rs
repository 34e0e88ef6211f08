//! Who is calling: credentials, sessions, API keys, keys that sign, revocation, throttles, and the gate before endpoints.

pub(crate) mod api_keys;
pub(crate) mod credentials;
mod form_log_in;
pub(crate) mod gate;
pub(crate) mod refusals;
pub(crate) mod revocation;
pub(crate) mod sessions;
pub(crate) mod throttles;
pub(crate) mod token_keys;
