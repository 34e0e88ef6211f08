//! The page of a path that is nobody's.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::Html;
use super::api::{asks_for_page, navigation};
use super::layout::{Crumb, Layout, Place, Site};
use super::service::{Pages, Privacy};

/// What there is, as cards.
#[derive(Template)]
#[template(path = "parts/places.html")]
struct Places<'p> {
    places: &'p [Place],
}

/// The answer to a browser; `None` for other clients.
pub(crate) fn page(request: &HttpRequest) -> Option<HttpResponse> {
    let pages = request.app_data::<Data<Pages>>().filter(|_| asks_for_page(request))?;
    let navigation = navigation(request, Some(pages));
    // There is no page at the root in the original; but somebody who comes there wants to know where to go.
    let is_root = matches!(request.path(), "/" | "/api/");
    let (title, lead) = if is_root {
        ("Presspass", "Accounts, tokens and posts, as an API. This very address is empty.")
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
    Some(pages.respond(request, layout, Privacy::Personal, &[]))
}
