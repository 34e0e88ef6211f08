//! JSON in and out: fields, validation with DRF's errors, representations, OPTIONS metadata and OpenAPI schemas.
//!
//! The fields of a resource are one list ([`posts::FIELDS`]). Validation, metadata, schemas and the order of errors use it,
//! and a test compares it with the representation.

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
mod page;
pub mod passwords;
mod pattern;
pub mod posts;
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
pub use page::{Page, UncountedPage};
pub use pattern::{Pattern, PatternError};
pub use render::{Indent, to_json};
pub use validation::{Completeness, is_space, strip};
