//! How lists are answered, by the settings.

use presspass_rest::Streams;
use presspass_rest::pagination::PageSize;

use crate::settings::{self, Settings};

/// How lists are cut into pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pagination {
    /// Not at all.
    None,
    /// By `?limit=` and `?offset=`.
    LimitOffset {
        /// The limit where the client names none.
        default: Option<i64>,
        /// The largest limit.
        max: Option<i64>,
    },
    /// By `?page=`.
    PageNumber(PageSize),
    /// By `?cursor=`.
    Cursor(PageSize),
}

impl Pagination {
    /// Whether a list is an array where the client does not ask for pages.
    #[must_use]
    pub const fn is_optional(&self) -> bool {
        match self {
            Self::None => true,
            Self::LimitOffset { default, .. } => default.is_none(),
            Self::PageNumber(size) | Self::Cursor(size) => size.default.is_none(),
        }
    }
}

/// How lists are cut, by the settings.
pub(crate) fn pagination(settings: &settings::Pagination) -> Pagination {
    let default = settings.page_size.map(|size| i64::from(size.get()));
    let max = settings.max_page_size.map(|size| i64::from(size.get()));
    let parameter = settings.page_size_query_param.as_ref().map(|name| name.as_str().to_owned());
    // Without a size there are no pages, as in REST framework.
    let has_size = default.is_some() || parameter.is_some();
    let size = PageSize { default, parameter, max };
    match settings.style {
        settings::PaginationStyle::LimitOffset => Pagination::LimitOffset { default, max },
        settings::PaginationStyle::PageNumber if has_size => Pagination::PageNumber(size),
        settings::PaginationStyle::Cursor if has_size => Pagination::Cursor(size),
        _ => Pagination::None,
    }
}

/// Lists share half of the connections; one of these stays with short lists, whatever the readers of long ones do.
pub(super) fn streams(settings: &Settings) -> Streams {
    let lists = settings.database.pool_size.get() / 2;
    let at_once = usize::try_from(lists.saturating_sub(1)).unwrap_or(1).max(1);
    Streams::new(at_once, settings.limits.reader_silence)
}
