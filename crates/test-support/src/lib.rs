//! What the tests of every crate share: databases on both engines, a running server, a client that sends exactly the
//! bytes it is given, a terminal, and the Django project to compare with.
//!
//! ```no_run
//! use presspass_test_support::{ServerCommand, TestDatabase};
//!
//! for database in TestDatabase::each() {
//!     let server = ServerCommand::new("/usr/bin/presspass") // env!("CARGO_BIN_EXE_presspass") in its own tests
//!         .arg("serve")
//!         .env("DATABASE_URL", database.url())
//!         .start();
//!     let answer = server.client().request("GET", "/posts/").header("Accept", "application/json").send();
//!     assert_eq!(answer.status, 401, "{}", server.stderr());
//! }
//! ```
//!
//! Nothing here returns an error that a test could only unwrap: what goes wrong panics, and says what it saw. Where a
//! failure is what a test is about, there is a `try_` variant. What a machine lacks is passed over by [`skip`], by name,
//! and is a failure where `PRESSPASS_REQUIRE` asks for it.
#![expect(clippy::expect_used, reason = "a test support that cannot go on fails the test")]
#![expect(clippy::missing_panics_doc, reason = "every function here panics where the test cannot go on")]

mod answer;
mod build;
mod chromium;
mod client;
mod cluster;
mod database;
mod installed;
mod nginx;
mod oracle;
mod outage_proxy;
mod poll;
mod port;
mod program;
mod redis;
mod server;
mod simple_query;
mod skip;
mod terminal;

pub use answer::{Answer, Headers};
pub use build::{Profile, presspass_program};
pub use chromium::{chromium, hostile_strings, in_chromium};
pub use client::{Client, Request};
pub use database::{Engine, TestDatabase};
pub use installed::{node_packages, python_packages};
pub use nginx::Nginx;
pub use oracle::{Oracle, Stack};
pub use outage_proxy::OutageProxy;
pub use port::free_port;
pub use program::{find_program, isolated_command};
pub use redis::TestRedis;
pub use rustix::process::Signal;
pub use server::{EarlyExit, RunningServer, ServerCommand};
pub use skip::{REQUIRE, skip};
pub use terminal::Terminal;
