//! The page of a path that is nobody's.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::api::{asks_for_page, navigation};
use super::layout::{Crumb, Layout, Site, Width};
use super::service::{Pages, Privacy};
use super::{Button, ButtonStyle, Html};

/// The answer to a browser; `None` for other clients.
pub(crate) fn page(request: &HttpRequest) -> Option<HttpResponse> {
    let pages = request.app_data::<Data<Pages>>().filter(|_| asks_for_page(request))?;
    let navigation = navigation(request, Some(pages));
    // There is no page at the root in the original; but somebody who comes there wants to know where to go.
    let is_root = matches!(request.path(), "/" | "/api/");
    let (title, lead) = if is_root {
        ("Presspass", "Accounts, tokens and posts. There is nothing at this very address; what there is:")
    } else {
        ("Not found", "There is nothing at this address. What there is:")
    };
    let mut list = String::new();
    for link in &navigation {
        let button = Button::link(&link.label, ButtonStyle::Plain, &link.href);
        list.push_str(&format!(
            "<li class=\"row row-apart\"><code>{}</code>{button}</li>\n",
            Html::text(&link.href)
        ));
    }
    let content = format!("<div class=\"card\">\n<ul class=\"plain flow\">\n{list}</ul>\n</div>");
    let mut layout = Layout::new(Site::Api, title, Html::trusted(content));
    layout.status = StatusCode::NOT_FOUND;
    layout.lead = Some(lead.to_owned());
    layout.width = Width::Middle;
    if !is_root {
        layout.crumbs = vec![Crumb::link("Presspass", "/"), Crumb::here("Not found")];
    }
    layout.navigation = navigation;
    Some(pages.respond(request, layout, Privacy::Personal, &[]))
}
