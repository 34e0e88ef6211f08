//! The browsable API: the answer of an endpoint as a page (DRF's `BrowsableAPIRenderer`).

mod controls;
mod curl;
mod forms;
mod frame;
mod highlight;
mod refusal;

use std::borrow::Cow;

use actix_web::http::header::HeaderMap;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest};
use askama::Template;
use presspass_serializers::{Errors, Field, Input, Member};
use serde_json::Value;

use self::controls::{Controls, pager};
use self::curl::CurlRequest;
use self::forms::{RequestForm, RequestForms};
use self::frame::{actions, capitalized, crumbs, own_address, shown_address, user, with_format};
pub(crate) use self::frame::{navigation, user_area};
use self::refusal::Refusal;
use super::layout::{Layout, Link, Site, UserArea};
use super::submitted::Submitted;
use super::{Html, Message, Pager, Pages, RelatedRecords, project};
use crate::call::Call;
use crate::failure::Failure;
use crate::links::Links;
use crate::reply::{PageParts, Secret};

/// Larger answers are not parsed: they have no pager and no forms with values.
const LARGEST_PARSED: usize = 4 * 1024 * 1024;

/// The headers that the page shows.
const SHOWN: [header::HeaderName; 4] =
    [header::ALLOW, header::VARY, header::WWW_AUTHENTICATE, header::RETRY_AFTER];

pub(crate) struct Answer<'a> {
    pub call: &'a Call<'a>,
    /// The status that API clients get.
    pub status: StatusCode,
    pub headers: &'a HeaderMap,
    /// The body, empty where there is none.
    pub json: &'a [u8],
    pub failure: Option<&'a Failure>,
    pub by_cookie: bool,
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
    forms: Vec<RequestForm>,
    asks_for_log_in: bool,
    log_in_links: Vec<Link>,
}

/// The page, and the values of `Set-Cookie` that it needs.
pub(crate) fn page(
    answer: &Answer<'_>,
    mut parts: PageParts,
    mut messages: Vec<Message>,
) -> (String, Vec<String>) {
    messages.append(&mut parts.messages);
    let Answer { call, status, json, failure, .. } = *answer;
    let (request, endpoint) = (call.request, call.endpoint);
    let extensions = request.extensions();
    let submitted = extensions.get::<Submitted>();
    // A form that was refused before its endpoint read it is shown again, too.
    let of_form = || submitted.filter(|it| it.content.is_none()).map(Submitted::input);
    let mut sent = call.body.parsed().map(Cow::Borrowed).or_else(|| of_form().map(Cow::Owned));
    let pages = request.app_data::<Data<Pages>>().map(Data::get_ref);
    let token = pages.and_then(|pages| pages.form_token(request).ok());
    let csrf = token.as_ref().map_or("", |token| token.masked.as_str());
    let value: Option<Value> =
        (!parts.is_cut && json.len() <= LARGEST_PARSED).then(|| serde_json::from_slice(json).ok()).flatten();
    let refusal = Refusal::of(answer, submitted, pages);
    // A body that may come from another site, or is too long, is not shown.
    if matches!(failure, Some(Failure::Refused(_)))
        && !refusal.as_ref().is_some_and(|refusal| refusal.is_shown)
    {
        sent = None;
    }
    let sent = sent.as_deref();
    let method = refusal.as_ref().map_or(request.method().as_str(), |refusal| refusal.method);
    let mut may = may(call);
    if let Some(refusal) = &refusal
        && refusal.is_shown
        && !may.contains(&refusal.method)
    {
        may = vec![refusal.method];
    }
    let action = own_address(request);
    let related = extensions.get::<RelatedRecords>();
    let forms = RequestForms {
        fields: endpoint.fields,
        sent,
        method,
        may: &may,
        submitted,
        refusal: refusal.as_ref(),
        failure,
        answer: value.as_ref(),
        related,
        csrf,
        action: &action,
    };
    // Without a token every form would be refused.
    let forms = if csrf.is_empty() { Vec::new() } else { forms.all() };
    let is_listed =
        matches!(method, "GET" | "HEAD") && (status.is_success() || failure.is_some_and(is_of_query));
    let controls = endpoint.controls.filter(|_| is_listed);
    let controls = controls.map(|controls| {
        let mut controls = Controls::of(request, controls, value.as_ref(), related);
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
    let has_forms = !forms.is_empty();
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
        is_cut: parts.is_cut,
        as_json: with_format(request, "json"),
        pager: value.as_ref().and_then(|value| pager(request, value)),
        controls,
        curl: curl(call, method, sent, pages),
        secret: parts.secret,
        forms,
        asks_for_log_in,
        log_in_links,
    };
    let mut layout = Layout::new(Site::Api, endpoint.name, Html::of(&ApiTemplate { page }));
    layout.lead = Some(endpoint.description.trim().to_owned()).filter(|text| !text.is_empty());
    layout.messages = messages;
    layout.crumbs = crumbs(request, endpoint);
    layout.navigation = navigation(request, pages);
    layout.user = user;
    layout.actions = Some(actions(call, &parts.links, csrf, has_forms));
    (layout.render(project(request)), token.into_iter().map(|token| token.cookie).collect())
}

fn is_of_query(failure: &Failure) -> bool {
    matches!(failure, Failure::Invalid(_) | Failure::InvalidPage | Failure::InvalidCursor)
}

/// The unsafe methods that this caller may use.
fn may(call: &Call<'_>) -> Vec<&'static str> {
    let is_allowed = |method: &&str| call.endpoint.is_open || call.viewer.methods.contains(method);
    call.endpoint.writes().filter(is_allowed).collect()
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

/// The URL of the item with this id, where it has an endpoint.
fn detail(request: &HttpRequest, id: &str) -> Option<String> {
    let address = format!("{}{id}/", request.path());
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && request.resource_map().has_resource(&address)).then_some(address)
}

fn curl(call: &Call<'_>, method: &str, sent: Option<&Input>, pages: Option<&Pages>) -> String {
    let Call { request, endpoint, .. } = *call;
    let links = pages.and_then(|pages| Links::of(request, &pages.proxies).ok());
    let address = shown_address(request);
    let address = links.map_or_else(|| address.clone(), |links| links.absolute(&address));
    let prefix = pages.map(|pages| pages.token_prefix.as_str()).filter(|_| call.viewer.name.is_some());
    let line = |method, sent| CurlRequest { method, address: &address, prefix, sent }.line();
    // An endpoint that reads a body alone is shown with one.
    if !endpoint.allows(method) && endpoint.allows("POST") {
        let example = |field: &Field| Some((field.name.to_owned(), Member::Text(field.example?.to_owned())));
        let examples = Input::Members(endpoint.fields.iter().filter_map(example).collect());
        return line("POST", Some((&examples, endpoint.fields)));
    }
    let writes = matches!(method, "POST" | "PUT" | "PATCH");
    line(method, sent.filter(|_| writes).map(|input| (input, endpoint.fields)))
}
