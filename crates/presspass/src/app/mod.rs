//! The running program: startup, shared state, middleware and background jobs.

pub(crate) mod cors;
pub(crate) mod drain;
pub(crate) mod requests;
pub(crate) mod services;
pub(crate) mod setup_link;
pub(crate) mod startup;
pub(crate) mod sweeper;
