//! One request's way through an endpoint, and the one place where a failure becomes a response.

use actix_web::http::header::HeaderValue;
use actix_web::http::{StatusCode, Version, header};
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder};
use presspass_auth::Headers;
use presspass_serializers::{Indent, to_json};
use serde::Serialize;

use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::failure_answer::failure_headers;
use crate::keyed_semaphore::CallerKey;
use crate::links::check_host;
use crate::list::{End, Extent, List, ListSink, Shape, StreamedList, Streams, write_list};
use crate::negotiation::{DocumentType, RENDERERS, Renderer, negotiate};
use crate::pages::api::{self, Answer, note};
use crate::pages::requests::ByPastedToken;
use crate::pages::{Pages, Privacy, page_headers};
use crate::query::Query;

/// A request that is being answered.
#[derive(Debug)]
pub struct Call<'r> {
    request: &'r HttpRequest,
    endpoint: &'static Endpoint,
    query: Query,
    renderer: Renderer,
    varies_on_cookie: bool,
    cookies: Vec<String>,
    is_private: bool,
}

/// What a handler answers.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    body: Body,
}

/// The body of an answer.
#[derive(Debug)]
enum Body {
    /// None.
    Empty,
    /// One, as JSON.
    Json(Vec<u8>),
    /// One that is still being written.
    List(StreamedList),
    /// One that nobody wants to see, of a length that nobody knows.
    Unseen,
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

    /// Keeps shared caches from storing the answer: its caller is known by a cookie, which they do not look at.
    pub fn keep_private(&mut self) {
        self.is_private = true;
    }

    /// Sets a cookie, whatever becomes of the request; given as the value of `Set-Cookie`.
    pub fn set_cookie(&mut self, cookie: String) {
        self.cookies.push(cookie);
    }

    /// Whether the answer is a page, for which it is worth to take notes.
    #[must_use]
    pub const fn is_page(&self) -> bool {
        matches!(self.renderer, Renderer::Html)
    }

    /// An answer with a body.
    #[must_use]
    pub fn reply(&self, status: StatusCode, body: &impl Serialize) -> Reply {
        Reply { status, body: Body::Json(self.render(body)) }
    }

    /// 200: a list of any length, which `write` writes into the sink. It is in memory as a whole only where it is short;
    /// a page of HTML shows the beginning of one that is not.
    ///
    /// # Errors
    /// Those of `write` before the first piece goes out; after that, the connection is cut. 503 where too many long lists
    /// are read, by this caller or by all.
    pub async fn list<F>(
        &self,
        streams: &Streams,
        caller: CallerKey,
        extent: Extent,
        write: impl Fn(ListSink) -> F,
    ) -> Result<Reply, Failure>
    where
        F: Future<Output = Result<(), Failure>> + 'static,
    {
        let shape = match self.renderer {
            Renderer::Json(indent) => Shape::Json(indent),
            // What is JSON is YAML as well.
            Renderer::Document(_) => Shape::Json(Indent::Compact),
            Renderer::Html => Shape::Page,
        };
        let body = match write_list(streams, caller, extent, shape, write).await? {
            List::Collected(json, End::Whole) => Body::Json(json),
            List::Collected(json, End::Cut) => {
                note(self.request, |notes| notes.is_cut = true);
                Body::Json(json)
            }
            // What is not sent is not read.
            List::Streamed(list) if self.method() == "HEAD" => {
                list.abandon().await;
                Body::Unseen
            }
            List::Streamed(list) => Body::List(list),
        };
        Ok(Reply { status: StatusCode::OK, body })
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
        Reply { status, body: Body::Json(body) }
    }

    /// 204: an answer without a body.
    #[must_use]
    pub const fn no_content(&self) -> Reply {
        Reply { status: StatusCode::NO_CONTENT, body: Body::Empty }
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
            Renderer::Document(_) => to_json(body, Indent::Compact),
            Renderer::Html => to_json(body, Indent::Spaces(4)),
        }
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
    let (query, read) = match Query::of(request) {
        Ok(query) => (query, Ok(())),
        Err(failure) => (Query::default(), Err(failure)),
    };
    let mut call = Call {
        request,
        endpoint,
        query,
        renderer: Renderer::FALLBACK,
        varies_on_cookie: false,
        cookies: Vec::new(),
        is_private: false,
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
            if call.is_page() {
                api::begin(request);
            }
            handler(&mut call).await
        }
        Err(failure) => Err(failure),
    };
    respond(&call, outcome)
}

fn respond(call: &Call<'_>, outcome: Result<Reply, Failure>) -> HttpResponse {
    let (status, body, failure) = match outcome {
        Ok(Reply { status, body }) => (status, body, None),
        Err(failure) => (failure.status(), Body::Json(call.render(&failure.body())), Some(failure)),
    };
    let mut builder = HttpResponse::build(status);
    // It came as a cookie: a shared cache saw no Authorization header.
    let by_token = call.request.extensions().get::<ByPastedToken>().is_some();
    for (name, value) in [
        (header::ALLOW, call.endpoint.allow),
        (header::VARY, if call.varies_on_cookie || by_token { "Accept, Cookie" } else { "Accept" }),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        // Texts of the program are not copied.
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
        (Renderer::Html, Body::Json(json)) => page(call, builder, status, &json, failure.as_ref()),
        (Renderer::Html, Body::Empty) => page(call, builder, status, &[], None),
        (Renderer::Json(_) | Renderer::Document(_), Body::Empty) => builder.finish(),
        (Renderer::Document(document), Body::Json(json)) => {
            builder.content_type(document.media_type).body(json)
        }
        (Renderer::Json(_), Body::Json(json)) => builder.content_type("application/json").body(json),
        (_, Body::List(list)) => {
            let is_old = call.request.version() < Version::HTTP_11;
            if is_old {
                builder.force_close();
            }
            let mut response = builder.content_type("application/json").streaming(list.into_body());
            // HTTP/1.0 knows no chunks: the end of the connection is the list's (RFC 9112, section 6.1).
            response.head_mut().no_chunking(is_old);
            response
        }
        (_, Body::Unseen) => builder.content_type("application/json").body(actix_web::body::None::new()),
    }
}

/// The answer as a page for people.
fn page(
    call: &Call<'_>,
    mut builder: HttpResponseBuilder,
    status: StatusCode,
    json: &[u8],
    failure: Option<&Failure>,
) -> HttpResponse {
    let request = call.request;
    let by_token = request.extensions().get::<ByPastedToken>().is_some();
    let messages = request
        .app_data::<Data<Pages>>()
        .map(|pages| pages.take_messages(request, &mut builder))
        .unwrap_or_default();
    let mut response = builder.finish();
    let mut answer = Answer {
        request,
        endpoint: call.endpoint,
        status,
        headers: response.headers(),
        json,
        failure,
        by_cookie: call.is_private && !by_token,
        notes: api::taken(request),
    };
    let (html, cookies) = api::page(&mut answer, messages);
    // REST framework's browsable pages show that there is nothing to show.
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
