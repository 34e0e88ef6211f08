//! The browsable API: an endpoint's answer as a page (REST framework's `BrowsableAPIRenderer`).

mod controls;
mod curl;
mod forms;
mod frame;
mod highlight;
mod notes;
mod refusal;

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
use self::frame::{actions, capitalized, crumbs, own_address, shown_address, user, with_format};
pub(crate) use self::frame::{navigation, user_area};
use self::notes::Secret;
use self::refusal::Refusal;
use super::layout::{Layout, Link, Site, UserArea};
use super::submitted::Submitted;
use super::{Html, Message, Pager, Pages};
use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::links::Links;

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
    secret: Option<Secret>,
    sendings: Vec<Sending>,
    asks_for_log_in: bool,
    log_in_links: Vec<Link>,
}

/// The page, and the cookies that have to go along.
pub(crate) fn page(answer: &mut Answer<'_>, mut messages: Vec<Message>) -> (String, Vec<String>) {
    messages.append(&mut answer.notes.messages);
    let secret = answer.notes.secret.take();
    let Answer { request, endpoint, status, json, failure, .. } = *answer;
    let extensions = request.extensions();
    let submitted = extensions.get::<Submitted>();
    // What was refused before anybody read it is shown again, too.
    if answer.notes.typed.is_none() {
        answer.notes.typed = submitted.filter(|it| it.content.is_none()).map(Submitted::input);
    }
    let pages = request.app_data::<Data<Pages>>().map(Data::get_ref);
    let token = pages.and_then(|pages| pages.form_token(request).ok());
    let csrf = token.as_ref().map_or("", |token| token.masked.as_str());
    let value: Option<Value> = (!answer.notes.is_cut && json.len() <= LARGEST_PARSED)
        .then(|| serde_json::from_slice(json).ok())
        .flatten();
    let refusal = Refusal::of(answer, submitted, pages);
    // What may come from elsewhere, or is too long, does not come back at all.
    if matches!(failure, Some(Failure::Unauthenticated { .. } | Failure::Forbidden { .. }))
        && !refusal.as_ref().is_some_and(|refusal| refusal.is_shown)
    {
        answer.notes.typed = None;
    }
    let notes = &answer.notes;
    let method = refusal.as_ref().map_or(request.method().as_str(), |refusal| refusal.method);
    let mut may = may(endpoint, notes);
    if let Some(refusal) = &refusal
        && refusal.is_shown
        && !may.contains(&refusal.method)
    {
        may = vec![refusal.method];
    }
    let action = own_address(request);
    let sendings = Sendings {
        notes,
        method,
        may: &may,
        submitted,
        refusal: refusal.as_ref(),
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
    messages.extend(refusal.as_ref().and_then(Refusal::message));
    messages.extend(failure.and_then(Failure::advice).map(Message::warning));
    let has_sendings = !sendings.is_empty();
    let asks_for_log_in = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        && !log_in_links.is_empty()
        && refusal.is_none();
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
        curl: curl(answer, method, pages),
        secret,
        sendings,
        asks_for_log_in,
        log_in_links,
    };
    let mut layout = Layout::new(Site::Api, endpoint.name, Html::of(&ApiTemplate { page }));
    layout.lead = Some(endpoint.description.trim().to_owned()).filter(|text| !text.is_empty());
    layout.messages = messages;
    layout.crumbs = crumbs(request, endpoint);
    layout.navigation = navigation(request, pages);
    layout.user = user;
    layout.actions = Some(actions(answer, csrf, has_sendings));
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

/// The address of the item with this id, where the address below is an endpoint's.
fn detail(request: &HttpRequest, id: &str) -> Option<String> {
    let address = format!("{}{id}/", request.path());
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && request.resource_map().has_resource(&address)).then_some(address)
}

fn curl(answer: &Answer<'_>, method: &str, pages: Option<&Pages>) -> String {
    let Answer { request, endpoint, ref notes, .. } = *answer;
    let links = pages.and_then(|pages| Links::of(request, &pages.proxies).ok());
    let address = shown_address(request);
    let address = links.map_or_else(|| address.clone(), |links| links.absolute(&address));
    let is_known = notes.caller != CallerNote::Anonymous;
    let prefix = pages.map(|pages| pages.token_prefix.as_str()).filter(|_| is_known);
    let line = |method, sent| CurlRequest { method, address: &address, prefix, sent }.line();
    // Who looks at an endpoint that only takes something is shown how to send it.
    if !endpoint.allows(method) && endpoint.allows("POST") {
        let example = |field: &Field| Some((field.name.to_owned(), Member::Text(field.example?.to_owned())));
        let examples = Input::Members(notes.fields.iter().filter_map(example).collect());
        return line("POST", Some((&examples, notes.fields)));
    }
    let writes = matches!(method, "POST" | "PUT" | "PATCH");
    line(method, notes.typed.as_ref().filter(|_| writes).map(|input| (input, notes.fields)))
}
