//! The wire form: fields, validation into the framework's error shape, representations, OPTIONS metadata,
//! OpenAPI schemas.
//!
//! A resource's fields stand in one list ([`posts::FIELDS`]). Validation, metadata, schemas and the order of errors come
//! out of it, and a test holds the representation equal to it, so that they cannot drift apart.

pub mod accounts;
pub mod api_keys;
mod array;
mod errors;
mod field;
mod input;
mod metadata;
pub mod openapi;
mod page;
pub mod passwords;
pub mod posts;
mod render;
pub mod tokens;
mod validation;

pub use array::ArrayWriter;
pub use errors::{Errors, FieldErrors};
pub use field::{Field, Kind, Look};
pub use input::{Input, Member};
pub use metadata::{Metadata, MetadataAction};
pub use page::{Page, UncountedPage};
pub use render::{Indent, to_json};
pub use validation::{is_space, strip};
