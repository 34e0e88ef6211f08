//! From the query of a list to conditions and an order: filters, search, `?ordering=`, cursors.

use std::borrow::Cow;

use presspass_auth::python_int;
use presspass_domain::model::{Condition, Input, KeyKind, Kind, Lookup, Path};
use presspass_domain::{Direction, Timestamp};
use presspass_persistence::{Engine, Models};
use presspass_rest::filters::{ordering, search};
use presspass_rest::{Failure, Query};
use presspass_serializers::FieldErrors;

use super::resolved::{Resolved, order_by};

impl Resolved {
    /// The conditions of the filters and of the search.
    ///
    /// # Errors
    /// 400 by the names of the filters that cannot be read, or that name a record that does not exist.
    pub async fn conditions(
        &self,
        query: &Query,
        store: &Models,
        has_filters: bool,
    ) -> Result<Vec<Condition>, Failure> {
        let mut all = Vec::new();
        let mut errors = FieldErrors::default();
        let filters = if has_filters { self.filters.as_slice() } else { &[] };
        for filter in filters {
            let given = query.all(filter.name);
            let given: Vec<Cow<'_, str>> = if filter.is_text() {
                given.map(Cow::Borrowed).collect()
            } else {
                given.map(python_int::ascii_digits).collect()
            };
            let given: Vec<&str> = given.iter().map(AsRef::as_ref).collect();
            let filtered = match filter.condition(&given) {
                Ok(None) => continue,
                Ok(Some(_))
                    if store.engine() == Engine::Sqlite && filter.has_integer_beyond_64_bits(&given) =>
                {
                    errors.add(filter.name, ["Enter a number of at most 64 bits.".into()]);
                    continue;
                }
                Ok(Some(filtered)) => filtered,
                Err(message) => {
                    errors.add(filter.name, [message]);
                    continue;
                }
            };
            let mut missing = None;
            for related in filtered.related {
                if !store.exists(related.model, related.key).await? {
                    missing = Some(related.message);
                    break;
                }
            }
            match missing {
                Some(message) => errors.add(filter.name, [message]),
                None => all.push(filtered.condition),
            }
        }
        let terms = if self.search.is_empty() { Vec::new() } else { search(query)? };
        if !errors.is_empty() {
            return Err(errors.into());
        }
        for term in terms {
            let each = self
                .search
                .iter()
                .map(|field| Condition::Compare(field.path.clone(), field.lookup, Input::Text(term.clone())));
            all.push(Condition::Any(each.collect()));
        }
        Ok(all)
    }

    /// The order that the query names; empty where it names none that is known.
    pub fn order(&self, query: &Query) -> Vec<(&Path, Direction)> {
        let known: Vec<(&str, &Path)> = self.orders.iter().map(|(name, path)| (*name, path)).collect();
        let direction = |descending| if descending { Direction::Descending } else { Direction::Ascending };
        let asked = ordering(query, &known).into_iter();
        asked.map(|(path, descending)| (path, direction(descending))).collect()
    }
}

/// The columns of an order.
pub(super) fn columns(order: &[(&Path, Direction)]) -> Vec<(Path, Direction)> {
    order.iter().flat_map(|(path, direction)| order_by(path, *direction)).collect()
}

/// The condition that a record comes after this position of a cursor; `None` where it is no value of that column.
pub(super) fn beyond(path: &Path, direction: Direction, position: &str) -> Option<Condition> {
    let value = position_value(path, position)?;
    let lookup = match direction {
        Direction::Ascending => Lookup::Gt,
        Direction::Descending => Lookup::Lt,
    };
    Some(Condition::Compare(path.clone(), lookup, value))
}

fn position_value(path: &Path, text: &str) -> Option<Input> {
    let integer = || i64::try_from(python_int::parse(text)?).ok();
    Some(match path.field.kind {
        Kind::Integer(_) => Input::Integer(integer()?),
        Kind::One(relation) if relation.to.key_kind() == KeyKind::Integer => {
            Input::Key(Some(integer()?.into()))
        }
        Kind::Timestamp => {
            Input::Timestamp(Some(Timestamp::parse_iso_or_date(&python_int::ascii_digits(text)).ok()?))
        }
        Kind::Boolean | Kind::Json | Kind::Many(_) | Kind::Password => return None,
        _ => Input::parse(path.field, text)?,
    })
}
