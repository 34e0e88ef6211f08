//! The start page, and the page of a path without an endpoint.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::Html;
use super::api::{navigation, user_area};
use super::layout::{Crumb, Layout, Section, Site};
use super::service::{Pages, Privacy};
use crate::negotiation::asks_for_page;

#[derive(Template)]
#[template(path = "parts/sections.html")]
struct Sections<'p> {
    sections: &'p [Section],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    Anonymous,
    Account {
        name: String,
        /// Whether they are logged in by a session: the page has a button to log out.
        by_session: bool,
    },
}

/// The response to a browser; `None` for other clients.
pub(crate) fn page(request: &HttpRequest, reader: Option<&Reader>) -> Option<HttpResponse> {
    let pages = request.app_data::<Data<Pages>>().filter(|_| asks_for_page(request))?;
    let navigation = navigation(request, Some(pages));
    // Django has no page at `/`; a user who comes there wants to know where to go.
    let is_root = matches!(request.path(), "/" | "/api/");
    let (title, lead) = if is_root {
        (pages.project, "Start with one of these:")
    } else {
        ("Page not found", "Check the address, or go to one of these:")
    };
    let content = Html::of(&Sections { sections: &pages.sections });
    let mut layout = Layout::new(Site::Api, title, content);
    layout.status = StatusCode::NOT_FOUND;
    layout.lead = Some(lead.to_owned());
    if !is_root {
        layout.crumbs = vec![Crumb::link(pages.project, "/"), Crumb::here("Page not found")];
    }
    layout.navigation = navigation;
    let token = reader.and_then(|_| pages.form_token(request).ok());
    if let (Some(reader), Some(token)) = (reader, &token) {
        let (name, by_session) = match reader {
            Reader::Anonymous => (None, false),
            Reader::Account { name, by_session } => (Some(name.as_str()), *by_session),
        };
        layout.user = user_area(request, pages, name, by_session, &token.masked);
    }
    let cookies: Vec<String> = token.into_iter().map(|token| token.cookie).collect();
    Some(pages.respond(request, layout, Privacy::Personal, &cookies))
}
