//! A request that is being answered.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use presspass_auth::csrf;
use presspass_serializers::{Indent, Input, Member, laid_out, to_json};
use serde::Serialize;

use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::keyed_semaphore::CallerKey;
use crate::list::{End, Extent, List, ListSink, Shape, Streams, write_list};
use crate::negotiation::{DocumentType, Renderer};
use crate::pages::submitted::check_confirmed;
use crate::parsers::RequestBody;
use crate::query::Query;
use crate::reply::{Body, Reply};

#[derive(Debug)]
pub struct Call<'r> {
    pub(crate) request: &'r HttpRequest,
    pub(crate) body: RequestBody,
    pub(crate) endpoint: &'r Endpoint,
    pub(crate) query: Query,
    pub(crate) renderer: Renderer,
    pub(crate) varies_on_cookie: bool,
    pub(crate) cookies: Vec<String>,
    pub(crate) is_private: bool,
    pub(crate) viewer: Viewer,
}

/// Who calls, for the page of the answer.
#[derive(Debug, Default)]
pub(crate) struct Viewer {
    /// The user name; `None` of anonymous callers.
    pub name: Option<String>,
    /// The methods that they may use.
    pub methods: Vec<&'static str>,
}

impl<'r> Call<'r> {
    #[must_use]
    pub const fn request(&self) -> &'r HttpRequest {
        self.request
    }

    #[must_use]
    pub const fn endpoint(&self) -> &'r Endpoint {
        self.endpoint
    }

    #[must_use]
    pub fn method(&self) -> &'r str {
        self.request.method().as_str()
    }

    #[must_use]
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// The parsed body: the fields of the endpoint.
    ///
    /// # Errors
    /// 400 where it cannot be parsed, or a page's form repeats a new password differently; 408, 413, 415 and 503.
    pub async fn input(&self) -> Result<&Input, Failure> {
        let input = self.body.read(self.request, self.endpoint.fields).await?;
        check_confirmed(self.request, input, self.endpoint.fields)?;
        Ok(input)
    }

    /// The CSRF token of a form; `Ok(None)` where the body has none, or is no form.
    ///
    /// # Errors
    /// As [`Self::input`].
    pub async fn csrf_token(&self) -> Result<Option<&str>, Failure> {
        Ok(match self.body.read(self.request, self.endpoint.fields).await?.member(csrf::FIELD) {
            Some(Member::Text(token)) => Some(token),
            _ => None,
        })
    }

    /// Tells the page of the answer who calls, by user name, and which methods they may use.
    pub fn set_viewer(&mut self, name: Option<&str>, methods: Vec<&'static str>) {
        self.viewer = Viewer { name: name.map(str::to_owned), methods };
    }

    /// Marks the answer as one that depends on the session's cookie, for caches.
    pub fn vary_on_cookie(&mut self) {
        self.varies_on_cookie = true;
    }

    /// Keeps shared caches from storing the answer: its caller authenticated by a cookie, which they do not look at.
    pub fn keep_private(&mut self) {
        self.is_private = true;
    }

    /// Sets a cookie, also where the request fails. `cookie` is the value of `Set-Cookie`.
    pub fn set_cookie(&mut self, cookie: String) {
        self.cookies.push(cookie);
    }

    /// Whether the answer is a page.
    #[must_use]
    pub const fn is_page(&self) -> bool {
        matches!(self.renderer, Renderer::Html)
    }

    /// Whether the answer is a page with a form: its caller may write.
    #[must_use]
    pub fn has_form(&self) -> bool {
        let writes = |method: &&str| matches!(*method, "POST" | "PUT" | "PATCH");
        let may = |method: &str| self.endpoint.is_open || self.viewer.methods.contains(&method);
        self.is_page() && self.endpoint.writes().filter(writes).any(may)
    }

    #[must_use]
    pub fn reply(&self, status: StatusCode, body: &impl Serialize) -> Reply {
        Reply::new(status, Body::Whole(self.render(body)))
    }

    /// 200 with a list of any length, which `write` writes to the sink. A long one is streamed; its page shows the
    /// beginning.
    ///
    /// # Errors
    /// Those of `write` before the first chunk is sent; after that, the connection is closed. 503 where too many lists are
    /// streamed, to this caller or to all.
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
            // JSON is valid YAML.
            Renderer::Document(_) => Shape::Json(Indent::Compact),
            Renderer::Html => Shape::Page,
        };
        let (body, end) = match write_list(streams, caller, extent, shape, write).await? {
            List::Collected(json, end) => (Body::Whole(json), end),
            // What is not sent is not read.
            List::Streamed(list) if self.method() == "HEAD" => {
                list.abandon().await;
                (Body::HeadOfStream, End::Complete)
            }
            List::Streamed(list) => (Body::Stream(list), End::Complete),
        };
        let mut reply = Reply::new(StatusCode::OK, body);
        reply.page.is_cut = end == End::Cut;
        Ok(reply)
    }

    /// The requested representation of a document.
    ///
    /// # Errors
    /// 404 where the endpoint serves no document ([`crate::answer_document`]).
    pub fn document_type(&self) -> Result<&'static DocumentType, Failure> {
        match self.renderer {
            Renderer::Document(document) => Ok(document),
            Renderer::Json(_) | Renderer::Html => Err(Failure::NotFound),
        }
    }

    /// A reply with a document that is written already.
    #[must_use]
    pub const fn written(&self, status: StatusCode, body: Vec<u8>) -> Reply {
        Reply::new(status, Body::Whole(body))
    }

    /// A reply with compact JSON that is written already, in the layout that the client asked for.
    #[must_use]
    pub fn reply_json(&self, status: StatusCode, json: Vec<u8>) -> Reply {
        let indent = match self.renderer {
            Renderer::Json(indent) => indent,
            Renderer::Document(_) => Indent::Compact,
            Renderer::Html => Indent::Spaces(4),
        };
        Reply::new(status, Body::Whole(laid_out(json, indent)))
    }

    /// 204.
    #[must_use]
    pub const fn no_content(&self) -> Reply {
        Reply::new(StatusCode::NO_CONTENT, Body::Empty)
    }

    /// 405.
    #[must_use]
    pub fn method_not_allowed(&self) -> Failure {
        Failure::MethodNotAllowed { method: self.method().to_owned() }
    }

    fn render(&self, body: &impl Serialize) -> Vec<u8> {
        match self.renderer {
            Renderer::Json(indent) => to_json(body, indent),
            // JSON is valid YAML.
            Renderer::Document(_) => to_json(body, Indent::Compact),
            Renderer::Html => to_json(body, Indent::Spaces(4)),
        }
    }
}
