//! OpenAPI: parameters and schemas of lists, by the pagination style.

use presspass_rest::filters::MAX_TEXT;
use presspass_rest::pagination::PageSize;
use presspass_serializers::openapi::{
    NO_NUL, ParameterLocation, Value, WithMembers as _, array, json, page, parameter, uncounted_page, value,
};
use presspass_serializers::{Field, Kind};

use super::responses::Effect;
use crate::endpoints::resource::Pages;

/// A filter by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FilterParameter {
    /// Its name in the query: `title__icontains`.
    pub name: &'static str,
    /// The field that it compares.
    pub field: &'static str,
    /// Which records it selects.
    pub about: &'static str,
}

/// What the query of a list may have.
#[derive(Debug)]
pub(crate) struct ListParameters<'l> {
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
    /// How it is cut.
    pub pages: &'l Pages,
    /// The order of pages by cursor where the query names none: `-created_at`.
    pub cursor_order: String,
}

/// The parameters of a list's query, in the order in which they are read: pages, order, search, filters.
pub(crate) fn list_parameters(list: &ListParameters<'_>) -> Vec<Value> {
    let mut parameters = pages(list.pages, list.plural);
    parameters.push(ordering(list));
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
pub(crate) fn query_error_names(list: &ListParameters<'_>) -> impl Iterator<Item = &'static str> {
    list.filters.iter().map(|filter| filter.name).chain(["search"])
}

/// What a list answers: an array of items, pages, or either.
pub(crate) fn list_schema(pages: &Pages, item: Value, page: Value) -> Value {
    match pages {
        Pages::None => array(item),
        // An array, until `?limit=` asks for pages.
        pages if pages.is_optional() => json!({ "oneOf": [array(item), page] }),
        _ => page,
    }
}

/// The schema of a page; `None` where lists have no pages.
pub(crate) fn page_schema(pages: &Pages, item: Value) -> Option<Value> {
    match pages {
        Pages::None => None,
        Pages::LimitOffset { .. } | Pages::PageNumber(_) => Some(page(item)),
        Pages::Cursor(_) => Some(uncounted_page(item)),
    }
}

/// How a list of this one item is answered, for an example.
pub(crate) fn list_example(pages: &Pages, item: &Value) -> Value {
    let page = |count: Value| {
        count.with("next", Value::Null).with("previous", Value::Null).with("results", [item.clone()])
    };
    match pages {
        pages if pages.is_optional() => json!([item]),
        Pages::Cursor(_) => page(json!({})),
        _ => page(json!({ "count": 1 })),
    }
}

/// What a list does: a page that does not exist is 404.
pub(crate) const fn list_effects(pages: &Pages) -> &'static [Effect] {
    match pages {
        Pages::None => &[Effect::UsesDatabase],
        _ => &[Effect::UsesDatabase, Effect::LooksUp],
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

fn pages(pages: &Pages, plural: &str) -> Vec<Value> {
    match pages {
        Pages::None => Vec::new(),
        Pages::LimitOffset { default, max } => {
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
        Pages::PageNumber(size) => {
            let last = json!({ "const": "last" });
            let schema = json!({ "anyOf": [number(1), last] });
            let about = format!("The page{}; the first is 1, and `last` the last.", of_size(size, plural));
            [query("page", about, schema)].into_iter().chain(page_size(size, plural)).collect()
        }
        Pages::Cursor(size) => {
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

fn ordering(list: &ListParameters<'_>) -> Value {
    let names: Vec<String> =
        list.orders.iter().flat_map(|name| [(*name).to_owned(), format!("-{name}")]).collect();
    let items = text().with("enum", names);
    let schema = json!({ "type": "array", "items": items });
    let mut about = "The order, by fields; `-` turns one around.".to_owned();
    if let Pages::Cursor(_) = list.pages {
        about = format!("{about} By default `{}`.", list.cursor_order);
    }
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
