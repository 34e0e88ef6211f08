//! Pagination, in the styles of DRF.

mod cursor;
mod limit_offset;
mod links;
mod page_number;
mod page_size;

pub use cursor::{Cursor, CursorPage};
pub use limit_offset::LimitOffset;
pub use links::ListAddress;
pub(crate) use links::quote;
pub use page_number::{NumberedPage, PageNumber};
pub use page_size::PageSize;
