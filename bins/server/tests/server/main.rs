//! Tests of the binary: started as a process, used over sockets and at a terminal.
//!
//! One test program with a module for each noun, so that it is linked once and shares one `PostgreSQL` cluster.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account_pages;
mod admin;
mod adopted;
mod adoption;
mod bounds;
mod check_deploy;
mod commands;
mod common;
mod configuration;
mod cors;
mod credentials;
mod database_starts;
mod documented_commands;
mod endpoints;
mod faults;
mod first_steps;
mod hostile_bodies;
mod hostile_heads;
mod hostile_queries;
mod hostile_tokens;
mod import_cycles;
mod layering;
mod links;
mod logs;
mod long_lists;
mod matrix;
mod nginx;
mod openapi;
mod outages;
mod pages;
mod refused_starts;
mod sessions;
mod setup;
mod start;
mod stop;
mod systemd;
mod throttles;
mod token_commands;
mod token_keys;
mod unsaved;
mod waiting;
