//! One request's way through an endpoint, and the one place where a failure becomes a response.

use actix_web::http::header::HeaderValue;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use presspass_auth::Headers;
use presspass_serializers::to_json;
use serde::Serialize;

use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::html;
use crate::links::check_host;
use crate::negotiation::{DocumentType, RENDERERS, Renderer, negotiate};
use crate::query::Query;

/// A request that is being answered.
#[derive(Debug)]
pub struct Call<'r> {
    request: &'r HttpRequest,
    endpoint: &'static Endpoint,
    query: Query,
    renderer: Renderer,
    varies_on_cookie: bool,
}

/// What a handler answers.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    json: Option<Vec<u8>>,
    cookie: Option<String>,
}

impl<'r> Call<'r> {
    /// The request.
    #[must_use]
    pub const fn request(&self) -> &'r HttpRequest {
        self.request
    }

    /// The endpoint.
    #[must_use]
    pub const fn endpoint(&self) -> &'static Endpoint {
        self.endpoint
    }

    /// The method, as sent.
    #[must_use]
    pub fn method(&self) -> &'r str {
        self.request.method().as_str()
    }

    /// The query.
    #[must_use]
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// Takes note that the session cookie was looked at, so that caches tell callers apart by it.
    pub fn vary_on_cookie(&mut self) {
        self.varies_on_cookie = true;
    }

    /// An answer with a body.
    #[must_use]
    pub fn reply(&self, status: StatusCode, body: &impl Serialize) -> Reply {
        Reply { status, json: Some(self.render(body)), cookie: None }
    }

    /// The form of a document that was asked for.
    ///
    /// # Errors
    /// 404 where the endpoint serves no document: [`answer_document`] leads to those that do.
    pub fn document_type(&self) -> Result<&'static DocumentType, Failure> {
        match self.renderer {
            Renderer::Document(document) => Ok(document),
            Renderer::Json(_) | Renderer::Html => Err(Failure::NotFound),
        }
    }

    /// An answer with a body that is written already, in the form that was asked for.
    #[must_use]
    pub const fn written(&self, status: StatusCode, body: Vec<u8>) -> Reply {
        Reply { status, json: Some(body), cookie: None }
    }

    /// 204: an answer without a body.
    #[must_use]
    pub const fn no_content(&self) -> Reply {
        Reply { status: StatusCode::NO_CONTENT, json: None, cookie: None }
    }

    /// What every method that is not there gets.
    #[must_use]
    pub fn method_not_allowed(&self) -> Failure {
        Failure::MethodNotAllowed { method: self.method().to_owned() }
    }

    fn render(&self, body: &impl Serialize) -> Vec<u8> {
        match self.renderer {
            Renderer::Json(indent) => to_json(body, indent),
            // What is JSON is YAML as well.
            Renderer::Document(_) => to_json(body, presspass_serializers::Indent::Compact),
            Renderer::Html => to_json(body, presspass_serializers::Indent::Spaces(4)),
        }
    }
}

impl Reply {
    /// Sets a cookie, given as the value of `Set-Cookie`.
    #[must_use]
    pub fn with_cookie(mut self, cookie: String) -> Self {
        self.cookie = Some(cookie);
        self
    }
}

/// Leads a request through an endpoint: host, negotiation, the handler, the renderer.
pub async fn answer<'r>(
    request: &'r HttpRequest,
    endpoint: &'static Endpoint,
    handler: impl AsyncFnOnce(&mut Call<'r>) -> Result<Reply, Failure>,
) -> HttpResponse {
    answer_in(&RENDERERS, request, endpoint, handler).await
}

/// Leads a request through an endpoint that serves a document in one of these forms: [`Call::document_type`].
pub async fn answer_document<'r>(
    request: &'r HttpRequest,
    endpoint: &'static Endpoint,
    types: &'static [DocumentType],
    handler: impl AsyncFnOnce(&mut Call<'r>) -> Result<Reply, Failure>,
) -> HttpResponse {
    let renderers: Vec<Renderer> = types.iter().map(Renderer::Document).collect();
    answer_in(&renderers, request, endpoint, handler).await
}

async fn answer_in<'r>(
    renderers: &[Renderer],
    request: &'r HttpRequest,
    endpoint: &'static Endpoint,
    handler: impl AsyncFnOnce(&mut Call<'r>) -> Result<Reply, Failure>,
) -> HttpResponse {
    let query = Query::parse(request.query_string());
    let mut call = Call { request, endpoint, query, renderer: Renderer::FALLBACK, varies_on_cookie: false };
    // Several lines of one header are one list.
    let accept = Headers::value(request.headers(), "accept");
    let accept = accept.as_deref().map(String::from_utf8_lossy);
    let ready =
        check_host(request).and_then(|()| negotiate(renderers, call.query.get("format"), accept.as_deref()));
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
    let (status, json, cookie, failure) = match outcome {
        Ok(Reply { status, json, cookie }) => (status, json, cookie, None),
        Err(failure) => (failure.status(), Some(call.render(&failure.body())), None, Some(failure)),
    };
    // REST framework's browsable pages show that there is nothing to show.
    let status = match (status, call.renderer) {
        (StatusCode::NO_CONTENT, Renderer::Html) => StatusCode::OK,
        (status, _) => status,
    };
    let mut builder = HttpResponse::build(status);
    let vary = if call.varies_on_cookie { "Accept, Cookie" } else { "Accept" };
    for (name, value) in [
        (header::ALLOW, call.endpoint.allow),
        (header::VARY, vary),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        // Texts of the program are not copied.
        builder.insert_header((name, HeaderValue::from_static(value)));
    }
    if let Some(cookie) = cookie {
        builder.insert_header((header::SET_COOKIE, cookie));
    }
    if let Some(failure) = failure {
        failure_headers(&mut builder, call, &failure);
    }
    match (call.renderer, json) {
        (Renderer::Json(_), Some(json)) => builder.content_type("application/json").body(json),
        (Renderer::Document(document), Some(json)) => builder.content_type(document.media_type).body(json),
        (Renderer::Json(_) | Renderer::Document(_), None) => builder.finish(),
        (Renderer::Html, json) => builder.content_type("text/html; charset=utf-8").body(html::page(
            call.endpoint,
            status.as_u16(),
            &json.unwrap_or_default(),
        )),
    }
}

fn failure_headers(builder: &mut HttpResponseBuilder, call: &Call<'_>, failure: &Failure) {
    if let Failure::Unauthenticated { challenge: Some(challenge), .. } = failure {
        builder.insert_header((header::WWW_AUTHENTICATE, challenge.to_string()));
    }
    if let Failure::Unavailable { retry_after, .. } = failure {
        builder.insert_header((header::RETRY_AFTER, retry_after.as_secs().max(1).to_string()));
    }
    // What is left of the body would be read as the next request.
    if let Failure::TooLarge { .. } | Failure::BodyTimeout = failure {
        builder.force_close();
    }
    if let Some(reason) = failure.reason() {
        let path = call.request.path();
        tracing::error!(
            status = failure.status().as_u16(),
            method = call.method(),
            path,
            reason,
            "request failed"
        );
    }
}
