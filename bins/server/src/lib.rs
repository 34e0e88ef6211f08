//! The server `presspass`: settings, the composition root, the endpoints, the commands.

#![deny(missing_docs)]

mod access;
mod accounts;
mod commands;
mod credentials;
mod failures;
mod health;
mod posts;
mod requests;
mod routes;
mod services;
pub mod settings;
mod setup;
mod startup;
mod throttles;

pub use commands::{Outcome, run};
