//! The server `presspass`: settings, the composition root, the endpoints, the commands.

#![deny(missing_docs)]

mod access;
mod accounts;
mod commands;
mod credentials;
mod failures;
mod health;
mod posts;
mod reader;
mod requests;
mod routes;
mod schema;
mod services;
pub mod settings;
mod setup;
mod startup;

pub use commands::{Outcome, run};
