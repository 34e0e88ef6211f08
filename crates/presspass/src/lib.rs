//! The library that a project is built on: settings, commands, who is calling, the endpoints of accounts, and the server.

#![deny(missing_docs)]

mod app;
mod cli;
mod endpoints;
mod identity;
pub mod settings;

pub use cli::{Outcome, run};
pub use endpoints::routes::route_patterns;
