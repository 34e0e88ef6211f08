//! Pages by `?limit=` and `?offset=` (REST framework's `LimitOffsetPagination`).

use super::links::ListAddress;
use super::number::{Number, number};
use crate::failure::Failure;
use crate::query::Query;

/// The part of a list that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitOffset {
    /// How many items at the most; at least 1.
    pub limit: i64,
    /// How many are passed over.
    pub offset: i64,
}

impl LimitOffset {
    /// Reads them from a query. `Ok(None)` where no page is asked for: a missing or wrong limit asks for the whole list.
    ///
    /// # Errors
    /// 404 where a number is larger than any list can be.
    pub fn of(query: &Query, page_size: Option<i64>) -> Result<Option<Self>, Failure> {
        let limit = match query.get("limit").map(number) {
            Some(Number::Whole(limit @ 1..)) => Some(limit),
            Some(Number::Huge) => return Err(Failure::NotFound),
            None | Some(Number::Whole(_) | Number::Nonsense) => page_size,
        };
        let offset = match query.get("offset").map(number) {
            Some(Number::Whole(offset @ 0..)) => offset,
            Some(Number::Huge) => return Err(Failure::NotFound),
            None | Some(Number::Whole(_) | Number::Nonsense) => 0,
        };
        match limit {
            // The end of the page must be a number too.
            Some(limit) if limit.checked_add(offset).is_none() => Err(Failure::NotFound),
            limit => Ok(limit.map(|limit| Self { limit, offset })),
        }
    }

    /// The address of the next page of a list of `count` items.
    #[must_use]
    pub fn next(&self, address: &ListAddress<'_>, count: i64) -> Option<String> {
        (self.offset + self.limit < count).then(|| self.page(address, Some(self.offset + self.limit)))
    }

    /// The address of the page before.
    #[must_use]
    pub fn previous(&self, address: &ListAddress<'_>) -> Option<String> {
        let offset = self.offset - self.limit;
        (self.offset > 0).then(|| self.page(address, (offset > 0).then_some(offset)))
    }

    fn page(&self, address: &ListAddress<'_>, offset: Option<i64>) -> String {
        let offset = offset.map(|offset| offset.to_string());
        address.with(&[("limit", Some(self.limit.to_string())), ("offset", offset)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Option<LimitOffset> {
        LimitOffset::of(&Query::parse(query), None).unwrap()
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
    fn numbers_beyond_any_list_are_not_found() {
        for query in [
            "limit=99999999999999999999",
            "limit=1&offset=99999999999999999999",
            "limit=9223372036854775807&offset=1",
        ] {
            assert!(LimitOffset::of(&Query::parse(query), None).is_err(), "{query}");
        }
    }

    #[test]
    fn any_pair_of_numbers_is_read_without_a_panic() {
        for limit in [1, i64::MAX] {
            for offset in [0, 1, i64::MAX - 1] {
                let query = format!("limit={limit}&offset={offset}");
                let _ = LimitOffset::of(&Query::parse(&query), None);
            }
        }
    }
}
