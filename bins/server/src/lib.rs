//! The server `presspass`: settings, the composition root, the endpoints, the commands.

#![deny(missing_docs)]

mod access;
mod accounts;
mod api_auth;
mod commands;
mod credentials;
mod failures;
mod health;
mod posts;
mod requests;
mod routes;
mod services;
mod sessions;
pub mod settings;
mod setup;
mod startup;
mod throttles;

pub use commands::{Outcome, run};
