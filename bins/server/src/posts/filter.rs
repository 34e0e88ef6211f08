//! Filters, search and ordering of posts.

use presspass::openapi::FilterParameter;
use presspass_auth::python_int::ascii_digits;
use presspass_domain::{Direction, PostColumn, PostFilter, Timestamp};
use presspass_rest::filters::{FilterReader, ordering, search};
use presspass_rest::{Failure, Query};
use presspass_serializers::{Field, Kind};

/// What `?ordering=` knows.
const COLUMNS: [(&str, PostColumn); 5] = [
    ("id", PostColumn::Id),
    ("title", PostColumn::Title),
    ("content", PostColumn::Content),
    ("created_at", PostColumn::CreatedAt),
    ("updated_at", PostColumn::UpdatedAt),
];

const fn by(field: &'static str, name: &'static str, about: &'static str) -> FilterParameter {
    FilterParameter { name, field, about }
}

/// The filters that [`filter`] reads.
pub(super) const FILTERS: [FilterParameter; 6] = [
    by("title", "title", "Only posts with this very title."),
    by("title", "title__icontains", "Only posts whose title contains this, in upper or lower case."),
    by("created_at", "created_at__gte", "Only posts made at this moment or later."),
    by("created_at", "created_at__lte", "Only posts made at this moment or earlier."),
    by("updated_at", "updated_at__gte", "Only posts last written at this moment or later."),
    by("updated_at", "updated_at__lte", "Only posts last written at this moment or earlier."),
];

/// The filters as pages show them.
pub(super) const FILTER_FIELDS: &[Field] = &[
    Field::text("title", "Title", None),
    Field::text("title__icontains", "Title contains", None),
    Field::of("created_at__gte", "Created from (UTC)", Kind::DateTime),
    Field::of("created_at__lte", "Created until (UTC)", Kind::DateTime),
    Field::of("updated_at__gte", "Updated from (UTC)", Kind::DateTime),
    Field::of("updated_at__lte", "Updated until (UTC)", Kind::DateTime),
];

/// The names that `?ordering=` knows.
pub(super) const ORDERS: [&str; COLUMNS.len()] = {
    let mut names = [""; COLUMNS.len()];
    let mut at = 0;
    while at < COLUMNS.len() {
        names[at] = COLUMNS[at].0;
        at += 1;
    }
    names
};

const NO_MOMENT: &str = "Enter a valid date/time.";

/// The order; empty where the query names none that is known.
pub(super) fn order(query: &Query) -> Vec<(PostColumn, Direction)> {
    let direction = |descending| if descending { Direction::Descending } else { Direction::Ascending };
    ordering(query, &COLUMNS)
        .into_iter()
        .map(|(column, descending)| (column, direction(descending)))
        .collect()
}

/// The filter. Fields count only where the settings say so; the search always does.
///
/// # Errors
/// 400 by the names of the filters that cannot be read.
pub(super) fn filter(query: &Query, by_fields: bool) -> Result<PostFilter, Failure> {
    let search = search(query)?;
    if !by_fields {
        return Ok(PostFilter { search, ..PostFilter::default() });
    }
    let mut reader = FilterReader::new(query);
    let [title, title_contains, created_from, created_to, updated_from, updated_to] = FILTERS;
    let (title, title_contains) = (reader.text(title.name), reader.text(title_contains.name));
    let mut timestamp = |by: FilterParameter| {
        reader.parsed(by.name, NO_MOMENT, |text| Timestamp::parse_iso(&ascii_digits(text)).ok())
    };
    let filter = PostFilter {
        title,
        title_contains,
        created_from: timestamp(created_from),
        created_to: timestamp(created_to),
        updated_from: timestamp(updated_from),
        updated_to: timestamp(updated_to),
        search,
        beyond: None,
    };
    reader.finish()?;
    Ok(filter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_show_all_filters() {
        let shown: Vec<_> = FILTER_FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(shown, FILTERS.map(|filter| filter.name));
    }
}
