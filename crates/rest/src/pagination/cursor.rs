//! Pages by `?cursor=` (DRF's `CursorPagination`): a position in the order instead of a number, so that every page costs
//! the same.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use presspass_auth::{python_base64, python_int};

use super::links::{ListAddress, quote};
use crate::failure::Failure;
use crate::query::Query;

/// The largest offset in a cursor: the database reads all rows that it skips.
const MAX_OFFSET: i64 = 1000;

/// Where a page begins, and in which direction it goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor {
    /// How many items are skipped: those that have the same position as the page before.
    pub offset: i64,
    /// Whether the page ends at the position.
    pub reverse: bool,
    /// The value of the first column of the order; `None` at an end of the list.
    pub position: Option<String>,
}

impl Cursor {
    /// The cursor of a query; `Ok(None)` is the beginning of the list.
    ///
    /// # Errors
    /// 404 where it is invalid.
    pub fn of(query: &Query) -> Result<Option<Self>, Failure> {
        let Some(encoded) = query.get("cursor") else { return Ok(None) };
        Self::decode(encoded).map(Some).ok_or(Failure::InvalidCursor)
    }

    fn decode(encoded: &str) -> Option<Self> {
        let decoded = String::from_utf8(python_base64::decode(encoded.as_bytes())?).ok()?;
        if !encoded.is_ascii() || !decoded.is_ascii() {
            return None;
        }
        let tokens = Query::parse_strictly(&decoded);
        let number = |name| tokens.first(name).map_or(Some(0), python_int::parse);
        let offset = i64::try_from(number("o")?.min(MAX_OFFSET.into())).ok().filter(|offset| *offset >= 0)?;
        let reverse = number("r")? != 0;
        Some(Self { offset, reverse, position: tokens.first("p").map(str::to_owned) })
    }

    /// The URL of the page that begins here.
    fn address(&self, address: &ListAddress<'_>) -> String {
        let mut tokens = Vec::new();
        if self.offset != 0 {
            tokens.push(format!("o={}", self.offset));
        }
        if self.reverse {
            tokens.push("r=1".to_owned());
        }
        tokens.extend(self.position.as_deref().map(|position| format!("p={}", quote(position))));
        address.with(&[("cursor", Some(STANDARD.encode(tokens.join("&"))))])
    }
}

/// A page that was fetched, and the positions of its items, of which its links are made.
#[derive(Debug)]
pub struct CursorPage {
    /// The requested cursor.
    cursor: Option<Cursor>,
    size: i64,
    /// In the order of the list.
    positions: Vec<String>,
    next: Neighbour,
    previous: Neighbour,
}

/// One end of a page.
#[derive(Debug)]
enum Neighbour {
    Nothing,
    Something { position: Option<String> },
}

impl CursorPage {
    /// A page of at most `size` items. `found` are the positions of what was fetched from the cursor on, in the direction
    /// of the cursor: one more than the page has, where the list goes on.
    ///
    /// # Errors
    /// 404 where the cursor skips more than there is: no link leads there.
    pub fn new(cursor: Option<Cursor>, size: i64, mut found: Vec<String>) -> Result<Self, Failure> {
        let Cursor { offset, reverse, position } = cursor.clone().unwrap_or_default();
        if offset != 0 && found.is_empty() {
            return Err(Failure::InvalidCursor);
        }
        let beyond =
            if i64::try_from(found.len()).is_ok_and(|count| count > size) { found.pop() } else { None };
        let following =
            beyond.map_or(Neighbour::Nothing, |position| Neighbour::Something { position: Some(position) });
        let preceding = if position.is_some() || offset > 0 {
            Neighbour::Something { position }
        } else {
            Neighbour::Nothing
        };
        if reverse {
            found.reverse();
            Ok(Self { cursor, size, positions: found, next: preceding, previous: following })
        } else {
            Ok(Self { cursor, size, positions: found, next: following, previous: preceding })
        }
    }

    /// The URL of the next page.
    #[must_use]
    pub fn next(&self, address: &ListAddress<'_>) -> Option<String> {
        let from_last = self.positions.iter().rev();
        self.link(&self.next, &self.previous, false, from_last).map(|cursor| cursor.address(address))
    }

    /// The URL of the previous page.
    #[must_use]
    pub fn previous(&self, address: &ListAddress<'_>) -> Option<String> {
        self.link(&self.previous, &self.next, true, self.positions.iter())
            .map(|cursor| cursor.address(address))
    }

    /// The cursor towards `ahead`: `get_next_link` and `get_previous_link`, which mirror each other. `nearest` are the
    /// positions of the page from that end on.
    fn link<'p>(
        &'p self,
        ahead: &Neighbour,
        behind: &Neighbour,
        reverse: bool,
        nearest: impl Iterator<Item = &'p String> + Clone,
    ) -> Option<Cursor> {
        let Neighbour::Something { position: following } = ahead else { return None };
        let turns =
            self.cursor.as_ref().is_some_and(|cursor| cursor.reverse != reverse && cursor.offset != 0);
        // Where the direction changes, the end of the page that has the offset is no marker.
        let mut compare = if turns { nearest.clone().next().cloned() } else { following.clone() };
        for (offset, position) in (0..).zip(nearest) {
            if compare.as_ref() != Some(position) {
                return Some(Cursor { offset, reverse, position: Some(position.clone()) });
            }
            // It has the same position as its neighbour: no marker either, so it is counted.
            compare = Some(position.clone());
        }
        // All items have the same position.
        let cursor = self.cursor.clone().unwrap_or_default();
        Some(match behind {
            Neighbour::Nothing => Cursor { offset: self.size, reverse, position: None },
            Neighbour::Something { position } if cursor.reverse == reverse => {
                Cursor { offset: cursor.offset + self.size, reverse, position: position.clone() }
            }
            Neighbour::Something { position } => Cursor { offset: 0, reverse, position: position.clone() },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(offset: i64, reverse: bool, position: Option<&str>) -> Cursor {
        Cursor { offset, reverse, position: position.map(str::to_owned) }
    }

    fn decoded(tokens: &str) -> Option<Cursor> {
        Cursor::decode(&STANDARD.encode(tokens))
    }

    #[test]
    fn a_cursor_is_read_as_the_original_reads_it() {
        assert_eq!(decoded("o=2&r=1&p=2026-01-01+00%3A00"), Some(cursor(2, true, Some("2026-01-01 00:00"))));
        assert_eq!(decoded("p=a&p=b"), Some(cursor(0, false, Some("a"))));
        assert_eq!(decoded("o=99999"), Some(cursor(1000, false, None)));
        assert_eq!(decoded("r=2"), Some(cursor(0, true, None)));
        assert_eq!(Cursor::decode(""), Some(Cursor::default()));
        for wrong in ["o=x", "o=-1", "r=x", "o=", "\u{e9}"] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
        assert_eq!(Cursor::decode("x"), None);
        assert_eq!(Cursor::decode("\u{e9}"), None);
    }

    #[test]
    fn the_next_page_begins_behind_the_last_item() {
        let page = CursorPage::new(None, 2, vec!["a".into(), "b".into(), "c".into()]).unwrap();
        let next = page.link(&page.next, &page.previous, false, page.positions.iter().rev());
        assert_eq!(next, Some(cursor(0, false, Some("b"))));
        assert!(page.link(&page.previous, &page.next, true, page.positions.iter()).is_none());
    }

    #[test]
    fn items_that_share_a_position_are_counted() {
        let page = CursorPage::new(None, 3, vec!["a".into(), "b".into(), "b".into(), "b".into()]).unwrap();
        let next = page.link(&page.next, &page.previous, false, page.positions.iter().rev());
        assert_eq!(next, Some(cursor(2, false, Some("a"))));
        let page = CursorPage::new(None, 2, vec!["b".into(), "b".into(), "b".into()]).unwrap();
        let next = page.link(&page.next, &page.previous, false, page.positions.iter().rev());
        assert_eq!(next, Some(cursor(2, false, None)));
    }
}
