//! Search, filters, ordering and pages of a list, as links and forms.

use actix_web::HttpRequest;
use presspass_serializers::{Field, Kind};
use serde_json::{Map, Value};

use crate::endpoint::ListControls;
use crate::pages::{
    Button, ButtonStyle, Form, FormField, FormMethod, Link, Pager, PagerStep, RelatedRecords,
};
use crate::pagination::quote;
use crate::query::Query;

/// The parameters of pages: another ordering or search begins at the first page.
const PAGE_PARAMETERS: [&str; 3] = ["offset", "page", "cursor"];

/// The length of the pages that are offered for a list without pages.
const OFFERED_LIMIT: u32 = 20;

pub(super) struct Controls {
    pub search: Option<Search>,
    pub orders: Vec<Link>,
    pub filters: Option<Form>,
    pub set: usize,
    /// The URL of the list in pages, where it has none.
    pub in_pages: Option<String>,
}

pub(super) struct Search {
    pub value: String,
    /// Other parameters that are kept.
    pub hidden: Vec<(String, String)>,
    /// The URL of the list without the search.
    pub reset: Option<String>,
}

/// The URL of the list with some values of its query replaced, or removed where they are `None`.
fn address(request: &HttpRequest, pairs: &[(String, String)], changes: &[(&str, Option<&str>)]) -> String {
    let kept = pairs.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| name != changed));
    let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
    let added = changes.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
    let query: Vec<String> =
        kept.chain(added).map(|(name, value)| format!("{}={}", quote(name), quote(value))).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{mark}{}", request.uri().path(), query.join("&"))
}

fn pairs(request: &HttpRequest) -> Vec<(String, String)> {
    Query::parse(request.query_string()).into_pairs()
}

/// The parameters that a form of the list keeps, beside its own.
fn hidden(pairs: &[(String, String)], own: &dyn Fn(&str) -> bool) -> Vec<(String, String)> {
    let is_kept = |(name, value): &&(String, String)| {
        !own(name) && !PAGE_PARAMETERS.contains(&name.as_str()) && !value.is_empty()
    };
    pairs.iter().filter(is_kept).cloned().collect()
}

impl Controls {
    pub fn of(
        request: &HttpRequest,
        controls: ListControls,
        answer: Option<&Value>,
        related: Option<&RelatedRecords>,
    ) -> Self {
        let pairs = pairs(request);
        let query = Query::parse(request.query_string());
        let get = |name: &str| query.get(name).unwrap_or_default().to_owned();
        let changes: Vec<(&str, Option<&str>)> = PAGE_PARAMETERS.iter().map(|name| (*name, None)).collect();
        let search = controls.has_search.then(|| Search {
            value: get("search"),
            hidden: hidden(&pairs, &|name| name == "search"),
            reset: (!get("search").is_empty()).then(|| {
                let reset: Vec<_> = changes.iter().copied().chain([("search", None)]).collect();
                address(request, &pairs, &reset)
            }),
        });
        let ordering = get("ordering");
        let orders = controls.orders.iter().map(|&name| {
            let descending = format!("-{name}");
            let (label, next) = if ordering == name {
                (format!("{name} ↑"), descending.as_str())
            } else if ordering == descending {
                (format!("{name} ↓"), name)
            } else {
                (name.to_owned(), name)
            };
            let is_current = label != name;
            let next: Vec<_> = changes.iter().copied().chain([("ordering", Some(next))]).collect();
            let href = address(request, &pairs, &next);
            Link { label, href, is_current }
        });
        let orders = orders.collect();
        let set = controls.filters.iter().filter(|field| !get(field.name).is_empty()).count();
        let filters = (!controls.filters.is_empty()).then(|| {
            let control = |field: &Field| match related.and_then(|related| related.of(field.name)) {
                Some(offered) => {
                    let chosen = pairs.iter().filter(|(name, _)| name == field.name);
                    let chosen: Vec<String> = chosen.map(|(_, value)| value.clone()).collect();
                    FormField::of_related(field, &chosen, offered)
                }
                // Without the records to choose from, a key is typed.
                None if matches!(field.kind, Kind::Keys(_)) => {
                    let kind = match field.kind {
                        Kind::Keys(kind) => Kind::Key(kind),
                        kind => kind,
                    };
                    FormField::of(&Field { kind, ..*field }, &get(field.name))
                }
                None => FormField::of(field, &get(field.name)),
            };
            let fields = controls.filters.iter().map(|field| control(field).optional());
            let mut form = Form::new("filter", fields.map(FormField::without_mark).collect());
            form.method = FormMethod::Get;
            form.skips_browser_checks = true;
            form.hidden = hidden(&pairs, &|name| controls.filters.iter().any(|field| field.name == name));
            form.buttons = vec![Button::submit("Filter", ButtonStyle::Primary)];
            if set > 0 {
                let reset: Vec<(&str, Option<&str>)> = changes
                    .iter()
                    .copied()
                    .chain(controls.filters.iter().map(|field| (field.name, None)))
                    .collect();
                form.buttons.push(Button::link(
                    "Clear",
                    ButtonStyle::Quiet,
                    address(request, &pairs, &reset),
                ));
            }
            form
        });
        let is_array = answer.is_none_or(Value::is_array);
        let in_pages = (controls.takes_limit && is_array)
            .then(|| address(request, &pairs, &[("limit", Some(&OFFERED_LIMIT.to_string()))]));
        Self { search, orders, filters, set, in_pages }
    }
}

/// The pages of a list, where the answer is a page of one.
pub(super) fn pager(request: &HttpRequest, answer: &Value) -> Option<Pager> {
    let envelope = answer.as_object()?;
    let results = envelope.get("results")?.as_array()?.len();
    let neighbour = |name: &str| envelope.get(name).and_then(Value::as_str).map(local);
    let (next, previous) = (neighbour("next"), neighbour("previous"));
    if !envelope.contains_key("next") || !envelope.contains_key("previous") {
        return None;
    }
    let summary = match envelope.get("count").and_then(Value::as_u64) {
        Some(count) => format!("{results} of {count}"),
        None => format!("{results} on this page"),
    };
    if let Some(numbered) =
        numbered(request, envelope, results, next.as_deref(), previous.as_deref(), &summary)
    {
        return Some(numbered);
    }
    let step = |label: &str, href: Option<String>| {
        href.map(|href| PagerStep::Link { label: label.to_owned(), href, name: None })
    };
    let steps = [step("← Previous", previous), step("Next →", next)].into_iter().flatten().collect();
    Some(Pager::new(summary, steps))
}

/// Numbered pages, where the answer has a count.
fn numbered(
    request: &HttpRequest,
    envelope: &Map<String, Value>,
    results: usize,
    next: Option<&str>,
    previous: Option<&str>,
    summary: &str,
) -> Option<Pager> {
    let count = envelope.get("count")?.as_u64()?;
    let pairs = pairs(request);
    let parameter = |address: Option<&str>, name: &str| -> Option<u64> {
        let (_, query) = address?.split_once('?')?;
        Query::parse(query).get(name)?.parse().ok()
    };
    if let Some(limit) =
        parameter(next, "limit").or_else(|| parameter(previous, "limit")).filter(|limit| *limit > 0)
    {
        let here: u64 = pairs
            .iter()
            .rev()
            .find(|(name, _)| name == "offset")
            .map_or(Some(0), |(_, at)| at.parse().ok())?;
        // Pages at other offsets have no numbers.
        if !here.is_multiple_of(limit) {
            return None;
        }
        let href = |page: u64| {
            let offset = ((page - 1) * limit).to_string();
            let offset = (page > 1).then_some(offset.as_str());
            address(request, &pairs, &[("limit", Some(&limit.to_string())), ("offset", offset)])
        };
        return Some(Pager::numbered(summary, here / limit + 1, count.div_ceil(limit), href));
    }
    if next.or(previous).is_none_or(|address| parameter(Some(address), "offset").is_some()) {
        return None;
    }
    let current = previous.map_or(1, |previous| parameter(Some(previous), "page").unwrap_or(1) + 1);
    let last = match next {
        Some(_) => count.div_ceil(u64::try_from(results).ok().filter(|size| *size > 0)?),
        None => current,
    };
    let href = |page: u64| {
        let page = page.to_string();
        address(request, &pairs, &[("page", (page != "1").then_some(page.as_str()))])
    };
    Some(Pager::numbered(summary, current, last, href))
}

/// The path and the query of a URL of ours.
fn local(address: &str) -> String {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    after_scheme.find('/').map_or_else(|| "/".to_owned(), |at| after_scheme[at..].to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;

    use super::*;

    fn pages(uri: &str, answer: &Value) -> String {
        pager(&TestRequest::with_uri(uri).to_http_request(), answer).unwrap().to_string()
    }

    #[test]
    fn pages_by_offset_by_number_and_by_cursor_are_links() {
        let answer = json!({"count": 31, "next": "http://h/p/?limit=5&offset=15", "previous":
            "http://h/p/?limit=5&offset=5", "results": [1, 2, 3, 4, 5]});
        let html = pages("/p/?offset=10&limit=5&search=a+b", &answer);
        for part in [
            "5 of 31",
            "<span aria-current=\"page\">3</span>",
            "href=\"/p/?search=a+b&#38;limit=5&#38;offset=30\"",
            "href=\"/p/?search=a+b&#38;limit=5\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        let answer = json!({"count": 12, "next": "http://h/p/?page=3", "previous": "http://h/p/", "results": [1, 2, 3, 4, 5]});
        let html = pages("/p/?page=2", &answer);
        assert!(
            html.contains("<span aria-current=\"page\">2</span>") && html.contains("href=\"/p/?page=3\""),
            "{html}"
        );
        let answer = json!({"count": 12, "next": "http://h/p/?page=3&page_size=5",
            "previous": "http://h/p/?page_size=5", "results": [1, 2, 3, 4, 5]});
        let html = pages("/p/?page_size=5&page=2", &answer);
        for part in ["href=\"/p/?page_size=5\"", "href=\"/p/?page_size=5&#38;page=3\""] {
            assert!(html.contains(part), "{part}: {html}");
        }
        let answer = json!({"next": "http://h/p/?cursor=x", "previous": null, "results": [1]});
        assert!(pages("/p/", &answer).contains("<a href=\"/p/?cursor=x\">Next →</a>"));
    }

    #[test]
    fn an_answer_that_is_no_page_of_a_list_has_no_pager() {
        let request = TestRequest::default().to_http_request();
        for answer in [json!([]), json!({"results": 1}), json!({"results": []}), json!(null)] {
            assert!(pager(&request, &answer).is_none(), "{answer}");
        }
    }

    #[test]
    fn another_order_begins_at_the_first_page_and_keeps_the_search() {
        let controls = ListControls { has_search: true, orders: &["id", "title"], ..ListControls::default() };
        let request = TestRequest::with_uri("/p/?search=x&ordering=id&offset=5").to_http_request();
        let controls = Controls::of(&request, controls, None, None);
        let hrefs: Vec<_> =
            controls.orders.iter().map(|link| (link.label.as_str(), link.href.as_str())).collect();
        assert_eq!(hrefs, [("id ↑", "/p/?search=x&ordering=-id"), ("title", "/p/?search=x&ordering=title")]);
        let search = controls.search.unwrap();
        assert_eq!(search.hidden, [("ordering".to_owned(), "id".to_owned())]);
        assert_eq!(search.reset.as_deref(), Some("/p/?ordering=id"));
    }
}
