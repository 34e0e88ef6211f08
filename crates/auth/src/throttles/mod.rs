//! How often a caller may do something: Django REST framework's rates, and a throttle of failed log-ins.
//!
//! A [`Rate`] is REST framework's `10/minute`. A [`ThrottleStore`] keeps, under a key, when it was used, and decides on the
//! next use atomically; servers that share a store count together. [`RequestRates`] says which keys a request uses, and
//! [`LogInThrottle`] counts log-ins that fail.

#[cfg(any(test, feature = "acceptance"))]
pub mod acceptance;
mod caller;
mod history;
mod log_ins;
mod memory;
mod rate;
mod requests;
mod store;

pub use caller::network_of;
pub use history::{CLOCK_TOLERANCE, History};
pub use log_ins::{Admission, Attempt, Counter, LogInRates, LogInThrottle};
pub use memory::MemoryThrottles;
pub use rate::{Rate, RateError, Throttled};
pub use requests::{RequestRates, Requester};
pub use store::{Slot, Take, ThrottleStore, micros};
