//! Queries of a model's records: search, filters, order, page.

use super::definition::Model;
use super::field::Field;
use super::input::Input;
use super::key::Key;
use super::kind::Kind;
use super::selection::{Condition, Lookup, Path};
use crate::page::{Direction, Window};
use crate::timestamp::Timestamp;

/// Words that a record must contain, each in one of the fields, regardless of case (on `SQLite` of ASCII letters, as in
/// Django).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search(Vec<String>);

/// A search that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a search has at most {} words and {} bytes", Search::MAX_WORDS, Search::MAX_BYTES)]
pub struct SearchError;

impl Search {
    /// More would be compared with every record.
    pub const MAX_WORDS: usize = 32;
    pub const MAX_BYTES: usize = 500;

    /// Splits at whitespace; text in quotation marks is one word.
    ///
    /// # Errors
    /// Where it is too long.
    pub fn parse(text: &str) -> Result<Self, SearchError> {
        if text.len() > Self::MAX_BYTES {
            return Err(SearchError);
        }
        let mut words = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let quoted = rest[first.len_utf8()..].split_once(first).filter(|(word, after)| {
                matches!(first, '"' | '\'')
                    && !word.is_empty()
                    && after.chars().next().is_none_or(char::is_whitespace)
            });
            let (word, after) =
                quoted.unwrap_or_else(|| rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())));
            words.push(word.to_owned());
            rest = after.trim_start();
        }
        if words.len() > Self::MAX_WORDS { Err(SearchError) } else { Ok(Self(words)) }
    }

    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// That one of these columns contains each of the words. No database holds a NUL: `PostgreSQL` fails on it, and `SQLite`
    /// ends a pattern there.
    #[must_use]
    pub fn conditions(&self, columns: &[Path]) -> Vec<Condition> {
        let contains = |word: &String| {
            let contains =
                |path: &Path| Condition::Compare(path.clone(), Lookup::IContains, Input::Text(word.clone()));
            if word.contains('\0') {
                Condition::NEVER
            } else {
                Condition::Any(columns.iter().map(contains).collect())
            }
        };
        if columns.is_empty() { Vec::new() } else { self.0.iter().map(contains).collect() }
    }
}

/// A half-open range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimestampRange {
    /// Inclusive.
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub before: Option<Timestamp>,
}

/// The ranges of Django's `DateFieldListFilter`, in days of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateRange {
    Today,
    /// With today.
    Past7Days,
    ThisMonth,
    ThisYear,
}

impl DateRange {
    #[must_use]
    pub fn range(self, now: Timestamp) -> TimestampRange {
        let today = now.get().date();
        let tomorrow = today.next_day();
        let first = today.replace_day(1).ok();
        let (from, before) = match self {
            Self::Today => (Some(today), tomorrow),
            Self::Past7Days => (today.checked_sub(time::Duration::days(7)), tomorrow),
            Self::ThisMonth => (
                first,
                first
                    .and_then(|first| first.checked_add(time::Duration::days(31)))
                    .and_then(|next| next.replace_day(1).ok()),
            ),
            Self::ThisYear => (
                time::Date::from_ordinal_date(today.year(), 1).ok(),
                time::Date::from_ordinal_date(today.year() + 1, 1).ok(),
            ),
        };
        let midnight = |date: time::Date| Timestamp::new(date.midnight().assume_utc());
        TimestampRange { from: from.map(midnight), before: before.map(midnight) }
    }
}

/// A query for what its model does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("{model} has no field {name}")]
    Unknown { model: &'static str, name: String },
    /// The field is of another kind.
    #[error("{0} cannot be queried in this way")]
    Kind(&'static str),
}

/// A query for a list. Its fields are checked when they are named.
#[derive(Debug, Clone)]
pub struct ListQuery {
    model: &'static Model,
    columns: Vec<Path>,
    conditions: Vec<Condition>,
    order: Vec<(Path, Direction)>,
    window: Window,
}

impl ListQuery {
    /// All records in the model's order, without columns.
    #[must_use]
    pub const fn new(model: &'static Model, window: Window) -> Self {
        Self { model, columns: Vec::new(), conditions: Vec::new(), order: Vec::new(), window }
    }

    /// A field of the model, or by foreign keys of one that it refers to.
    fn path(&self, name: &str, fits: impl Fn(&Field) -> bool) -> Result<Path, QueryError> {
        let path = Path::parse(self.model, name)
            .ok_or_else(|| QueryError::Unknown { model: self.model.name, name: name.to_owned() })?;
        let is_reached = path.through.iter().all(|field| matches!(field.kind, Kind::One(_)));
        if is_reached && fits(path.field) { Ok(path) } else { Err(QueryError::Kind(path.field.name)) }
    }

    /// # Errors
    /// Where one is not a column: see [`Field::is_column`].
    pub fn columns(mut self, names: &[&str]) -> Result<Self, QueryError> {
        self.columns =
            names.iter().map(|name| self.path(name, Field::is_column)).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// # Errors
    /// Where a field is not a text.
    pub fn search(mut self, names: &[&str], search: &Search) -> Result<Self, QueryError> {
        let fields: Vec<Path> = names
            .iter()
            .map(|name| self.path(name, |field| matches!(field.kind, Kind::Text(_))))
            .collect::<Result<_, _>>()?;
        self.conditions.extend(search.conditions(&fields));
        Ok(self)
    }

    /// Adds a field to the order.
    ///
    /// # Errors
    /// Where it is not a column: see [`Field::is_column`].
    pub fn then_by(mut self, name: &str, direction: Direction) -> Result<Self, QueryError> {
        let path = self.path(name, Field::is_column)?;
        self.order.push((path, direction));
        Ok(self)
    }

    /// # Errors
    /// Where the field is not a boolean.
    pub fn flag(self, name: &str, value: bool) -> Result<Self, QueryError> {
        let path = self.path(name, |field| matches!(field.kind, Kind::Boolean))?;
        Ok(self.compare(path, Lookup::Exact, value.into()))
    }

    /// # Errors
    /// Where the field is neither a timestamp nor a date.
    pub fn within(mut self, name: &str, range: TimestampRange) -> Result<Self, QueryError> {
        let path = self.path(name, |field| matches!(field.kind, Kind::Timestamp | Kind::Date))?;
        let bound = |timestamp: Timestamp| match path.field.kind {
            Kind::Date => Input::Date(timestamp.get().date()),
            _ => timestamp.into(),
        };
        let bounds = [(Lookup::Gte, range.from), (Lookup::Lt, range.before)];
        for (lookup, timestamp) in bounds {
            if let Some(timestamp) = timestamp {
                self.conditions.push(Condition::Compare(path.clone(), lookup, bound(timestamp)));
            }
        }
        Ok(self)
    }

    /// # Errors
    /// Where the field is not a column.
    pub fn present(mut self, name: &str, there: bool) -> Result<Self, QueryError> {
        let path = self.path(name, Field::is_column)?;
        self.conditions.push(Condition::IsNull(path, !there));
        Ok(self)
    }

    /// Records related to the one of this key, or to none.
    ///
    /// # Errors
    /// Where the field is not a relation.
    pub fn related(mut self, name: &str, to: Option<Key>) -> Result<Self, QueryError> {
        let path = self.path(name, |field| matches!(field.kind, Kind::One(_) | Kind::Many(_)))?;
        self.conditions.push(match to {
            Some(_) => Condition::Compare(path, Lookup::Exact, Input::Key(to)),
            None => Condition::IsNull(path, true),
        });
        Ok(self)
    }

    /// # Errors
    /// Where the field is not a number.
    pub fn number(self, name: &str, number: i64) -> Result<Self, QueryError> {
        let path = self.path(name, |field| matches!(field.kind, Kind::Integer(_)))?;
        Ok(self.compare(path, Lookup::Exact, number.into()))
    }

    /// # Errors
    /// Where the field is not a text.
    pub fn text(self, name: &str, text: String) -> Result<Self, QueryError> {
        let path = self.path(name, |field| matches!(field.kind, Kind::Text(_)))?;
        Ok(self.compare(path, Lookup::Exact, Input::Text(text)))
    }

    #[must_use]
    pub const fn model(&self) -> &'static Model {
        self.model
    }

    #[must_use]
    pub fn wanted(&self) -> &[Path] {
        &self.columns
    }

    fn compare(mut self, path: Path, lookup: Lookup, value: Input) -> Self {
        self.conditions.push(Condition::Compare(path, lookup, value));
        self
    }

    /// What the search and the filters let through.
    #[must_use]
    pub fn condition(&self) -> Condition {
        Condition::All(self.conditions.clone())
    }

    /// The order of the query or else of the model, with the primary key last, so that pages do not overlap. The key has the
    /// direction of the column before it, as in an index (Django's change list always has it descending).
    #[must_use]
    pub fn order(&self) -> Vec<(Path, Direction)> {
        let mut order = self.order.clone();
        if order.is_empty() {
            order = self.model.order().map(|(field, way)| (Path::own(field), way)).collect();
        }
        let key = Path::own(&self.model.key);
        if !order.iter().any(|(path, _)| *path == key) {
            let way = order.last().map_or(Direction::Descending, |(_, way)| *way);
            order.push((key, way));
        }
        order
    }

    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }
}

/// A query for records to choose from, in the model's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChoiceQuery {
    /// In the text columns.
    pub search: Option<Search>,
    /// `None` for all.
    pub limit: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LOG_ENTRY, POST, USER};

    fn words(text: &str) -> Vec<String> {
        Search::parse(text).unwrap().words().to_vec()
    }

    #[test]
    fn a_search_is_words_and_quoted_phrases() {
        assert_eq!(words("  a  b\tc\n"), ["a", "b", "c"]);
        assert_eq!(words("\"two words\" 'x y' z"), ["two words", "x y", "z"]);
        assert_eq!(words("it's o'clock \"open"), ["it's", "o'clock", "\"open"]);
        assert_eq!(words("\"\" \"a\"b"), ["\"\"", "\"a\"b"]);
        assert_eq!(words("«é» \0"), ["«é»", "\0"]);
        assert!(words(" ").is_empty());
        assert!(Search::parse(&"a ".repeat(33)).is_err());
        assert!(Search::parse(&"a".repeat(501)).is_err());
    }

    #[test]
    fn ranges_are_those_of_django() {
        let now = Timestamp::parse_iso("2026-12-31T23:59:59.999999Z").unwrap();
        let range = |range: DateRange| {
            let TimestampRange { from, before } = range.range(now);
            (from.unwrap().to_wire(), before.unwrap().to_wire())
        };
        let midnight = |date: &str| format!("{date}T00:00:00Z");
        assert_eq!(range(DateRange::Today), (midnight("2026-12-31"), midnight("2027-01-01")));
        assert_eq!(range(DateRange::Past7Days), (midnight("2026-12-24"), midnight("2027-01-01")));
        assert_eq!(range(DateRange::ThisMonth), (midnight("2026-12-01"), midnight("2027-01-01")));
        assert_eq!(range(DateRange::ThisYear), (midnight("2026-01-01"), midnight("2027-01-01")));
    }

    #[test]
    fn the_last_day_that_there_is_has_no_end() {
        let now = Timestamp::parse_iso("9999-12-31T12:00:00Z").unwrap();
        for range in [DateRange::Today, DateRange::Past7Days, DateRange::ThisMonth, DateRange::ThisYear] {
            let TimestampRange { from, before } = range.range(now);
            assert!(from.is_some() && before.is_none(), "{range:?}");
        }
    }

    #[test]
    fn only_what_a_model_has_can_be_queried() {
        let query = || ListQuery::new(&USER, Window::All);
        assert!(matches!(query().columns(&["username", "pin"]), Err(QueryError::Unknown { .. })));
        assert!(matches!(query().columns(&["password"]), Err(QueryError::Kind("password"))));
        assert!(matches!(query().then_by("password", Direction::Ascending), Err(QueryError::Kind(_))));
        assert!(matches!(query().then_by("groups", Direction::Ascending), Err(QueryError::Kind(_))));
        assert!(matches!(query().flag("username", true), Err(QueryError::Kind(_))));
        assert!(matches!(query().text("password", String::new()), Err(QueryError::Kind(_))));
        let search = Search::parse("a").unwrap();
        assert!(matches!(query().search(&["password"], &search), Err(QueryError::Kind(_))));
        assert!(matches!(query().columns(&["groups__name"]), Err(QueryError::Kind("name"))));
        assert!(ListQuery::new(&LOG_ENTRY, Window::All).columns(&["user__email"]).is_ok());
    }

    #[test]
    fn an_order_ends_with_the_primary_key() {
        let names =
            |query: ListQuery| query.order().iter().map(|(path, _)| path.field.name).collect::<Vec<_>>();
        assert_eq!(names(ListQuery::new(&POST, Window::All)), ["id"]);
        let by_title = ListQuery::new(&POST, Window::All).then_by("title", Direction::Ascending).unwrap();
        assert_eq!(names(by_title), ["title", "id"]);
        assert_eq!(names(ListQuery::new(&USER, Window::All)), ["username", "id"]);
    }

    #[test]
    fn equal_records_have_the_direction_of_the_last_column() {
        for way in [Direction::Ascending, Direction::Descending] {
            let query = ListQuery::new(&POST, Window::All).then_by("title", way).unwrap();
            assert!(query.order().iter().all(|(_, direction)| *direction == way));
        }
    }
}
