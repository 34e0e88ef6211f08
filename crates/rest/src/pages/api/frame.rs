//! The parts of a page around an answer: breadcrumbs, navigation, user and actions.

use actix_web::{HttpMessage as _, HttpRequest};

use super::Answer;
use crate::call::Call;
use crate::endpoint::Endpoint;
use crate::pages::layout::{Crumb, Link, LogOut, UserArea};
use crate::pages::requests::ByPastedToken;
use crate::pages::submitted::METHOD;
use crate::pages::{Button, ButtonStyle, Form, Html, Pages, project};
use crate::pagination::quote;

pub(super) fn own_address(request: &HttpRequest) -> String {
    request.uri().path_and_query().map_or_else(String::new, ToString::to_string)
}

/// The path and the query, without `format=api`.
pub(super) fn shown_address(request: &HttpRequest) -> String {
    let kept: Vec<&str> =
        request.query_string().split('&').filter(|pair| !pair.is_empty() && *pair != "format=api").collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    format!("{}{mark}{}", request.uri().path(), kept.join("&"))
}

pub(super) fn with_format(request: &HttpRequest, format: &str) -> String {
    let address = shown_address(request);
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}format={format}")
}

pub(super) fn crumbs(request: &HttpRequest, endpoint: &Endpoint) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::link(project(request), "/")];
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

/// The links to the sections of the service; the current one is marked.
pub(crate) fn navigation(request: &HttpRequest, pages: Option<&Pages>) -> Vec<Link> {
    let sections = pages.map(|pages| pages.sections.as_slice()).unwrap_or_default();
    let mark = |link: &Link| Link { is_current: request.path() == link.href, ..link.clone() };
    sections.iter().map(|section| mark(&section.link)).collect()
}

fn log_in_links(request: &HttpRequest, pages: &Pages) -> Vec<Link> {
    let next = quote(&shown_address(request));
    vec![
        Link::new("Use a token", format!("{}?next={next}", pages.addresses.token)),
        Link::new("Log in", format!("{}?next={next}", pages.addresses.log_in)),
    ]
}

pub(super) fn user(answer: &Answer<'_>, pages: Option<&Pages>, csrf: &str) -> UserArea {
    match pages {
        Some(pages) => {
            user_area(answer.call.request, pages, answer.call.viewer.name.as_deref(), answer.by_cookie, csrf)
        }
        None => UserArea::Hidden,
    }
}

/// The user of a page, with a button to log out where they authenticate by a cookie.
pub(crate) fn user_area(
    request: &HttpRequest,
    pages: &Pages,
    name: Option<&str>,
    by_cookie: bool,
    csrf: &str,
) -> UserArea {
    let next = Some(shown_address(request));
    let log_out = |label, action: &str| LogOut {
        label,
        action: action.to_owned(),
        csrf: csrf.to_owned(),
        next: next.clone(),
    };
    let by_token = request.extensions().get::<ByPastedToken>().is_some();
    let forget = by_token.then(|| log_out("Forget the token", pages.addresses.token));
    match name {
        Some(name) => {
            let by_session = || by_cookie.then(|| log_out("Log out", pages.addresses.log_out));
            UserArea::LoggedIn {
                name: Some(name.to_owned()),
                links: Vec::new(),
                log_out: forget.or_else(by_session),
            }
        }
        None if by_token => UserArea::LoggedIn { name: None, links: Vec::new(), log_out: forget },
        None => UserArea::Anonymous { links: log_in_links(request, pages) },
    }
}

pub(super) fn actions(call: &Call<'_>, links: &[Link], csrf: &str, has_sendings: bool) -> Html {
    let Call { request, endpoint, .. } = *call;
    let mut html = String::new();
    for link in links {
        html.push_str(&Button::link(link.label.as_str(), ButtonStyle::Plain, link.href.as_str()).to_string());
    }
    // On narrow screens the forms are below the answer.
    if has_sendings {
        let jump = Button::link("Send", ButtonStyle::Plain, "#sending");
        html.push_str("<span class=\"api-jump\">");
        html.push_str(&jump.to_string());
        html.push_str("</span>\n");
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

pub(super) fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
