//! From a request to a response: what every endpoint does, and the one place where a failure becomes a response.

use actix_web::http::header::HeaderValue;
use actix_web::http::{StatusCode, Version, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder};
use presspass_auth::Headers;

use crate::call::{Call, Viewer};
use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::failure_answer::failure_headers;
use crate::links::check_host;
use crate::negotiation::{DocumentType, RENDERERS, Renderer, negotiate};
use crate::pages::api::{self, Answer};
use crate::pages::requests::ByPastedToken;
use crate::pages::{Pages, Privacy, page_headers};
use crate::parsers::RequestBody;
use crate::query::Query;
use crate::reply::{Body, PageParts, Reply};

/// Answers a request to an endpoint: host, negotiation, the handler, the renderer.
pub async fn answer<'r>(
    request: &'r HttpRequest,
    body: Payload,
    endpoint: &'r Endpoint,
    handler: impl AsyncFnOnce(&mut Call<'r>) -> Result<Reply, Failure>,
) -> HttpResponse {
    answer_in(&RENDERERS, request, Some(body), endpoint, handler).await
}

/// Answers a request to an endpoint that serves a document in one of these forms: [`Call::document_type`].
pub async fn answer_document<'r>(
    request: &'r HttpRequest,
    endpoint: &'r Endpoint,
    types: &'static [DocumentType],
    handler: impl AsyncFnOnce(&mut Call<'r>) -> Result<Reply, Failure>,
) -> HttpResponse {
    let renderers: Vec<Renderer> = types.iter().map(Renderer::Document).collect();
    answer_in(&renderers, request, None, endpoint, handler).await
}

async fn answer_in<'r>(
    renderers: &[Renderer],
    request: &'r HttpRequest,
    body: Option<Payload>,
    endpoint: &'r Endpoint,
    handler: impl AsyncFnOnce(&mut Call<'r>) -> Result<Reply, Failure>,
) -> HttpResponse {
    let (query, read) = match Query::of(request) {
        Ok(query) => (query, Ok(())),
        Err(failure) => (Query::default(), Err(failure)),
    };
    let mut call = Call {
        request,
        body: RequestBody::new(body),
        endpoint,
        query,
        renderer: Renderer::FALLBACK,
        varies_on_cookie: false,
        cookies: Vec::new(),
        is_private: false,
        viewer: Viewer::default(),
    };
    // Several lines of one header are one list.
    let accept = Headers::value(request.headers(), "accept");
    let accept = accept.as_deref().map(String::from_utf8_lossy);
    let ready = check_host(request)
        .and(read)
        .and_then(|()| negotiate(renderers, call.query.get("format"), accept.as_deref()));
    let outcome = match ready {
        Ok(renderer) => {
            call.renderer = renderer;
            handler(&mut call).await
        }
        Err(failure) => Err(failure),
    };
    respond(&call, outcome)
}

fn respond(call: &Call<'_>, outcome: Result<Reply, Failure>) -> HttpResponse {
    let (Reply { status, body, page: parts }, failure) = match outcome {
        Ok(reply) => (reply, None),
        Err(failure) => (call.reply(failure.status(), &failure.body()), Some(failure)),
    };
    let mut builder = HttpResponse::build(status);
    // A pasted token is in a cookie: a shared cache sees no Authorization header.
    let by_token = call.request.extensions().get::<ByPastedToken>().is_some();
    for (name, value) in [
        (header::ALLOW, call.endpoint.allow),
        (header::VARY, if call.varies_on_cookie || by_token { "Accept, Cookie" } else { "Accept" }),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        // Static text is not copied.
        builder.insert_header((name, HeaderValue::from_static(value)));
    }
    if call.is_private || by_token {
        builder.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("private")));
    }
    for cookie in &call.cookies {
        builder.append_header((header::SET_COOKIE, cookie.as_str()));
    }
    if let Some(failure) = &failure {
        failure_headers(&mut builder, call.request, failure);
    }
    match (call.renderer, body) {
        (Renderer::Html, Body::Whole(json)) => page(call, builder, status, &json, failure.as_ref(), parts),
        (Renderer::Html, Body::Empty) => page(call, builder, status, &[], None, parts),
        (Renderer::Json(_) | Renderer::Document(_), Body::Empty) => builder.finish(),
        (Renderer::Document(document), Body::Whole(text)) => {
            builder.content_type(document.media_type).body(text)
        }
        (Renderer::Json(_), Body::Whole(json)) => builder.content_type("application/json").body(json),
        (_, Body::Stream(list)) => {
            let is_old = call.request.version() < Version::HTTP_11;
            if is_old {
                builder.force_close();
            }
            let mut response = builder.content_type("application/json").streaming(list.into_body());
            // HTTP/1.0 has no chunks: the list ends with the connection (RFC 9112, section 6.1).
            response.head_mut().no_chunking(is_old);
            response
        }
        (_, Body::HeadOfStream) => {
            builder.content_type("application/json").body(actix_web::body::None::new())
        }
    }
}

/// The response as a page for browsers.
fn page(
    call: &Call<'_>,
    mut builder: HttpResponseBuilder,
    status: StatusCode,
    json: &[u8],
    failure: Option<&Failure>,
    parts: PageParts,
) -> HttpResponse {
    let request = call.request;
    let by_token = request.extensions().get::<ByPastedToken>().is_some();
    let messages = request
        .app_data::<Data<Pages>>()
        .map(|pages| pages.take_messages(request, &mut builder))
        .unwrap_or_default();
    let mut response = builder.finish();
    let by_cookie = call.is_private && !by_token;
    let answer = Answer { call, status, headers: response.headers(), json, failure, by_cookie };
    let (html, cookies) = api::page(&answer, parts, messages);
    // DRF's browsable pages show that there is no content.
    if status == StatusCode::NO_CONTENT {
        *response.status_mut() = StatusCode::OK;
    }
    page_headers(response.headers_mut(), Privacy::Personal);
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Cookie"));
    for cookie in cookies {
        if let Ok(line) = HeaderValue::try_from(cookie) {
            headers.append(header::SET_COOKIE, line);
        }
    }
    response.set_body(actix_web::body::BoxBody::new(html))
}
