//! Pages by `?page=` (DRF's `PageNumberPagination`).

use presspass_auth::python_int;

use super::links::ListAddress;
use crate::failure::Failure;
use crate::query::Query;

/// The requested page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageNumber {
    /// The first is 1.
    Page(i64),
    Last,
}

impl PageNumber {
    /// The page of a query; by default the first.
    ///
    /// # Errors
    /// 404 where it is no number, less than 1, or beyond 64 bits.
    pub fn of(query: &Query, size: i64) -> Result<Self, Failure> {
        match query.get("page") {
            None => Ok(Self::Page(1)),
            Some("last") => Ok(Self::Last),
            Some(text) => {
                let page = python_int::parse(text).and_then(|page| i64::try_from(page).ok());
                let page = page.filter(|page| *page > 0 && page.checked_mul(size).is_some());
                page.map(Self::Page).ok_or(Failure::InvalidPage)
            }
        }
    }

    /// The number of the page in a list of `count` items.
    ///
    /// # Errors
    /// 404 where the list ends before it; the first page always exists.
    pub fn within(self, size: i64, count: i64) -> Result<NumberedPage, Failure> {
        let last = ((count.max(1) - 1) / size.max(1)) + 1;
        match self {
            Self::Last => Ok(NumberedPage { number: last, last }),
            Self::Page(number) if number <= last => Ok(NumberedPage { number, last }),
            Self::Page(_) => Err(Failure::InvalidPage),
        }
    }
}

/// A page that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberedPage {
    number: i64,
    last: i64,
}

impl NumberedPage {
    #[must_use]
    pub fn next(self, address: &ListAddress<'_>) -> Option<String> {
        (self.number < self.last).then(|| address.with(&[("page", Some((self.number + 1).to_string()))]))
    }

    /// The URL of the previous page; that of the first page has no number.
    #[must_use]
    pub fn previous(self, address: &ListAddress<'_>) -> Option<String> {
        let before = self.number - 1;
        (before > 0).then(|| address.with(&[("page", (before > 1).then(|| before.to_string()))]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str, count: i64) -> Option<(i64, i64)> {
        let page = PageNumber::of(&Query::parse(query), 10).ok()?.within(10, count).ok()?;
        Some((page.number, page.last))
    }

    #[test]
    fn a_page_is_there_or_not_found() {
        assert_eq!(page("", 31), Some((1, 4)));
        assert_eq!(page("page=4", 31), Some((4, 4)));
        assert_eq!(page("page=last", 31), Some((4, 4)));
        assert_eq!(page("page=+2_0", 300), Some((20, 30)));
        for wrong in [
            "page=5",
            "page=0",
            "page=-1",
            "page=x",
            "page=",
            "page=1.0",
            "page=99999999999999999999",
            "page=9223372036854775807",
        ] {
            assert_eq!(page(wrong, 31), None, "{wrong}");
        }
    }

    #[test]
    fn an_empty_list_has_a_first_page() {
        assert_eq!(page("page=1", 0), Some((1, 1)));
        assert_eq!(page("page=last", 0), Some((1, 1)));
        assert_eq!(page("page=2", 0), None);
    }
}
