//! Throttles: Django REST framework's rates of requests, and a throttle of failed logins.
//!
//! A [`Rate`] is DRF's `10/minute`. A [`ThrottleStore`] keeps the uses of each key, and decides on the next use
//! atomically; servers that share a store count together. [`RequestRates`] determines the keys that a request uses,
//! and [`LoginThrottle`] counts failed logins.

#[cfg(any(test, feature = "acceptance"))]
pub mod acceptance;
mod caller;
mod history;
mod logins;
mod memory;
mod rate;
mod requests;
mod store;

pub use caller::network_of;
pub use history::{CLOCK_TOLERANCE, History};
pub use logins::{Counter, LoginAdmission, LoginAttempt, LoginRates, LoginThrottle};
pub use memory::MemoryThrottles;
pub use rate::{Rate, RateError, Throttled};
pub use requests::{RequestRates, Requester};
pub use store::{Slot, Take, ThrottleStore, micros};
