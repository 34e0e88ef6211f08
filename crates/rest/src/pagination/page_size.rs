//! How many items a page has (`get_page_size` of DRF's `PageNumberPagination` and `CursorPagination`).

use presspass_auth::python_int;

use crate::query::Query;

/// Every list fits in a page of this size; with larger ones, sums of offsets and sizes could overflow.
const LARGEST: i64 = i64::MAX / 4;

/// How many items a page has, and whether clients may choose that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageSize {
    /// Where the client does not choose; `None` is the whole list.
    pub default: Option<i64>,
    /// The parameter by which a client chooses (`page_size_query_param`).
    pub parameter: Option<String>,
    /// The maximum that a client can choose (`max_page_size`).
    pub max: Option<i64>,
}

impl PageSize {
    /// The size for a query; `None` where it asks for no pages. Values other than positive numbers are ignored.
    #[must_use]
    pub fn of(&self, query: &Query) -> Option<i64> {
        let asked = self.parameter.as_deref().and_then(|parameter| query.get(parameter));
        let asked = asked.and_then(python_int::parse).filter(|size| *size > 0);
        let asked = asked.map(|size| i64::try_from(size).unwrap_or(LARGEST).min(LARGEST));
        asked.map(|size| self.max.map_or(size, |max| size.min(max))).or(self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(size: &PageSize, query: &str) -> Option<i64> {
        size.of(&Query::parse(query))
    }

    #[test]
    fn a_client_may_ask_for_a_size_up_to_the_largest() {
        let size = PageSize { default: Some(10), parameter: Some("page_size".to_owned()), max: Some(20) };
        for (query, expected) in [
            ("", 10),
            ("page_size=5", 5),
            ("page_size=%2b1_5", 15),
            ("page_size=21", 20),
            ("page_size=99999999999999999999999999999999999999999999", 20),
            ("page_size=3&page_size=4", 4),
            ("page_size=0", 10),
            ("page_size=-1", 10),
            ("page_size=x", 10),
            ("page_size=2.5", 10),
            ("page_size=", 10),
            ("limit=5", 10),
        ] {
            assert_eq!(of(&size, query), Some(expected), "{query}");
        }
        let unlimited = PageSize { max: None, ..size };
        assert_eq!(of(&unlimited, "page_size=9223372036854775807"), Some(LARGEST));
    }

    #[test]
    fn without_a_parameter_or_a_default_there_is_nothing_to_ask_for() {
        assert_eq!(of(&PageSize { default: Some(10), ..PageSize::default() }, "page_size=5"), Some(10));
        let optional = PageSize { parameter: Some("n".to_owned()), ..PageSize::default() };
        assert_eq!((of(&optional, ""), of(&optional, "n=3")), (None, Some(3)));
    }
}
