//! Lists of a resource: their parameters and schemas, by how the settings paginate.

use presspass_rest::filters::MAX_TEXT;
use presspass_serializers::openapi::{NO_NUL, Node, Place, array, page, parameter, uncounted_page, value};
use presspass_serializers::{Field, Kind};

use super::context::Context;
use super::responses::Effect;
use crate::app::services::Pagination;

/// A filter by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilterParameter {
    /// Its name in the query: `title__icontains`.
    pub name: &'static str,
    /// The field that it compares.
    pub field: &'static str,
    /// Which records it selects.
    pub about: &'static str,
}

/// What the query of a list may have.
#[derive(Debug, Clone, Copy)]
pub struct ListParameters {
    /// What is listed, in the plural: `posts`.
    pub plural: &'static str,
    /// The fields of a record.
    pub fields: &'static [Field],
    /// The names that `?ordering=` takes.
    pub orders: &'static [&'static str],
    /// The fields that `?search=` looks at, in words: `title or content`.
    pub search: &'static str,
    /// The filters by field.
    pub filters: &'static [FilterParameter],
}

/// The parameters of a list's query, in the order in which they are read: pages, order, search, filters.
#[must_use]
pub fn list_parameters(context: &Context, list: &ListParameters) -> Vec<Node> {
    let mut parameters = pages(context.pagination, list.plural);
    parameters.push(ordering(context.pagination, list.orders));
    parameters.push(query(
        "search",
        format!(
            "Only {} with each of these terms in their {}, in upper or lower case. Terms stand between commas and \
             blanks; at most 32 of them, of 500 bytes together.",
            list.plural, list.search
        ),
        text(),
    ));
    parameters.extend(list.filters.iter().filter_map(|filter| {
        let field = list.fields.iter().find(|field| field.name == filter.field)?;
        Some(query(filter.name, filter.about, filter_value(field)))
    }));
    parameters
}

/// The names by which a 400 of a list says what is wrong.
pub fn query_error_names(list: &ListParameters) -> impl Iterator<Item = &'static str> {
    list.filters.iter().map(|filter| filter.name).chain(["search"])
}

/// What a list answers: an array of items, pages, or either.
#[must_use]
pub fn list_schema(context: &Context, item: Node, page: Node) -> Node {
    match context.pagination {
        Pagination::None => array(item),
        // An array, until `?limit=` asks for pages.
        Pagination::LimitOffset { default: None } => Node::map().with("oneOf", [array(item), page]),
        Pagination::LimitOffset { default: Some(_) }
        | Pagination::PageNumber { .. }
        | Pagination::Cursor { .. } => page,
    }
}

/// The schema of a page; `None` where lists have no pages.
#[must_use]
pub fn page_schema(context: &Context, item: Node) -> Option<Node> {
    match context.pagination {
        Pagination::None => None,
        Pagination::LimitOffset { .. } | Pagination::PageNumber { .. } => Some(page(item)),
        Pagination::Cursor { .. } => Some(uncounted_page(item)),
    }
}

impl Context {
    /// How a list of this one item is answered, for an example.
    #[must_use]
    pub fn list_example(&self, item: Node) -> Node {
        let page = |count: Node| {
            count.with("next", Node::Null).with("previous", Node::Null).with("results", [item.clone()])
        };
        match self.pagination {
            Pagination::None | Pagination::LimitOffset { default: None } => Node::list([item]),
            Pagination::LimitOffset { .. } | Pagination::PageNumber { .. } => {
                page(Node::map().with("count", 1_i64))
            }
            Pagination::Cursor { .. } => page(Node::map()),
        }
    }

    /// What a list does: a page that does not exist is 404.
    #[must_use]
    pub const fn list_effects(&self) -> &'static [Effect] {
        match self.pagination {
            Pagination::None => &[Effect::UsesDatabase],
            _ => &[Effect::UsesDatabase, Effect::LooksUp],
        }
    }
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

fn pages(pagination: Pagination, plural: &str) -> Vec<Node> {
    match pagination {
        Pagination::None => Vec::new(),
        Pagination::LimitOffset { default } => {
            let limit = match default {
                Some(size) => query(
                    "limit",
                    format!("How many {plural} a page has at the most."),
                    number(1).with("default", size),
                ),
                None => query(
                    "limit",
                    format!(
                        "Asks for pages of at most so many {plural}; without it, the answer is the whole list as an array."
                    ),
                    number(1),
                ),
            };
            vec![
                limit,
                query("offset", format!("How many {plural} are passed over before the page."), number(0)),
            ]
        }
        Pagination::PageNumber { size } => {
            let last = Node::map().with("const", "last");
            let schema = Node::map().with("anyOf", [number(1), last]);
            let about = format!("The page, of {size} {plural} each; the first is 1, and `last` the last.");
            vec![query("page", about, schema)]
        }
        Pagination::Cursor { size } => {
            let about =
                format!("A page of {size} {plural}, by the cursor out of `next` or `previous` of another.");
            vec![query("cursor", about, text())]
        }
    }
}

fn ordering(pagination: Pagination, orders: &[&'static str]) -> Node {
    let names: Vec<String> =
        orders.iter().flat_map(|name| [(*name).to_owned(), format!("-{name}")]).collect();
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
