//! Filters of a list, as django-filter makes them of the fields of a model.

use presspass_domain::model::{
    Condition, Input as Value, Key, Kind as ModelKind, Lookup, Model, Path, scalars,
};

use super::filter_values::{self as values, Parsed};
use super::numbers::Decimal;
use crate::errors::Message;
use crate::field::{Field, Kind};

/// The longest text of a filter, in bytes. A database compares it with each position of each text.
pub const LONGEST_FILTER: usize = 500;

/// A filter: a name of the query, such as `publish_date__gte`. It lives as long as the program.
#[derive(Debug, Clone)]
pub struct Filter {
    pub name: &'static str,
    path: Path,
    lookup: FilterLookup,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FilterLookup {
    Compare(Lookup),
    In,
    Range,
    IsNull,
}

/// What a filter asks the database for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filtered {
    pub condition: Condition,
    /// Records that must exist, else the filter is invalid.
    pub related: Vec<RelatedKey>,
}

/// A record that a filter names.
#[derive(Debug, Clone)]
pub struct RelatedKey {
    pub model: &'static Model,
    pub key: Key,
    /// The message where there is no such record.
    pub message: Message,
}

impl PartialEq for RelatedKey {
    fn eq(&self, other: &Self) -> bool {
        self.model.is(other.model) && (self.key, &self.message) == (other.key, &other.message)
    }
}

impl Eq for RelatedKey {}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    #[error("the filter {0} names no field")]
    NoField(String),
    #[error("the filter {0} compares its field in a way that this kind of field does not have")]
    NoLookup(String),
}

const LOOKUPS: [(&str, FilterLookup, &str); 12] = [
    ("exact", FilterLookup::Compare(Lookup::Exact), ""),
    ("iexact", FilterLookup::Compare(Lookup::IExact), ""),
    ("contains", FilterLookup::Compare(Lookup::Contains), "contains"),
    ("icontains", FilterLookup::Compare(Lookup::IContains), "contains"),
    ("startswith", FilterLookup::Compare(Lookup::StartsWith), "starts with"),
    ("istartswith", FilterLookup::Compare(Lookup::IStartsWith), "starts with"),
    ("gt", FilterLookup::Compare(Lookup::Gt), "is greater than"),
    ("gte", FilterLookup::Compare(Lookup::Gte), "is greater than or equal to"),
    ("lt", FilterLookup::Compare(Lookup::Lt), "is less than"),
    ("lte", FilterLookup::Compare(Lookup::Lte), "is less than or equal to"),
    ("in", FilterLookup::In, "is in"),
    ("range", FilterLookup::Range, "is in range"),
];

impl Filter {
    /// Parses the name of a filter: `title`, `author.username`, `publish_date__gte`, `section__isnull`.
    ///
    /// # Errors
    /// Where there is no such field, or its values cannot be compared so.
    pub fn parse(model: &'static Model, name: &str) -> Result<Self, FilterError> {
        let name = name.replace('.', "__");
        let (path, lookup) = if let Some(path) = Path::parse(model, &name) {
            (path, FilterLookup::Compare(Lookup::Exact))
        } else {
            let no_field = || FilterError::NoField(name.clone());
            let (path, lookup) = name.rsplit_once("__").ok_or_else(no_field)?;
            let lookup = if lookup == "isnull" {
                Some(FilterLookup::IsNull)
            } else {
                LOOKUPS.iter().find(|(known, ..)| *known == lookup).map(|(_, lookup, _)| *lookup)
            };
            (Path::parse(model, path).ok_or_else(no_field)?, lookup.ok_or_else(no_field)?)
        };
        if !is_possible(&path.field.kind, lookup) {
            return Err(FilterError::NoLookup(name));
        }
        // As in django-filter, `exact` is no part of the name.
        let name = name.strip_suffix("__exact").unwrap_or(&name).to_owned();
        Ok(Self { name: name.leak(), path, lookup })
    }

    /// The filter as a field: for its control on pages, and its schema.
    #[must_use]
    pub fn field(&self) -> Field {
        let words =
            LOOKUPS.iter().find(|(_, lookup, _)| *lookup == self.lookup).map_or("", |(.., words)| words);
        let through = self.path.through.iter().map(|field| format!("{} ", field.label()));
        let mut label: String = through.collect();
        let own = self.path.field.label();
        label.push_str(&if label.is_empty() { own.into_owned() } else { own.to_lowercase() });
        match self.lookup {
            FilterLookup::IsNull => label.push_str(" is empty"),
            _ if words.is_empty() => {}
            _ => label.extend([" ", words]),
        }
        Field { nullable: true, ..Field::of(self.name, label.leak(), self.kind()).optional() }
    }

    fn kind(&self) -> Kind {
        let field = self.path.field;
        match (self.lookup, field.kind) {
            (FilterLookup::IsNull, _) => Kind::Boolean,
            (FilterLookup::In | FilterLookup::Range, _) => Kind::Text { max_length: None },
            (FilterLookup::Compare(Lookup::Exact), ModelKind::Text(_)) if !field.choices.is_empty() => {
                Kind::Choice(field.choices)
            }
            (_, ModelKind::Integer(_)) => Kind::Integer,
            (_, ModelKind::Float) => Kind::Float,
            (_, ModelKind::Decimal { digits, places }) => Kind::Decimal { digits, places },
            (_, ModelKind::Boolean) => Kind::Boolean,
            (_, ModelKind::Date) => Kind::Date,
            (_, ModelKind::Time) => Kind::Time,
            (_, ModelKind::Timestamp) => Kind::DateTime,
            (_, ModelKind::Duration) => Kind::Duration,
            (_, ModelKind::Uuid) => Kind::Uuid,
            (_, ModelKind::One(relation)) => Kind::Key(relation.to.key_kind()),
            (_, ModelKind::Many(relation)) => Kind::Keys(relation.to.key_kind()),
            (_, ModelKind::Text(_) | ModelKind::Json | ModelKind::Password) => {
                Kind::Text { max_length: None }
            }
        }
    }

    /// The model whose records are offered for this filter.
    #[must_use]
    pub fn related(&self) -> Option<&'static Model> {
        let is_choice = matches!(self.kind(), Kind::Key(_) | Kind::Keys(_));
        self.path.field.relation().filter(|_| is_choice).map(|relation| relation.to)
    }

    /// Whether its values are compared as texts: those of other kinds may have digits of any script, as Python reads them.
    #[must_use]
    pub const fn is_text(&self) -> bool {
        matches!(self.path.field.kind, ModelKind::Text(_) | ModelKind::Json | ModelKind::Many(_))
    }

    /// Whether an integer among these values has more than 64 bits. Django passes it on: `SQLite`'s driver fails, and
    /// `PostgreSQL` compares it.
    #[must_use]
    pub fn has_integer_beyond_64_bits(&self, given: &[&str]) -> bool {
        let is_beyond =
            |text: &str| Decimal::parse(text.trim()).is_some_and(|number| number.is_beyond_64_bits());
        let is_compared =
            matches!(self.path.field.kind, ModelKind::Integer(_)) && self.lookup != FilterLookup::IsNull;
        is_compared && given.last().is_some_and(|last| last.split(',').any(is_beyond))
    }

    /// What the values of this name in a query ask for; `None` where they ask for nothing.
    ///
    /// # Errors
    /// The message of django-filter.
    pub fn condition(&self, given: &[&str]) -> Result<Option<Filtered>, Message> {
        let Some(last) = given.last() else { return Ok(None) };
        let path = || self.path.clone();
        let mut related = Vec::new();
        let condition = match (self.lookup, self.path.field.kind) {
            (FilterLookup::IsNull, _) => {
                values::boolean(last).map(|is_null| Condition::IsNull(path(), is_null))
            }
            (FilterLookup::Compare(_), ModelKind::Boolean) => values::boolean(last)
                .map(|flag| Condition::Compare(path(), Lookup::Exact, Value::Boolean(flag))),
            (FilterLookup::Compare(_), ModelKind::Many(relation)) => {
                let keys = values::keys(relation.to, given, &mut related)?;
                Some(Condition::In(path(), keys))
            }
            (FilterLookup::Compare(Lookup::Exact), ModelKind::Text(_))
                if !self.path.field.choices.is_empty() =>
            {
                values::choice(self.path.field.choices, last)?
                    .map(|value| Condition::Compare(path(), Lookup::Exact, value))
            }
            (FilterLookup::Compare(lookup), _) => match self.value(last, &mut related)? {
                Parsed::Nothing => None,
                Parsed::Value(value) => Some(Condition::Compare(path(), lookup, value)),
            },
            (FilterLookup::In | FilterLookup::Range, _) if last.is_empty() => None,
            (FilterLookup::In, _) => {
                let mut all = Vec::new();
                for part in last.split(',') {
                    all.extend(self.value(part, &mut related)?.into_value());
                }
                Some(if all.is_empty() { Condition::NEVER } else { Condition::In(path(), all) })
            }
            (FilterLookup::Range, _) => {
                let mut all = Vec::new();
                for part in last.split(',') {
                    all.push(self.value(part, &mut related)?.into_value());
                }
                let [from, to] = <[Option<Value>; 2]>::try_from(all)
                    .map_err(|_| Message::from("Range query expects two values."))?;
                // Nothing is between a value and NULL.
                Some(from.zip(to).map_or(Condition::NEVER, |(from, to)| Condition::Range(path(), from, to)))
            }
        };
        Ok(condition.map(|condition| Filtered { condition, related }))
    }

    /// One value of the field's kind.
    fn value(&self, text: &str, related: &mut Vec<RelatedKey>) -> Result<Parsed, Message> {
        match self.path.field.kind {
            ModelKind::Text(_) | ModelKind::Json | ModelKind::Password => {
                // Only an empty text is no value; in a list it is one.
                let is_list = matches!(self.lookup, FilterLookup::In | FilterLookup::Range);
                values::text(text, is_list)
            }
            ModelKind::Integer(_) => values::integer(text),
            ModelKind::Float => values::float(text),
            ModelKind::Decimal { .. } => values::decimal(text),
            ModelKind::Boolean => {
                Ok(values::boolean(text).map_or(Parsed::Nothing, |flag| Parsed::Value(Value::Boolean(flag))))
            }
            ModelKind::Date => {
                values::by(text, "Enter a valid date.", |text| values::date(text).map(Value::Date))
            }
            ModelKind::Time => values::by(text, "Enter a valid time.", |text| {
                scalars::time(text).filter(|_| !text.contains(',')).map(Value::Time)
            }),
            ModelKind::Timestamp => values::by(text, "Enter a valid date/time.", values::timestamp),
            ModelKind::Duration => values::by(text, "Enter a valid duration.", |text| {
                super::durations::parse(text).map(Value::Duration)
            }),
            ModelKind::Uuid => {
                values::by(text, "Enter a valid UUID.", |text| scalars::uuid(text).map(Value::Uuid))
            }
            ModelKind::One(relation) | ModelKind::Many(relation) => values::key(relation.to, text, related),
        }
    }
}

/// Whether values of this kind can be compared so.
const fn is_possible(kind: &ModelKind, lookup: FilterLookup) -> bool {
    use FilterLookup::{Compare, In, IsNull, Range};
    match lookup {
        IsNull => !matches!(kind, ModelKind::Password),
        Compare(Lookup::Exact) => !matches!(kind, ModelKind::Json | ModelKind::Password),
        Compare(Lookup::Gt | Lookup::Gte | Lookup::Lt | Lookup::Lte) | In | Range => {
            !matches!(kind, ModelKind::Boolean | ModelKind::Many(_) | ModelKind::Json | ModelKind::Password)
        }
        Compare(_) => matches!(kind, ModelKind::Text(_)),
    }
}
