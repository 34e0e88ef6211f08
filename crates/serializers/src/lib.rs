//! JSON in and out: fields, validation with DRF's errors, representations, OPTIONS metadata and OpenAPI schemas.
//!
//! The fields of a model, or of a body that is none, are one list of [`Field`]s: validation, metadata, schemas and the order
//! of errors use it.

pub mod accounts;
pub mod api_keys;
mod array;
mod errors;
mod field;
mod input;
mod layout;
mod metadata;
pub mod model;
pub mod openapi;
pub mod passwords;
mod pattern;
mod python;
mod render;
pub mod tokens;
mod validation;

pub use array::ArrayWriter;
pub use errors::{Errors, FieldErrors};
pub use field::{Field, Kind, Look, Origin, TextFormat};
pub use input::{Input, Member};
pub use layout::laid_out;
pub use metadata::{Metadata, MetadataAction};
pub use pattern::{Pattern, PatternError};
pub use render::{Indent, to_json};
pub use validation::{Completeness, is_space, strip};
