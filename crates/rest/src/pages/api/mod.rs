//! The browsable API: an endpoint's answer as a page (REST framework's `BrowsableAPIRenderer`).

mod controls;
mod curl;
mod forms;
mod highlight;
mod notes;

use actix_web::http::header::HeaderMap;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest};
use askama::Template;
use presspass_serializers::{Errors, Field, Input, Member};
use serde_json::Value;

pub use notes::ListControls;
pub(crate) use notes::{CallerNote, Notes, begin, note, taken};

use self::controls::{Controls, pager};
use self::curl::CurlRequest;
use self::forms::{Sending, Sendings};
use super::layout::{Crumb, Layout, Link, LogOut, Site, UserArea};
use super::requests::{ByPastedToken, METHOD, Submitted};
use super::{Button, ButtonStyle, Form, Html, Message, Pager, Pages};
use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::links::Links;
use crate::pagination::quote;
use crate::query::Query;

/// Larger answers are shown as they are, without links to their pages.
const LARGEST_PARSED: usize = 4 * 1024 * 1024;

/// The headers of the answer that the page shows.
const SHOWN: [header::HeaderName; 4] =
    [header::ALLOW, header::VARY, header::WWW_AUTHENTICATE, header::RETRY_AFTER];

/// An answer that is shown.
pub(crate) struct Answer<'a> {
    pub request: &'a HttpRequest,
    pub endpoint: &'static Endpoint,
    /// The status that a client gets.
    pub status: StatusCode,
    pub headers: &'a HeaderMap,
    /// The body in JSON; empty where there is none.
    pub json: &'a [u8],
    pub failure: Option<&'a Failure>,
    /// Whether the caller is known by a cookie.
    pub by_cookie: bool,
    pub notes: Notes,
}

#[derive(Template)]
#[template(path = "api.html")]
struct ApiTemplate {
    page: ApiPage,
}

struct ApiPage {
    method: String,
    address: String,
    status: String,
    tone: &'static str,
    headers: Vec<(String, String)>,
    body: Html,
    is_cut: bool,
    as_json: String,
    controls: Option<Controls>,
    pager: Option<Pager>,
    curl: String,
    sendings: Vec<Sending>,
    asks_for_log_in: bool,
    log_in_links: Vec<Link>,
}

/// The page, and the cookies that have to go along.
pub(crate) fn page(answer: &Answer<'_>, messages: Vec<Message>) -> (String, Vec<String>) {
    let Answer { request, endpoint, status, json, failure, ref notes, .. } = *answer;
    let pages = request.app_data::<Data<Pages>>().map(|pages| pages.get_ref());
    let token = pages.and_then(|pages| pages.form_token(request).ok());
    let csrf = token.as_ref().map_or("", |token| token.masked.as_str());
    let value: Option<Value> =
        (!notes.is_cut && json.len() <= LARGEST_PARSED).then(|| serde_json::from_slice(json).ok()).flatten();
    let method = request.method().as_str();
    let may = may(endpoint, notes);
    let extensions = request.extensions();
    let action = own_address(request);
    let sendings = Sendings {
        notes,
        method,
        may: &may,
        submitted: extensions.get::<Submitted>(),
        failure,
        answer: value.as_ref(),
        csrf,
        action: &action,
    };
    // Without a token no form would be taken.
    let sendings = if csrf.is_empty() { Vec::new() } else { sendings.all() };
    let is_listed =
        status.is_success() && matches!(method, "GET" | "HEAD") || failure.is_some_and(is_of_query);
    let controls = notes.controls.filter(|_| is_listed);
    let controls = controls.map(|controls| {
        let mut controls = Controls::of(request, controls, value.as_ref());
        if let (Some(filters), Some(Failure::Invalid(Errors::Fields(errors)))) =
            (&mut controls.filters, failure)
        {
            for field in filters.fieldsets.iter_mut().flat_map(|set| &mut set.fields) {
                field.errors.extend(errors.of(&field.name).iter().map(ToString::to_string));
            }
        }
        controls
    });
    let user = user(answer, pages, csrf);
    let log_in_links = match &user {
        UserArea::Anonymous { links } => links.clone(),
        _ => Vec::new(),
    };
    let has_sendings = !sendings.is_empty();
    let page = ApiPage {
        method: method.to_owned(),
        address: shown_address(request),
        status: format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or_default()),
        tone: match status.as_u16() {
            200..300 => "good",
            500.. => "danger",
            _ => "warning",
        },
        headers: headers(answer),
        body: highlight::highlight(json, &|id| detail(request, id)),
        is_cut: notes.is_cut,
        as_json: with_format(request, "json"),
        pager: value.as_ref().and_then(|value| pager(request, value)),
        controls,
        curl: curl(answer, pages),
        sendings,
        asks_for_log_in: matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
            && !log_in_links.is_empty(),
        log_in_links,
    };
    let mut layout = Layout::new(Site::Api, endpoint.name, Html::of(&ApiTemplate { page }));
    layout.lead = Some(endpoint.description.trim().to_owned()).filter(|text| !text.is_empty());
    layout.messages = messages;
    layout.crumbs = crumbs(request, endpoint);
    layout.navigation = navigation(request, pages);
    layout.user = user;
    layout.actions = Some(actions(request, endpoint, csrf, has_sendings));
    (layout.render(), token.into_iter().map(|token| token.cookie).collect())
}

/// Whether what is wrong is the query's fault.
fn is_of_query(failure: &Failure) -> bool {
    matches!(failure, Failure::Invalid(_) | Failure::InvalidPage | Failure::InvalidCursor)
}

/// The methods that change something, of those that this caller may use.
fn may(endpoint: &'static Endpoint, notes: &Notes) -> Vec<&'static str> {
    let writes = endpoint.writes();
    match &notes.methods {
        Some(methods) => writes.filter(|method| methods.contains(method)).collect(),
        None => writes.collect(),
    }
}

fn headers(answer: &Answer<'_>) -> Vec<(String, String)> {
    let text = |name: &header::HeaderName| {
        let value = answer.headers.get(name)?.to_str().ok()?;
        let name: Vec<String> = name.as_str().split('-').map(capitalized).collect();
        Some((name.join("-").replace("Www", "WWW"), value.to_owned()))
    };
    let mut headers: Vec<_> = SHOWN.iter().filter_map(text).collect();
    if !answer.json.is_empty() {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    headers
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The address of the item with this id, where the address below is an endpoint's.
fn detail(request: &HttpRequest, id: &str) -> Option<String> {
    let address = format!("{}{id}/", request.path());
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && request.resource_map().has_resource(&address)).then_some(address)
}

/// The path and the query.
fn own_address(request: &HttpRequest) -> String {
    request.uri().path_and_query().map_or_else(String::new, ToString::to_string)
}

/// The path and the query, without what only asks for the page.
fn shown_address(request: &HttpRequest) -> String {
    let kept: Vec<&str> =
        request.query_string().split('&').filter(|pair| !pair.is_empty() && *pair != "format=api").collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    format!("{}{mark}{}", request.uri().path(), kept.join("&"))
}

fn with_format(request: &HttpRequest, format: &str) -> String {
    let address = shown_address(request);
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}format={format}")
}

fn curl(answer: &Answer<'_>, pages: Option<&Pages>) -> String {
    let Answer { request, endpoint, ref notes, .. } = *answer;
    let links = pages.and_then(|pages| Links::of(request, &pages.proxies).ok());
    let address = shown_address(request);
    let address = links.map_or_else(|| address.clone(), |links| links.absolute(&address));
    let has_account = notes.caller != CallerNote::Anonymous;
    let line = |method, sent| CurlRequest { method, address: &address, has_account, sent }.line();
    let method = request.method().as_str();
    // Who looks at an endpoint that only takes something is shown how to send it.
    if !endpoint.allows(method) && endpoint.allows("POST") {
        let example = |field: &Field| Some((field.name.to_owned(), Member::Text(field.example?.to_owned())));
        let examples = Input::Members(notes.fields.iter().filter_map(example).collect());
        return line("POST", Some((&examples, notes.fields)));
    }
    let writes = matches!(method, "POST" | "PUT" | "PATCH");
    line(method, notes.typed.as_ref().filter(|_| writes).map(|input| (input, notes.fields)))
}

fn crumbs(request: &HttpRequest, endpoint: &Endpoint) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::link("Presspass", "/")];
    let parts: Vec<&str> = request.path().split('/').filter(|part| !part.is_empty()).collect();
    let mut address = "/".to_owned();
    for part in parts.iter().take(parts.len().saturating_sub(1)) {
        address.push_str(part);
        address.push('/');
        let label = if *part == "api" { "API".to_owned() } else { capitalized(part) };
        if request.resource_map().has_resource(&address) {
            crumbs.push(Crumb::link(label, address.clone()));
        }
    }
    crumbs.push(Crumb::here(endpoint.name));
    crumbs
}

/// The links of the service's parts, the one among them where one is marked.
pub(crate) fn navigation(request: &HttpRequest, pages: Option<&Pages>) -> Vec<Link> {
    let places = pages.map(|pages| pages.places.as_slice()).unwrap_or_default();
    let mark = |link: &Link| Link { is_current: request.path() == link.href, ..link.clone() };
    places.iter().map(|place| mark(&place.link)).collect()
}

/// Where one can log in, and come back from.
fn log_in_links(request: &HttpRequest, pages: &Pages) -> Vec<Link> {
    let next = quote(&shown_address(request));
    vec![
        Link::new("Use a token", format!("{}?next={next}", pages.addresses.token)),
        Link::new("Log in", format!("{}?next={next}", pages.addresses.log_in)),
    ]
}

fn user(answer: &Answer<'_>, pages: Option<&Pages>, csrf: &str) -> UserArea {
    let Some(pages) = pages else { return UserArea::Hidden };
    let request = answer.request;
    let next = Some(shown_address(request));
    let log_out = |label, action: &str| LogOut {
        label,
        action: action.to_owned(),
        csrf: csrf.to_owned(),
        next: next.clone(),
    };
    let by_token = request.extensions().get::<ByPastedToken>().is_some();
    let forget = by_token.then(|| log_out("Forget the token", pages.addresses.token));
    match &answer.notes.caller {
        CallerNote::Known(name) => {
            let by_session = || answer.by_cookie.then(|| log_out("Log out", pages.addresses.log_out));
            UserArea::Known { name: name.clone(), links: Vec::new(), log_out: forget.or_else(by_session) }
        }
        CallerNote::Anonymous if by_token => {
            UserArea::Known { name: "by a token".to_owned(), links: Vec::new(), log_out: forget }
        }
        CallerNote::Anonymous => UserArea::Anonymous { links: log_in_links(request, pages) },
    }
}

fn actions(request: &HttpRequest, endpoint: &Endpoint, csrf: &str, has_sendings: bool) -> Html {
    let mut html = String::new();
    // Where the forms stand below the answer.
    if has_sendings {
        let jump = Button::link("Send a request", ButtonStyle::Plain, "#sending");
        html.push_str(&format!("<span class=\"api-jump\">{jump}</span>\n"));
    }
    if endpoint.allows("GET") {
        if request.method() != "GET" {
            html.push_str(&Button::link("GET", ButtonStyle::Plain, shown_address(request)).to_string());
        }
        html.push_str(&Button::link("JSON", ButtonStyle::Plain, with_format(request, "json")).to_string());
    }
    if endpoint.allows("OPTIONS") && !csrf.is_empty() {
        let form = Form {
            id: "options".to_owned(),
            action: own_address(request),
            csrf: Some(csrf.to_owned()),
            buttons: vec![Button::named("OPTIONS", ButtonStyle::Plain, METHOD, "OPTIONS")],
            ..Form::default()
        };
        html.push_str(&form.to_string());
    }
    Html::trusted(html)
}

/// Whether a query asks for the page of an endpoint, for links out of it.
pub(crate) fn asks_for_page(request: &HttpRequest) -> bool {
    let accepts = request.headers().get_all(header::ACCEPT);
    let accepts =
        |kind: &str| accepts.clone().any(|value| value.to_str().is_ok_and(|value| value.contains(kind)));
    accepts("text/html") || Query::parse(request.query_string()).get("format") == Some("api")
}
