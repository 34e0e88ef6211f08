//! What can be asked of lists of posts.

use presspass_rest::filters::MAX_TEXT;
use presspass_serializers::openapi::{NO_NUL, Node, Place, parameter, value};
use presspass_serializers::posts::FIELDS;
use presspass_serializers::{Field, Kind};

use super::facts::Facts;
use crate::app::services::Pagination;
use crate::endpoints::posts::{FILTERS, orders};

/// The parameters of the query, by what reads them: pages, order, search, filters.
pub(super) fn parameters(facts: &Facts) -> Vec<Node> {
    let mut parameters = pages(facts.pagination);
    parameters.push(ordering(facts.pagination));
    parameters.push(query(
        "search",
        "Only posts with each of these terms in their title or content, in upper or lower case. Terms stand between \
         commas and blanks; at most 32 of them, of 500 bytes together.",
        text(),
    ));
    if facts.post_filters {
        parameters.extend(FILTERS.iter().filter_map(|filter| {
            let field = FIELDS.iter().find(|field| field.name == filter.field)?;
            Some(query(filter.name, filter.about, filter_value(field)))
        }));
    }
    parameters
}

/// The names by which a 400 of a list tells what is wrong.
pub(super) fn names_that_can_be_wrong(facts: &Facts) -> impl Iterator<Item = &'static str> {
    let filters = if facts.post_filters { FILTERS.as_slice() } else { &[] };
    filters.iter().map(|filter| filter.name).chain(["search"])
}

/// Whether a list can be asked for a part that is not there.
pub(super) const fn may_miss(pagination: Pagination) -> bool {
    !matches!(pagination, Pagination::None)
}

fn query(name: &'static str, about: impl Into<Node>, schema: Node) -> Node {
    parameter(name, Place::Query, about, schema)
}

fn text() -> Node {
    Node::map().with("type", "string")
}

fn number(minimum: i64) -> Node {
    Node::map().with("type", "integer").with("format", "int64").with("minimum", minimum)
}

fn pages(pagination: Pagination) -> Vec<Node> {
    match pagination {
        Pagination::None => Vec::new(),
        Pagination::LimitOffset { default } => {
            let limit = match default {
                Some(size) => {
                    query("limit", "How many posts a page has at the most.", number(1).with("default", size))
                }
                None => query(
                    "limit",
                    "Asks for pages of at most so many posts; without it, the answer is the whole list as an array.",
                    number(1),
                ),
            };
            vec![limit, query("offset", "How many posts are passed over before the page.", number(0))]
        }
        Pagination::PageNumber { size } => {
            let last = Node::map().with("const", "last");
            let schema = Node::map().with("anyOf", [number(1), last]);
            let about = format!("The page, of {size} posts each; the first is 1, and `last` the last.");
            vec![query("page", about, schema)]
        }
        Pagination::Cursor { size } => {
            let about =
                format!("A page of {size} posts, by the cursor out of `next` or `previous` of another.");
            vec![query("cursor", about, text())]
        }
    }
}

fn ordering(pagination: Pagination) -> Node {
    let names: Vec<String> = orders().flat_map(|name| [name.to_owned(), format!("-{name}")]).collect();
    let items = text().with("enum", names);
    let schema = Node::map().with("type", "array").with("items", items);
    let about = match pagination {
        Pagination::Cursor { .. } => "The order, by fields; `-` turns one around. By default `-created_at`.",
        _ => "The order, by fields; `-` turns one around.",
    };
    query("ordering", about, schema)
        .with("explode", false)
        .with("example", Node::list(["-created_at", "title"]))
}

/// What a filter takes: for texts, what the database shall look for, and not what the field can hold.
fn filter_value(field: &Field) -> Node {
    let schema = value(&Field { read_only: false, ..*field });
    match field.kind {
        Kind::Text { .. } => schema.with("maxLength", MAX_TEXT as u64).with("pattern", NO_NUL),
        Kind::Integer | Kind::Boolean | Kind::DateTime | Kind::Password => schema,
    }
}
