//! Programs that test the reliability promises; `docs/reliability.md` lists them with their figures.
//!
//! Each is a module with `Arguments`, whose defaults are those of the promise, and `run`, which starts servers on a
//! throw-away database, does what the promise is about, and makes a [`Report`]. The binary runs one by its name; the tests
//! of the server run some on a smaller scale. To add one: a module here, and a line in `main.rs`.

pub mod abandoned_searches;
pub mod concurrent_writes;
pub mod kill_nine;
mod ledger;
pub mod login_flood;
mod probe;
mod process;
mod report;
pub mod rolling_restart;
mod rows;
pub mod shared_account_logins;
mod subject;
pub mod synced_writes;
pub mod unfinished_bodies;
pub mod wait_for_database;
pub mod whole_lists;

pub use ledger::{Audit, Ledger};
pub use probe::Probe;
pub use process::{forget_peak, peak_resident_kib, resident_kib};
pub use report::{Report, millis, percentile};
pub use subject::{PASSWORD, Subject, log_in};
