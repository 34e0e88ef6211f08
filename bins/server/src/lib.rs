//! The server `presspass`: settings, the composition root, the endpoints, the commands.

#![deny(missing_docs)]

mod access;
mod accounts;
mod admin;
mod api_auth;
mod api_keys;
mod commands;
mod cors;
mod credentials;
mod failures;
mod health;
mod jwks;
mod posts;
mod reader;
mod requests;
mod revocation;
mod routes;
mod schema;
mod services;
mod sessions;
pub mod settings;
mod setup;
mod startup;
mod sweeper;
mod throttles;
mod token_keys;

pub use commands::{Outcome, run};
pub use routes::route_patterns;
