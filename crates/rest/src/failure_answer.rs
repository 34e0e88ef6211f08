//! Failures of pages that are not negotiated, and the headers of all failures.

use std::time::Duration;

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use presspass_domain::LogPace;
use presspass_serializers::{Indent, to_json};

use crate::failure::{Failure, GO_BACK};
use crate::links::check_host;
use crate::negotiation::asks_for_page;
use crate::pages::{Html, Layout, Privacy, Site, Width, page_headers, project};

/// Answers a request to a page, which is not negotiated, like Django's own views. A failure is a page for browsers and JSON
/// for other clients; that of a form that cannot be read is always a page.
pub async fn answer_page(
    request: &HttpRequest,
    site: Site,
    handler: impl AsyncFnOnce() -> Result<HttpResponse, Failure>,
) -> HttpResponse {
    let outcome = match check_host(request) {
        Ok(()) => handler().await,
        Err(failure) => Err(failure),
    };
    let failure = match outcome {
        Ok(response) => return response,
        Err(failure) => failure,
    };
    let mut builder = HttpResponse::build(failure.status());
    builder.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    failure_headers(&mut builder, request, &failure);
    if matches!(failure, Failure::Parse(_)) || asks_for_page(request) {
        let mut response = builder.body(page(request, site, &failure).render(project(request)));
        page_headers(response.headers_mut(), Privacy::Personal);
        return response;
    }
    builder.content_type("application/json").body(to_json(&failure.body(), Indent::Compact))
}

/// The page of a failure. The browser still has a form that was sent, one step back.
fn page(request: &HttpRequest, site: Site, failure: &Failure) -> Layout {
    let status = failure.status();
    let title = match failure {
        Failure::Parse(_) => "Bad Request (400)".to_owned(),
        Failure::TooLarge { .. } => "Too large".to_owned(),
        _ => status.canonical_reason().unwrap_or("Error").to_owned(),
    };
    let mut content = Html::trusted("<div class=\"card flow\">".to_owned());
    let detail = failure.detail().filter(|_| !matches!(failure, Failure::TooLarge { .. }));
    let kept = failure.advice().or_else(|| (*request.method() == Method::POST).then(|| GO_BACK.to_owned()));
    for text in detail.into_iter().chain(kept) {
        content.push(&Html::trusted(format!("<p>{}</p>", Html::text(&text))));
    }
    content.push(&Html::trusted(
        "<p><button type=\"button\" class=\"button\" data-back hidden>Go back</button></p></div>".to_owned(),
    ));
    Layout { width: Width::Narrow, status, ..Layout::new(site, title, content) }
}

/// Adds the headers of a failure, and logs its reason.
pub(crate) fn failure_headers(builder: &mut HttpResponseBuilder, request: &HttpRequest, failure: &Failure) {
    if let Failure::Refused(refusal) = failure
        && let Some(challenge) = refusal.challenge()
    {
        builder.insert_header((header::WWW_AUTHENTICATE, challenge.to_string()));
    }
    if let Failure::Unavailable { retry_after, .. } = failure {
        builder.insert_header((header::RETRY_AFTER, retry_after.as_secs().max(1).to_string()));
    }
    if let Failure::Throttled(throttled) = failure
        && let Some(seconds) = throttled.seconds()
    {
        builder.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    // The rest of the body would be read as the next request.
    if let Failure::TooLarge { .. } | Failure::BodyTimeout = failure {
        builder.force_close();
    }
    if let Some(reason) = failure.reason() {
        static UNAVAILABLE: LogPace = LogPace::new(Duration::from_secs(1));
        let is_unavailable = matches!(failure, Failure::Unavailable { .. });
        let Some(left_out) = (if is_unavailable { UNAVAILABLE.line(reason) } else { Some(0) }) else {
            return;
        };
        let left_out = Some(left_out).filter(|count| *count > 0);
        let path = request.path();
        tracing::error!(
            status = failure.status().as_u16(),
            method = request.method().as_str(),
            path,
            reason,
            left_out,
            "request failed"
        );
    }
}
