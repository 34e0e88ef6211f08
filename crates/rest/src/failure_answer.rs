//! What failures share on their way out, and pages that are not negotiated.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use presspass_serializers::{Indent, to_json};

use crate::failure::Failure;
use crate::links::check_host;
use crate::pages::{Html, Layout, Privacy, Site, Width, page_headers};

/// Leads a request to a page of its own, which is not negotiated: as Django's own views are. What goes wrong is answered
/// in JSON, but for a form that cannot be read: it came from a page.
pub async fn answer_page(
    request: &HttpRequest,
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
    if let Failure::Parse(detail) = &failure {
        let content = Html::trusted(format!("<div class=\"card\"><p>{}</p></div>", Html::text(detail)));
        let page = Layout { width: Width::Narrow, ..Layout::new(Site::Api, "Bad Request (400)", content) };
        let mut response = builder.body(page.render());
        page_headers(response.headers_mut(), Privacy::Personal);
        return response;
    }
    builder.content_type("application/json").body(to_json(&failure.body(), Indent::Compact))
}

/// The headers that a failure asks for; what is a fault of ours is logged.
pub(crate) fn failure_headers(builder: &mut HttpResponseBuilder, request: &HttpRequest, failure: &Failure) {
    if let Failure::Unauthenticated { challenge: Some(challenge), .. } = failure {
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
    // What is left of the body would be read as the next request.
    if let Failure::TooLarge { .. } | Failure::BodyTimeout = failure {
        builder.force_close();
    }
    if let Some(reason) = failure.reason() {
        let path = request.path();
        tracing::error!(
            status = failure.status().as_u16(),
            method = request.method().as_str(),
            path,
            reason,
            "request failed"
        );
    }
}
