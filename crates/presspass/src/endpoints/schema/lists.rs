//! OpenAPI: parameters and schemas of lists, by the pagination style.

use presspass_rest::filters::MAX_TEXT;
use presspass_rest::pagination::PageSize;
use presspass_serializers::openapi::{
    NO_NUL, ParameterLocation, Value, WithMembers as _, array, json, page, parameter, uncounted_page, value,
};
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
pub fn list_parameters(context: &Context, list: &ListParameters) -> Vec<Value> {
    let mut parameters = pages(&context.pagination, list.plural);
    parameters.push(ordering(&context.pagination, list.orders));
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
pub fn list_schema(context: &Context, item: Value, page: Value) -> Value {
    match &context.pagination {
        Pagination::None => array(item),
        // An array, until `?limit=` asks for pages.
        pagination if pagination.is_optional() => json!({ "oneOf": [array(item), page] }),
        _ => page,
    }
}

/// The schema of a page; `None` where lists have no pages.
#[must_use]
pub fn page_schema(context: &Context, item: Value) -> Option<Value> {
    match &context.pagination {
        Pagination::None => None,
        Pagination::LimitOffset { .. } | Pagination::PageNumber(_) => Some(page(item)),
        Pagination::Cursor(_) => Some(uncounted_page(item)),
    }
}

impl Context {
    /// How a list of this one item is answered, for an example.
    #[must_use]
    pub fn list_example(&self, item: &Value) -> Value {
        let page = |count: Value| {
            count.with("next", Value::Null).with("previous", Value::Null).with("results", [item.clone()])
        };
        match &self.pagination {
            pagination if pagination.is_optional() => json!([item]),
            Pagination::Cursor(_) => page(json!({})),
            _ => page(json!({ "count": 1 })),
        }
    }

    /// What a list does: a page that does not exist is 404.
    #[must_use]
    pub const fn list_effects(&self) -> &'static [Effect] {
        match &self.pagination {
            Pagination::None => &[Effect::UsesDatabase],
            _ => &[Effect::UsesDatabase, Effect::LooksUp],
        }
    }
}

fn query(name: impl Into<Value>, about: impl Into<Value>, schema: Value) -> Value {
    parameter(name, ParameterLocation::Query, about, schema)
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn number(minimum: i64) -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": minimum })
}

fn pages(pagination: &Pagination, plural: &str) -> Vec<Value> {
    match pagination {
        Pagination::None => Vec::new(),
        Pagination::LimitOffset { default, max } => {
            let about = match default {
                Some(_) => format!("At most how many {plural} a page has."),
                None => format!(
                    "Asks for pages of at most this many {plural}; without it, the answer is the whole list as an array."
                ),
            };
            let about = format!("{about}{}", at_most(*max));
            let limit = query("limit", about, number(1).with_some("default", *default));
            vec![limit, query("offset", format!("How many {plural} stand before the page."), number(0))]
        }
        Pagination::PageNumber(size) => {
            let last = json!({ "const": "last" });
            let schema = json!({ "anyOf": [number(1), last] });
            let about = format!("The page{}; the first is 1, and `last` the last.", of_size(size, plural));
            [query("page", about, schema)].into_iter().chain(page_size(size, plural)).collect()
        }
        Pagination::Cursor(size) => {
            let about = format!(
                "A page{}, by the cursor out of `next` or `previous` of another.",
                of_size(size, plural)
            );
            [query("cursor", about, text())].into_iter().chain(page_size(size, plural)).collect()
        }
    }
}

fn of_size(size: &PageSize, plural: &str) -> String {
    size.default.map_or_else(String::new, |size| format!(" of {size} {plural}"))
}

fn at_most(max: Option<i64>) -> String {
    max.map_or_else(String::new, |max| format!(" More than {max} count as {max}."))
}

/// The parameter by which a client says how long a page is, where there is one.
fn page_size(size: &PageSize, plural: &str) -> Option<Value> {
    let name = size.parameter.clone()?;
    let about = match size.default {
        Some(_) => format!("How many {plural} a page has."),
        None => format!(
            "Asks for pages of this many {plural}; without it, the answer is the whole list as an array."
        ),
    };
    let schema = number(1).with_some("default", size.default);
    Some(query(name, format!("{about}{}", at_most(size.max)), schema))
}

fn ordering(pagination: &Pagination, orders: &[&'static str]) -> Value {
    let names: Vec<String> =
        orders.iter().flat_map(|name| [(*name).to_owned(), format!("-{name}")]).collect();
    let items = text().with("enum", names);
    let schema = json!({ "type": "array", "items": items });
    let about = match pagination {
        Pagination::Cursor(_) => "The order, by fields; `-` turns one around. By default `-created_at`.",
        _ => "The order, by fields; `-` turns one around.",
    };
    query("ordering", about, schema).with("explode", false).with("example", json!(["-created_at", "title"]))
}

/// The schema of a filter's values.
fn filter_value(field: &Field) -> Value {
    // An empty value of a query asks for nothing; `null` is none.
    let schema = value(&Field { read_only: false, nullable: false, ..*field });
    match field.kind {
        Kind::Text { .. } => schema.with("maxLength", MAX_TEXT as u64).with("pattern", NO_NUL),
        _ => schema,
    }
}
