//! Accounts and the description of models: entities, and value types that cannot hold an invalid value; and what
//! all crates print secrets, errors and log lines with. No I/O, no framework.

mod account;
mod log_line;
mod log_pace;
pub mod model;
mod page;
mod permission;
mod secret_url;
mod timestamp;

pub use account::{
    Account, AccountClaim, AccountKey, ClaimedAccount, EmailAddress, NewAccount, PasswordRecord,
    PersonalNames, Username, UsernameError,
};
pub use log_line::{causes, escaped, one_line};
pub use log_pace::LogPace;
pub use page::{Direction, Slice, Window};
pub use permission::PermissionSet;
pub use secret_url::{SecretUrl, redacted};
pub use timestamp::{Timestamp, TimestampError};
