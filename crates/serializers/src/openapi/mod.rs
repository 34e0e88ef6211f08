//! OpenAPI 3.1 out of the field lists that validate and represent: JSON Schema of a resource, and the pieces that a
//! document is put together from. Which paths there are, the server knows.
//!
//! A document is a tree of [`Node`]s, whose order is kept; [`crate::to_json`] and [`to_yaml`] write it.

mod components;
mod node;
mod operation;
mod schema;
mod yaml;

pub use components::{reference, references, without_unused};
pub use node::Node;
pub use operation::{Operation, Place, body, component, parameter, response};
pub use schema::{
    NO_NUL, Required, array, detail, errors, example, field_errors, page, representation, request,
    request_example, uncounted_page, value,
};
pub use yaml::to_yaml;
