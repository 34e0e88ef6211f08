//! Pages by `?limit=` and `?offset=` (DRF's `LimitOffsetPagination`).

use presspass_auth::python_int;

use super::links::ListAddress;
use crate::failure::Failure;
use crate::query::Query;

/// The requested part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitOffset {
    /// The maximum number of items, at least 1.
    pub limit: i64,
    /// How many are skipped. No list is as long as the largest: such a page is empty.
    offset: i128,
}

impl LimitOffset {
    /// The page of a query; `Ok(None)` where it asks for none. A missing or invalid limit means `default`, or the whole
    /// list. A limit above `max` means `max`.
    ///
    /// # Errors
    /// 404 where the limit is beyond 64 bits, or the offset beyond 128.
    pub fn of(query: &Query, default: Option<i64>, max: Option<i64>) -> Result<Option<Self>, Failure> {
        let number = |name| query.get(name).and_then(python_int::parse);
        let asked = number("limit").filter(|limit| *limit > 0).map(|limit| i64::try_from(limit).ok());
        let limit = match (asked, max) {
            (None, _) => default,
            (Some(None), None) => return Err(Failure::NotFound),
            (Some(limit), None) => limit,
            (Some(limit), Some(max)) => Some(limit.map_or(max, |limit| limit.min(max))),
        };
        let offset = number("offset").unwrap_or(0).max(0);
        if offset == i128::MAX {
            return Err(Failure::NotFound);
        }
        Ok(limit.map(|limit| Self { limit, offset }))
    }

    /// How many are skipped, as a database can count.
    #[must_use]
    pub fn offset(&self) -> i64 {
        i64::try_from(self.offset).unwrap_or(i64::MAX)
    }

    /// The URL of the next page of a list of `count` items.
    #[must_use]
    pub fn next(&self, address: &ListAddress<'_>, count: i64) -> Option<String> {
        let offset = self.offset.saturating_add(i128::from(self.limit));
        (offset < i128::from(count)).then(|| self.page(address, Some(offset)))
    }

    /// The URL of the previous page.
    #[must_use]
    pub fn previous(&self, address: &ListAddress<'_>) -> Option<String> {
        let offset = self.offset - i128::from(self.limit);
        (self.offset > 0).then(|| self.page(address, (offset > 0).then_some(offset)))
    }

    fn page(&self, address: &ListAddress<'_>, offset: Option<i128>) -> String {
        let offset = offset.map(|offset| offset.to_string());
        address.with(&[("limit", Some(self.limit.to_string())), ("offset", offset)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Option<LimitOffset> {
        LimitOffset::of(&Query::parse(query), None, None).unwrap()
    }

    #[test]
    fn a_limit_that_is_none_asks_for_the_whole_list() {
        for query in ["", "limit=0", "limit=-1", "limit=x", "limit=2.5", "limit=", "offset=3", "limit=1__0"] {
            assert_eq!(page(query), None, "{query}");
        }
        assert_eq!(page("limit=%202&offset=x"), Some(LimitOffset { limit: 2, offset: 0 }));
        assert_eq!(page("limit=1_0&offset=+7&limit=3"), Some(LimitOffset { limit: 3, offset: 7 }));
    }

    #[test]
    fn an_offset_beyond_any_list_is_an_empty_page_with_one_before_it() {
        let page = page("limit=1&offset=99999999999999999999").unwrap();
        assert_eq!(page.offset(), i64::MAX);
        assert_eq!(page.offset, 99_999_999_999_999_999_999);
    }

    #[test]
    fn numbers_that_nothing_can_count_are_not_found() {
        for query in
            ["limit=99999999999999999999", "limit=1&offset=999999999999999999999999999999999999999999"]
        {
            assert!(LimitOffset::of(&Query::parse(query), None, None).is_err(), "{query}");
        }
    }

    #[test]
    fn a_limit_above_the_largest_is_the_largest() {
        for (query, limit) in [
            ("", Some(4)),
            ("limit=2", Some(2)),
            ("limit=21", Some(20)),
            ("limit=99999999999999999999", Some(20)),
            ("limit=999999999999999999999999999999999999999999", Some(20)),
        ] {
            let page = LimitOffset::of(&Query::parse(query), Some(4), Some(20)).unwrap();
            assert_eq!(page.map(|page| page.limit), limit, "{query}");
        }
    }
}
