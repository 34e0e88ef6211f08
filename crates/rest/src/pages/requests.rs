//! Middleware that turns the forms of our pages into the requests of API clients ([`super::submitted`]).
//!
//! It does so only for a form with a valid CSRF token: for other clients, members of these names are members like any other
//! (DRF 3.3 and later do not read them either). A form with an old token is not changed, and refused; its values are kept
//! for the page of the refusal.
//!
//! A pasted token, which is in a cookie, is turned into an `Authorization` header, for pages alone, so that no script of
//! this origin can use it to request JSON.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, header::HeaderName};
use actix_web::{Error, HttpMessage as _, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, Ready, ready};
use futures_util::{StreamExt as _, stream};
use presspass_auth::csrf;

use super::service::Pages;
use super::submitted::Submitted;
use crate::pages::token::read_token;
use crate::pagination::quote;
use crate::query::Query;

/// Marks a request that is authenticated by a pasted token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByPastedToken;

/// Whether a request is authenticated by a token that was pasted into a page.
#[must_use]
pub fn goes_by_pasted_token(request: &HttpRequest) -> bool {
    request.extensions().get::<ByPastedToken>().is_some()
}

#[derive(Debug, Clone)]
pub struct PageRequests {
    pages: Rc<Pages>,
}

impl PageRequests {
    #[must_use]
    pub fn new(pages: Pages) -> Self {
        Self { pages: Rc::new(pages) }
    }
}

impl<S, B> Transform<S, ServiceRequest> for PageRequests
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = PageRequestsService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(PageRequestsService { service: Rc::new(service), layer: self.clone() }))
    }
}

#[derive(Debug)]
pub struct PageRequestsService<S> {
    service: Rc<S>,
    layer: PageRequests,
}

type Answering<B> = Pin<Box<dyn Future<Output = Result<ServiceResponse<B>, Error>>>>;

impl<S, B> Service<ServiceRequest> for PageRequestsService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = Either<S::Future, Answering<B>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        if !wants_page(&request) {
            return Either::Left(self.service.call(request));
        }
        if *request.method() != Method::POST {
            if matches!(*request.method(), Method::GET | Method::HEAD) {
                use_pasted_token(&mut request, &self.layer.pages);
            }
            return Either::Left(self.service.call(request));
        }
        if !is_form(&request) {
            return Either::Left(self.service.call(request));
        }
        let (service, layer) = (Rc::clone(&self.service), self.layer.clone());
        Either::Right(Box::pin(async move {
            let request = layer.translated(request).await;
            service.call(request).await
        }))
    }
}

/// Whether a browser navigates to a page. A script's `fetch` does not.
fn wants_page(request: &ServiceRequest) -> bool {
    let shows = request.headers().get("sec-fetch-dest").is_none_or(|to| to == "document");
    let accepts = request
        .headers()
        .get_all(header::ACCEPT)
        .any(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")));
    shows && (accepts || Query::parse(request.query_string()).get("format") == Some("api"))
}

fn is_form(request: &ServiceRequest) -> bool {
    request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Adds the header that an API client would send with the pasted token.
fn use_pasted_token(request: &mut ServiceRequest, pages: &Pages) {
    let headers = request.headers();
    if headers.contains_key(header::AUTHORIZATION) || !headers.contains_key(header::COOKIE) {
        return;
    }
    let head = presspass_auth::actix::request_head(request.request());
    let Some(token) = head.cookie(&pages.cookies.token).as_deref().and_then(read_token) else { return };
    if let Ok(value) = HeaderValue::try_from(token) {
        request.headers_mut().insert(header::AUTHORIZATION, value);
        request.extensions_mut().insert(ByPastedToken);
    }
}

impl PageRequests {
    /// The request that a form of ours stands for; any other form is not changed.
    async fn translated(&self, mut request: ServiceRequest) -> ServiceRequest {
        let (read, error) = read(request.take_payload()).await;
        let sent = if error.is_none() { Submitted::parse(&read) } else { None };
        let translated = sent
            .as_ref()
            .and_then(|(submitted, token)| self.client_request(&request, submitted, token.as_deref()));
        let submitted = sent.map(|(submitted, _)| submitted);
        let (submitted, ClientRequest { token, content_type, body }) = match (submitted, translated) {
            (Some(submitted), Some(translated)) => (Submitted { is_current: true, ..submitted }, translated),
            (submitted, _) => {
                // What a page of another site made the browser send is not shown in a form of ours.
                if let Some(submitted) =
                    submitted.filter(|_| !self.pages.is_from_elsewhere(request.request()))
                {
                    request.extensions_mut().insert(Submitted { log_in: None, ..submitted });
                }
                // The endpoint refuses it.
                request.set_payload(payload(stream::iter([Ok(read)].into_iter().chain(error.map(Err)))));
                return request;
            }
        };
        // A login replaces the pasted token.
        if submitted.log_in.is_none() {
            use_pasted_token(&mut request, &self.pages);
        }
        request.head_mut().method = submitted.method.clone();
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::CONTENT_LENGTH, body.len().into());
        headers.remove(header::TRANSFER_ENCODING);
        // The endpoint checks the CSRF token again where the caller authenticates by a cookie.
        headers.insert(HeaderName::from_static(csrf::HEADER), token);
        request.set_payload(payload(stream::iter([Ok(body)])));
        request.extensions_mut().insert(submitted);
        request
    }

    /// The request that a form stands for; `None` where its CSRF token or its media type is invalid.
    fn client_request(
        &self,
        request: &ServiceRequest,
        submitted: &Submitted,
        token: Option<&str>,
    ) -> Option<ClientRequest> {
        if !matches!(self.pages.check_form(request.request(), token), Ok(Ok(()))) {
            return None;
        }
        let token = HeaderValue::try_from(token?).ok()?;
        let (content_type, body) = if let Some((media_type, content)) = &submitted.content {
            (HeaderValue::try_from(media_type).ok()?, content.clone())
        } else {
            let pairs = submitted.fields.iter();
            let pairs = pairs.map(|(name, value)| format!("{}={}", quote(name), quote(value)));
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            (form, pairs.collect::<Vec<_>>().join("&"))
        };
        Some(ClientRequest { token, content_type, body: body.into() })
    }
}

/// The body as far as it can be read, and the error.
async fn read(mut body: Payload) -> (Bytes, Option<PayloadError>) {
    let mut read = BytesMut::new();
    while let Some(chunk) = body.next().await {
        match chunk {
            Ok(chunk) => read.extend_from_slice(&chunk),
            Err(error) => return (read.freeze(), Some(error)),
        }
    }
    (read.freeze(), None)
}

/// The headers and the body of the request that a form stands for.
struct ClientRequest {
    token: HeaderValue,
    content_type: HeaderValue,
    body: Bytes,
}

fn payload(stream: impl futures_util::Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Payload {
    Payload::Stream { payload: Box::pin(stream) }
}
