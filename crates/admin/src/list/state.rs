//! What the query of a list asks for: search, filters, order and page; and the links that change one of them.

use presspass_domain::Direction;
use presspass_rest::Query;

use crate::address::query_value;

/// The parameter by which the pages of a record preserve the list that they were opened from; Django's name.
pub(crate) const PRESERVED: &str = "_changelist_filters";

/// A longer query, in bytes, is not preserved: no link of ours has one, and each link of a page would repeat it.
const MAX_PRESERVED: usize = 2000;

/// What a list's query asks for, by Django's parameters, so that bookmarks go on working.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListState {
    /// `q`
    pub search: String,
    /// `o`: the columns that it is ordered by, counted from 0 here and from 1 in the address (`o=1.-2`).
    pub order: Vec<(usize, Direction)>,
    /// `p`: which page, counted from 1.
    pub page: u32,
    /// The filters that are set, by name and value: `is_staff__exact`, `1`.
    pub lookups: Vec<(String, String)>,
}

impl ListState {
    /// Reads the query of a list with this many columns. Parameters that are unknown or cannot be read are ignored.
    #[must_use]
    pub fn read(query: Query, columns: usize, is_lookup: impl Fn(&str) -> bool) -> Self {
        let mut state = Self { page: 1, ..Self::default() };
        for (name, value) in query.into_pairs() {
            match name.as_str() {
                "q" => state.search = value,
                "o" => state.order = order(&value, columns),
                "p" => state.page = value.parse().ok().filter(|page| *page > 0).unwrap_or(1),
                _ if value.is_empty() => {}
                _ if is_lookup(&name) => {
                    // Of several the last counts.
                    state.lookups.retain(|(known, _)| *known != name);
                    state.lookups.push((name, value));
                }
                _ => {}
            }
        }
        state
    }

    /// Reads the list that a record's page was opened from: a query of which only what [`Self::read`] knows counts, so that
    /// links made of it lead to the list and nowhere else.
    #[must_use]
    pub fn read_preserved(query: &Query, columns: usize, is_lookup: impl Fn(&str) -> bool) -> Self {
        let list = query.get(PRESERVED).filter(|list| list.len() <= MAX_PRESERVED).unwrap_or_default();
        Self::read(Query::parse(list), columns, is_lookup)
    }

    /// The query, with its `?`, that preserves the list on the page of a record; empty for a list without parameters.
    #[must_use]
    pub fn to_preserved(&self) -> String {
        match self.to_path().strip_prefix('?') {
            Some(query) if query.len() <= MAX_PRESERVED => format!("?{PRESERVED}={}", query_value(query)),
            _ => String::new(),
        }
    }

    /// The query, with its `?`; empty for a list without parameters.
    #[must_use]
    pub fn to_path(&self) -> String {
        Some(self.to_query()).filter(|query| query != "?").unwrap_or_default()
    }

    #[must_use]
    pub fn lookup(&self, name: &str) -> Option<&str> {
        self.lookups.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a search or a filter is set.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.search.is_empty() || !self.lookups.is_empty()
    }

    /// The query, with its `?`, of another page.
    #[must_use]
    pub fn on_page(&self, page: u32) -> String {
        Self { page, ..self.clone() }.to_query()
    }

    /// The query of the list ordered by a column: in the other direction where it is ordered by it already.
    #[must_use]
    pub fn ordered_by(&self, column: usize, now: Option<Direction>) -> String {
        let direction = match now {
            Some(Direction::Ascending) => Direction::Descending,
            Some(Direction::Descending) | None => Direction::Ascending,
        };
        Self { page: 1, order: vec![(column, direction)], ..self.clone() }.to_query()
    }

    /// The query with these lookups in place of those whose name begins with `field` and `__`.
    #[must_use]
    pub fn filtered_by(&self, field: &str, lookups: &[(String, String)]) -> String {
        let mut state = Self { page: 1, ..self.clone() };
        state.lookups.retain(|(name, _)| !is_of(name, field));
        state.lookups.extend_from_slice(lookups);
        state.to_query()
    }

    /// The query without the search.
    #[must_use]
    pub fn without_search(&self) -> String {
        Self { page: 1, search: String::new(), ..self.clone() }.to_query()
    }

    /// The query without search and filters, in the same order.
    #[must_use]
    pub fn unfiltered(&self) -> String {
        Self { page: 1, order: self.order.clone(), ..Self::default() }.to_query()
    }

    /// The parameters but for the search and the page: the hidden fields of the search form.
    #[must_use]
    pub fn params_beside_search(&self) -> Vec<(String, String)> {
        Self { page: 1, search: String::new(), ..self.clone() }.pairs()
    }

    /// The parameters but for the lookups of a field and the page: the hidden fields of the filter's form.
    #[must_use]
    pub fn params_beside(&self, field: &str) -> Vec<(String, String)> {
        let mut state = Self { page: 1, ..self.clone() };
        state.lookups.retain(|(name, _)| !is_of(name, field));
        state.pairs()
    }

    /// The query, with its `?`.
    #[must_use]
    pub fn to_query(&self) -> String {
        let pairs: Vec<String> =
            self.pairs().iter().map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        format!("?{}", pairs.join("&"))
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if !self.search.is_empty() {
            pairs.push(("q".to_owned(), self.search.clone()));
        }
        pairs.extend(self.lookups.iter().cloned());
        if !self.order.is_empty() {
            let columns = self.order.iter().map(|(column, direction)| {
                let sign = if *direction == Direction::Descending { "-" } else { "" };
                format!("{sign}{}", column + 1)
            });
            pairs.push(("o".to_owned(), columns.collect::<Vec<_>>().join(".")));
        }
        if self.page > 1 {
            pairs.push(("p".to_owned(), self.page.to_string()));
        }
        pairs
    }
}

fn is_of(name: &str, field: &str) -> bool {
    let suffixes = ["__exact", "__gte", "__lt", "__isnull", "__id__exact"];
    name.strip_prefix(field).is_some_and(|suffix| suffixes.contains(&suffix))
}

/// `1.-2`: unknown columns, and those named before, are ignored.
fn order(text: &str, columns: usize) -> Vec<(usize, Direction)> {
    let mut order: Vec<(usize, Direction)> = Vec::new();
    for part in text.split('.') {
        let (direction, number) = match part.strip_prefix('-') {
            Some(number) => (Direction::Descending, number),
            None => (Direction::Ascending, part),
        };
        let Ok(number) = number.parse::<usize>() else { continue };
        let Some(column) = number.checked_sub(1).filter(|column| *column < columns) else { continue };
        if order.iter().all(|(known, _)| *known != column) {
            order.push((column, direction));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> ListState {
        ListState::read(Query::parse(query), 3, |name| {
            ["is_staff__exact", "created_at__gte", "created_at__lt"].contains(&name)
        })
    }

    #[test]
    fn djangos_parameters_are_read() {
        let state = read("q=a+b&o=2.-1&p=3&is_staff__exact=1");
        assert_eq!(state.search, "a b");
        assert_eq!(state.order, [(1, Direction::Ascending), (0, Direction::Descending)]);
        assert_eq!((state.page, state.lookup("is_staff__exact")), (3, Some("1")));
        assert_eq!(state.to_query(), "?q=a%20b&is_staff__exact=1&o=2.-1&p=3");
    }

    #[test]
    fn what_cannot_be_read_is_ignored() {
        for odd in [
            "o=9",
            "o=--1",
            "o=x.0",
            "o=-0",
            "p=-1",
            "p=x",
            "p=99999999999999999999",
            "password=x",
            "e=1",
            "is_staff__exact=",
        ] {
            assert_eq!(read(odd), read(""), "{odd}");
        }
        assert_eq!(read("o=1.1.-1").order.len(), 1);
    }

    #[test]
    fn the_page_of_a_record_preserves_the_list_and_nothing_else() {
        let preserved = |query: &str| {
            let is_lookup = |name: &str| name == "is_staff__exact";
            ListState::read_preserved(&Query::parse(query), 3, is_lookup)
        };
        let state = read("q=a%26b+%25&o=2.-1&p=3&is_staff__exact=1");
        let query = state.to_preserved();
        assert_eq!(
            query,
            "?_changelist_filters=q%3Da%2526b%2520%2525%26is_staff__exact%3D1%26o%3D2.-1%26p%3D3"
        );
        assert_eq!(preserved(&query[1..]), state);
        // As links of Django's admin have it.
        assert_eq!(
            preserved("_changelist_filters=q%3Da%2526b%2B%2525%26o%3D2.-1%26p%3D3%26is_staff__exact%3D1"),
            state
        );
        for nothing in [
            "",
            "_changelist_filters=",
            "_changelist_filters=%00",
            "_changelist_filters=//evil.example/",
            "q=a",
        ] {
            assert_eq!(preserved(nothing), read(""), "{nothing}");
            assert_eq!(
                (preserved(nothing).to_preserved(), preserved(nothing).to_path()),
                (String::new(), String::new())
            );
        }
        let long = "a".repeat(MAX_PRESERVED);
        assert_eq!(preserved(&format!("_changelist_filters=q%3D{long}")), read(""));
        assert_eq!(read(&format!("q={long}")).to_preserved(), "");
    }

    #[test]
    fn links_change_one_thing_and_lead_to_the_first_page() {
        let state = read("q=%26&o=1&p=3&created_at__gte=2026-01-01&created_at__lt=2026-02-01");
        assert_eq!(state.on_page(1), "?q=%26&created_at__gte=2026-01-01&created_at__lt=2026-02-01&o=1");
        let by_third = read("q=x&p=2").ordered_by(2, None);
        assert_eq!(by_third, "?q=x&o=3");
        assert_eq!(read("o=1").ordered_by(0, Some(Direction::Ascending)), "?o=-1");
        let staff = [("is_staff__exact".to_owned(), "1".to_owned())];
        assert_eq!(state.filtered_by("created_at", &staff), "?q=%26&is_staff__exact=1&o=1");
        assert_eq!(state.unfiltered(), "?o=1");
        assert_eq!(state.params_beside("created_at").len(), 2);
    }
}
