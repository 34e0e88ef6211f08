//! The page of a path that is nobody's.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::Html;
use super::api::{CallerNote, navigation, user_area};
use super::layout::{Crumb, Layout, Place, Site};
use super::service::{Pages, Privacy};
use crate::negotiation::asks_for_page;

/// What there is, as cards.
#[derive(Template)]
#[template(path = "parts/places.html")]
struct Places<'p> {
    places: &'p [Place],
}

/// Who reads a page that is no endpoint's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// Nobody is logged in.
    Anonymous,
    /// Somebody is.
    Account {
        /// The user name.
        name: String,
        /// Whether that is by a session, which the page offers to end.
        by_session: bool,
    },
}

/// The answer to a browser; `None` for other clients.
pub(crate) fn page(request: &HttpRequest, reader: Option<&Reader>) -> Option<HttpResponse> {
    let pages = request.app_data::<Data<Pages>>().filter(|_| asks_for_page(request))?;
    let navigation = navigation(request, Some(pages));
    // There is no page at the root in the original; but somebody who comes there wants to know where to go.
    let is_root = matches!(request.path(), "/" | "/api/");
    let (title, lead) = if is_root {
        ("Presspass", "Accounts, tokens and posts, as an API. Start with one of these:")
    } else {
        ("Not found", "There is nothing at this address.")
    };
    let content = Html::of(&Places { places: &pages.places });
    let mut layout = Layout::new(Site::Api, title, content);
    layout.status = StatusCode::NOT_FOUND;
    layout.lead = Some(lead.to_owned());
    if !is_root {
        layout.crumbs = vec![Crumb::link("Presspass", "/"), Crumb::here("Not found")];
    }
    layout.navigation = navigation;
    let token = reader.and_then(|_| pages.form_token(request).ok());
    if let (Some(reader), Some(token)) = (reader, &token) {
        let (caller, by_session) = match reader {
            Reader::Anonymous => (CallerNote::Anonymous, false),
            Reader::Account { name, by_session } => (CallerNote::Known(name.clone()), *by_session),
        };
        layout.user = user_area(request, pages, &caller, by_session, &token.masked);
    }
    let cookies: Vec<String> = token.into_iter().map(|token| token.cookie).collect();
    Some(pages.respond(request, layout, Privacy::Personal, &cookies))
}
