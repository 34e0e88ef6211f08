//! The settings: defaults, then `presspass.toml`, then the environment.
//!
//! [`REGISTRY`] lists every setting once: name, environment variable, default and its reason, the values it takes.
//! Reading, the errors, [`report()`] and `docs/configuration.md` come from it. To add a setting, add its row there, its
//! field below, and the line that the documentation's test then asks for.
//!
//! [`Settings::load`] reads the layers into text (`layers`), and the text into types that cannot hold a wrong value
//! (`reader`). Whatever is wrong is collected, and told at once: one line each, with its place and what to do.

mod choices;
mod cors;
mod deployment;
mod environment;
mod file;
mod from_text;
mod guessable;
mod layers;
mod nearest;
mod problem;
mod project;
mod reader;
mod registry;
mod report;
mod secret_key;
mod setting;
#[cfg(test)]
mod tests;
mod typed;
mod url;
mod warnings;

pub use choices::{
    Authenticator, JwtAlgorithm, JwtWire, PaginationStyle, PasswordScheme, PasswordUpgrade, Permission,
};
pub use cors::{AllowedOrigins, Cors, WebOrigin};
pub use from_text::{CookieName, ParameterName, Scheme};
pub use problem::{Origin, Problem, Problems};
pub use project::ProjectSettings;
pub use registry::REGISTRY;
pub use report::report;
pub use secret_key::SecretKey;
pub use setting::{Fallback, Kind, Setting};
pub use typed::{Database, Jwt, Limits, Pagination, Password, Sessions, Settings, Throttle};
pub use url::{SessionStore, ThrottleStore};
