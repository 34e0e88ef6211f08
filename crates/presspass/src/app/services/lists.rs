//! How lists are answered, by the settings.

use presspass_rest::Streams;

use crate::settings::{self, Settings};

/// How lists are cut into pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pagination {
    /// Not at all.
    None,
    /// By `?limit=` and `?offset=`.
    LimitOffset {
        /// The limit where the client names none.
        default: Option<i64>,
    },
    /// By `?page=`.
    PageNumber {
        /// The size of a page.
        size: i64,
    },
    /// By `?cursor=`.
    Cursor {
        /// The size of a page.
        size: i64,
    },
}

/// How lists are cut, by the settings.
pub(crate) fn pagination(settings: &settings::Pagination) -> Pagination {
    let size = settings.page_size.map(|size| i64::from(size.get()));
    match (settings.style, size) {
        (settings::PaginationStyle::LimitOffset, default) => Pagination::LimitOffset { default },
        (settings::PaginationStyle::PageNumber, Some(size)) => Pagination::PageNumber { size },
        (settings::PaginationStyle::Cursor, Some(size)) => Pagination::Cursor { size },
        // Without a size there are no pages, as in the original.
        (settings::PaginationStyle::None, _) | (_, None) => Pagination::None,
    }
}

/// Lists share half of the connections; one of these stays with short lists, whatever the readers of long ones do.
pub(super) fn streams(settings: &Settings) -> Streams {
    let lists = settings.database.pool_size.get() / 2;
    let at_once = usize::try_from(lists.saturating_sub(1)).unwrap_or(1).max(1);
    Streams::new(at_once, settings.limits.reader_silence)
}
