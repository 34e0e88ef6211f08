//! The wire form of a described model: its fields as DRF's `ModelSerializer` makes them, and the validation of what clients
//! send.

mod dates;
mod durations;
mod fields;
mod filter_values;
mod filters;
pub mod formats;
mod keys;
mod numbers;
mod parsed;
mod texts;
mod values;

pub use fields::{of_model, resource_fields};
pub use filters::{Filter, FilterError, Filtered, LONGEST_FILTER, RelatedKey};
pub use parsed::{Parsed, parse};

#[cfg(test)]
mod tests;
