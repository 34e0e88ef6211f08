//! How the lists of a resource are cut into pages.

use std::num::NonZero;

use presspass_domain::Direction;
use presspass_domain::model::{Kind, Model, Path};
use presspass_rest::pagination::PageSize;

use crate::settings::{self, PaginationStyle};

/// How a resource's lists are cut into pages: DRF's `pagination_class`. Without a size, it is that of the setting
/// `pagination.page_size`.
///
/// ```
/// use presspass::{Pagination, POST, Resource};
///
/// let posts = Resource::new(&POST, "posts").pagination(Pagination::cursor().page_size(20));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pagination {
    style: PaginationStyle,
    page_size: Option<u32>,
    page_size_query_param: Option<&'static str>,
    max_page_size: Option<u32>,
    ordering: &'static [&'static str],
}

impl Pagination {
    const fn of(style: PaginationStyle) -> Self {
        Self { style, page_size: None, page_size_query_param: None, max_page_size: None, ordering: &[] }
    }

    /// Not at all: lists are arrays (`pagination_class = None`).
    #[must_use]
    pub const fn none() -> Self {
        Self::of(PaginationStyle::None)
    }

    /// By `?page=` (`PageNumberPagination`).
    #[must_use]
    pub const fn page_number() -> Self {
        Self::of(PaginationStyle::PageNumber)
    }

    /// By `?limit=` and `?offset=` (`LimitOffsetPagination`); the size is the limit of clients that send none.
    #[must_use]
    pub const fn limit_offset() -> Self {
        Self::of(PaginationStyle::LimitOffset)
    }

    /// By `?cursor=` (`CursorPagination`).
    #[must_use]
    pub const fn cursor() -> Self {
        Self::of(PaginationStyle::Cursor)
    }

    /// How many records a page has (`page_size`, `default_limit`).
    #[must_use]
    pub const fn page_size(self, size: u32) -> Self {
        Self { page_size: Some(size), ..self }
    }

    /// The parameter by which a client chooses the size (`page_size_query_param`).
    #[must_use]
    pub const fn page_size_query_param(self, name: &'static str) -> Self {
        Self { page_size_query_param: Some(name), ..self }
    }

    /// The largest size that a client can choose (`max_page_size`, `max_limit`).
    #[must_use]
    pub const fn max_page_size(self, size: u32) -> Self {
        Self { max_page_size: Some(size), ..self }
    }

    /// The order of pages by cursor where the query names none (`ordering`); else it is `-created_at`, or `-id` of a model
    /// without that field.
    #[must_use]
    pub const fn ordering(self, fields: &'static [&'static str]) -> Self {
        Self { ordering: fields, ..self }
    }

    /// # Errors
    /// What is wrong.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.page_size == Some(0) || self.max_page_size == Some(0) {
            return Err("pagination: a page has at least one record".to_owned());
        }
        Ok(())
    }

    /// The order of pages by cursor.
    ///
    /// # Errors
    /// The name that is no column.
    pub(super) fn cursor_order(
        declared: Option<&Self>,
        model: &'static Model,
    ) -> Result<Vec<(Path, Direction)>, String> {
        let usual = if model.field("created_at").is_some() { &["-created_at"] } else { &["-id"] };
        let names = declared.map_or(&[][..], |declared| declared.ordering);
        let names = if names.is_empty() { &usual[..] } else { names };
        let order = names.iter().map(|name| {
            let (name, direction) = Direction::of(name);
            let path = Path::parse(model, name);
            let path = path.filter(|path| !path.is_many() && !matches!(path.field.kind, Kind::Password));
            path.map(|path| (path, direction))
                .ok_or_else(|| format!("pagination: ordering names no field: {name}"))
        });
        order.collect()
    }
}

/// How lists are cut, by the declaration and the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pages {
    None,
    LimitOffset {
        /// The limit where the client names none.
        default: Option<i64>,
        /// The largest limit.
        max: Option<i64>,
    },
    PageNumber(PageSize),
    Cursor(PageSize),
}

impl Pages {
    pub fn new(declared: Option<&Pagination>, settings: &settings::Pagination) -> Self {
        let of_settings = settings.page_size.map(NonZero::get);
        let (style, default, parameter, max) =
            if let Some(Pagination { style, page_size, page_size_query_param, max_page_size, .. }) = declared
            {
                let parameter = page_size_query_param.map(str::to_owned);
                (*style, page_size.or(of_settings), parameter, *max_page_size)
            } else {
                let parameter = settings.page_size_query_param.as_ref().map(|name| name.as_str().to_owned());
                (settings.style, of_settings, parameter, settings.max_page_size.map(NonZero::get))
            };
        let (default, max) = (default.map(i64::from), max.map(i64::from));
        // Without a size there are no pages, as in REST framework.
        let has_size = default.is_some() || parameter.is_some();
        let size = PageSize { default, parameter, max };
        match style {
            PaginationStyle::LimitOffset => Self::LimitOffset { default, max },
            PaginationStyle::PageNumber if has_size => Self::PageNumber(size),
            PaginationStyle::Cursor if has_size => Self::Cursor(size),
            _ => Self::None,
        }
    }

    /// Whether a list is an array where the client does not ask for pages.
    pub const fn is_optional(&self) -> bool {
        match self {
            Self::None => true,
            Self::LimitOffset { default, .. } => default.is_none(),
            Self::PageNumber(size) | Self::Cursor(size) => size.default.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use presspass_domain::model::{GROUP, POST};

    use super::*;

    fn settings(style: PaginationStyle, page_size: Option<u32>) -> settings::Pagination {
        let page_size = page_size.and_then(NonZero::new);
        settings::Pagination { style, page_size, page_size_query_param: None, max_page_size: None }
    }

    fn size(default: i64) -> PageSize {
        PageSize { default: Some(default), ..PageSize::default() }
    }

    #[test]
    fn a_resource_decides_before_the_settings_and_takes_their_size() {
        let of_settings = settings(PaginationStyle::PageNumber, Some(10));
        let pages = |declared: &Pagination| Pages::new(Some(declared), &of_settings);
        assert_eq!(Pages::new(None, &of_settings), Pages::PageNumber(size(10)));
        assert_eq!(pages(&Pagination::cursor()), Pages::Cursor(size(10)));
        assert_eq!(pages(&Pagination::cursor().page_size(3)), Pages::Cursor(size(3)));
        assert_eq!(pages(&Pagination::none()), Pages::None);
        let limits = Pages::LimitOffset { default: Some(10), max: Some(50) };
        assert_eq!(pages(&Pagination::limit_offset().max_page_size(50)), limits);
        let without_size = settings(PaginationStyle::LimitOffset, None);
        assert_eq!(Pages::new(Some(&Pagination::page_number()), &without_size), Pages::None);
        let chosen = Pages::new(Some(&Pagination::page_number().page_size_query_param("n")), &without_size);
        assert!(matches!(&chosen, Pages::PageNumber(size) if size.parameter.as_deref() == Some("n")));
        assert!(chosen.is_optional());
    }

    #[test]
    fn a_cursor_begins_with_the_newest_or_as_declared() {
        let names = |declared: Option<&Pagination>, model| {
            Pagination::cursor_order(declared, model)
                .map(|order| order.iter().map(|(path, way)| (path.field.name, *way)).collect::<Vec<_>>())
        };
        assert_eq!(names(None, &POST).unwrap(), [("created_at", Direction::Descending)]);
        assert_eq!(names(None, &GROUP).unwrap(), [("id", Direction::Descending)]);
        let by_title = Pagination::cursor().ordering(&["title", "-id"]);
        let declared = names(Some(&by_title), &POST).unwrap();
        assert_eq!(declared, [("title", Direction::Ascending), ("id", Direction::Descending)]);
        let wrong = names(Some(&Pagination::cursor().ordering(&["-created"])), &POST);
        assert_eq!(wrong, Err("pagination: ordering names no field: created".to_owned()));
    }
}
