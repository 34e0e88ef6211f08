//! The OpenAPI document: correct, usable by programs, readable.

mod client;
mod document;
mod properties;
mod reader;

pub(crate) use client::{PYTHON_CLIENT, TYPESCRIPT_CLIENT};
use serde_json::Value;

use crate::common::run;

/// The document that the command prints with these settings.
fn printed(settings: &[(&str, &str)]) -> Value {
    let finished = run(&["openapi"], settings);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    serde_json::from_str(&finished.stdout).expect("the document is JSON")
}

/// The names of an object's members, in the order of the alphabet.
fn names(value: &Value) -> Vec<String> {
    let mut names: Vec<String> =
        value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().cloned().collect();
    names.sort();
    names
}
