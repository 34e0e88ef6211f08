//! Which posts a query asks for, and in which order.

use presspass_domain::{Direction, Moment, PostColumn, PostFilter};
use presspass_rest::filters::{FilterReader, ordering, search};
use presspass_rest::{Failure, Query, ascii_digits};

/// What `?ordering=` knows.
const COLUMNS: [(&str, PostColumn); 5] = [
    ("id", PostColumn::Id),
    ("title", PostColumn::Title),
    ("content", PostColumn::Content),
    ("created_at", PostColumn::CreatedAt),
    ("updated_at", PostColumn::UpdatedAt),
];

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
    let (title, title_contains) = (reader.text("title"), reader.text("title__icontains"));
    let mut moment =
        |name| reader.parsed(name, NO_MOMENT, |text| Moment::parse_iso(&ascii_digits(text)).ok());
    let filter = PostFilter {
        title,
        title_contains,
        created_from: moment("created_at__gte"),
        created_to: moment("created_at__lte"),
        updated_from: moment("updated_at__gte"),
        updated_to: moment("updated_at__lte"),
        search,
        beyond: None,
    };
    reader.finish()?;
    Ok(filter)
}
