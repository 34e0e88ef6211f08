//! Pages by `?limit=` and `?offset=` (REST framework's `LimitOffsetPagination`).

use super::links::ListAddress;
use crate::failure::Failure;
use crate::number::{Number, number};
use crate::query::Query;

/// The part of a list that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitOffset {
    /// How many items at the most; at least 1.
    pub limit: i64,
    /// How many are passed over. A list ends long before the largest: such a page is empty, but it is there.
    offset: i128,
}

impl LimitOffset {
    /// Reads them from a query. `Ok(None)` where no page is asked for: a missing or wrong limit asks for `default`, or for
    /// the whole list. A limit above `max` is `max`.
    ///
    /// # Errors
    /// 404 where the limit is larger than any database takes, or the offset has more than 38 digits.
    pub fn of(query: &Query, default: Option<i64>, max: Option<i64>) -> Result<Option<Self>, Failure> {
        let asked = match query.get("limit").map(number) {
            Some(Number::Whole(limit @ 1..)) => Some(i64::try_from(limit).ok()),
            Some(Number::Huge) => Some(None),
            None | Some(Number::Whole(_) | Number::Nonsense) => None,
        };
        let limit = match (asked, max) {
            (None, _) => default,
            (Some(None), None) => return Err(Failure::NotFound),
            (Some(limit), None) => limit,
            (Some(limit), Some(max)) => Some(limit.map_or(max, |limit| limit.min(max))),
        };
        let offset = match query.get("offset").map(number) {
            Some(Number::Whole(offset @ 0..)) => offset,
            Some(Number::Huge) => return Err(Failure::NotFound),
            None | Some(Number::Whole(_) | Number::Nonsense) => 0,
        };
        Ok(limit.map(|limit| Self { limit, offset }))
    }

    /// How many are passed over, as far as a database can count.
    #[must_use]
    pub fn offset(&self) -> i64 {
        i64::try_from(self.offset).unwrap_or(i64::MAX)
    }

    /// The address of the next page of a list of `count` items.
    #[must_use]
    pub fn next(&self, address: &ListAddress<'_>, count: i64) -> Option<String> {
        let offset = self.offset.saturating_add(i128::from(self.limit));
        (offset < i128::from(count)).then(|| self.page(address, Some(offset)))
    }

    /// The address of the page before.
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
