//! Helpers that tests share.

mod accounts;
mod browser;
mod finished;
mod rows;
mod signals;
mod wire;

use std::time::{Duration, Instant};

pub(crate) use accounts::{PASSWORD, SECRET_KEY, Server, basic, log_in, token};
pub(crate) use browser::Browser;
pub(crate) use finished::{Finished, run, run_in};
pub(crate) use presspass_test_support::{chromium, hostile_strings, in_chromium};
pub(crate) use rows::Rows;
pub(crate) use signals::{interrupt, wait_for_exit};
pub(crate) use wire::Wire;

/// The program under test.
pub(crate) const PRESSPASS: &str = env!("CARGO_BIN_EXE_presspass");

/// Longer than anything takes that is not broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again and again until there is a value; panics with `what` after a while.
pub(crate) fn eventually<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = probe() {
            return value;
        }
        assert!(Instant::now() < deadline, "this did not happen: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
