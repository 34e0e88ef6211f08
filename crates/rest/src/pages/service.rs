//! From a page to a response: headers, CSRF tokens, messages and redirects.

use std::sync::Arc;

use actix_web::cookie::SameSite;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder};
use presspass_auth::csrf::{CsrfError, CsrfPolicy, CsrfToken, Site as CsrfSite};
use presspass_auth::tokens::SigningKey;
use presspass_auth::{Clock, Randomness};

use super::flash::{self, Message};
use super::layout::{Layout, Section};
use crate::cookies::{cookie, forget_cookie};
use crate::failure::Failure;
use crate::links::{Links, TrustedProxies};
use crate::negotiation::asks_for_page;
use crate::next::{is_safe_next, location};

/// Styles, scripts and images from our files alone, none inline; forms are sent to us; no site may frame a page.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                                 form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// In seconds: a year (Django's `CSRF_COOKIE_AGE`).
const CSRF_MAX_AGE: u64 = 31_449_600;

/// The longest `next`, in bytes: proxies refuse longer headers.
const LONGEST_NEXT: usize = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// It is not cached.
    Personal,
    /// Its URL is a secret: it is not sent to other sites as referrer.
    Secret,
}

/// What all pages share.
#[derive(Debug, Clone)]
pub struct Pages {
    /// The title of the project.
    pub project: &'static str,
    pub csrf: CsrfPolicy,
    pub key: SigningKey,
    pub randomness: Arc<dyn Randomness>,
    pub clock: Arc<dyn Clock>,
    pub proxies: TrustedProxies,
    pub cookies: PageCookies,
    /// The scheme of `Authorization` before a token: `JWT`.
    pub token_prefix: String,
    pub sections: Vec<Section>,
    pub addresses: Addresses,
    /// Whether the API accepts sessions: then a form whose session has ended can log in.
    pub takes_sessions: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCookies {
    pub messages: String,
    pub token: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    pub log_in: &'static str,
    pub log_out: &'static str,
    pub token: &'static str,
}

/// The CSRF token that replaces that of the request.
struct Rotated(CsrfToken);

#[derive(Debug, Clone)]
pub struct FormToken {
    /// The token of the form, masked anew each time.
    pub masked: String,
    /// The value of the `Set-Cookie` that belongs to the page.
    pub cookie: String,
}

/// The title of the project that a request is to.
pub(crate) fn project(request: &HttpRequest) -> &'static str {
    request.app_data::<Data<Pages>>().map_or("", |pages| pages.project)
}

impl Pages {
    /// The CSRF token of the browser, or a new one.
    ///
    /// # Errors
    /// 500 where there is no randomness.
    pub fn form_token(&self, request: &HttpRequest) -> Result<FormToken, Failure> {
        let head = presspass_auth::actix::request_head(request);
        let rotated = request.extensions().get::<Rotated>().map(|rotated| rotated.0.clone());
        let token = match (rotated, self.csrf.token(&head)) {
            (Some(token), _) | (None, Ok(Some(token))) => token,
            (None, Ok(None) | Err(_)) => CsrfToken::new(self.randomness.as_ref()).map_err(internal)?,
        };
        let masked = token.masked(self.randomness.as_ref()).map_err(internal)?;
        Ok(FormToken { masked: masked.as_str().to_owned(), cookie: self.csrf_cookie(&token) })
    }

    /// The value of a `Set-Cookie` with a new token: one that was planted before a login is useless after it. Forms in the
    /// response to this request have the new one.
    ///
    /// # Errors
    /// 500 where there is no randomness.
    pub fn rotate_csrf_cookie(&self, request: &HttpRequest) -> Result<String, Failure> {
        let token = CsrfToken::new(self.randomness.as_ref()).map_err(internal)?;
        let cookie = self.csrf_cookie(&token);
        request.extensions_mut().insert(Rotated(token));
        Ok(cookie)
    }

    /// Scripts can read it: front ends send it in a header.
    fn csrf_cookie(&self, token: &CsrfToken) -> String {
        cookie(self.csrf.cookie(), token.as_str(), CSRF_MAX_AGE).same_site(SameSite::Lax).finish().to_string()
    }

    /// Checks that a page of ours sent a form. `field` is its `csrfmiddlewaretoken`.
    ///
    /// # Errors
    /// 400 where the host is invalid; the inner error is why the form may be forged.
    pub fn check_form(
        &self,
        request: &HttpRequest,
        field: Option<&str>,
    ) -> Result<Result<(), CsrfError>, Failure> {
        let links = Links::of(request, &self.proxies)?;
        let head = presspass_auth::actix::request_head(request);
        let site = CsrfSite { is_secure: links.is_secure(), host: links.host() };
        Ok(self.csrf.check(&head, None, field, site))
    }

    /// Whether a page of another site sent this request. Today's browsers name the origin of every form.
    #[must_use]
    pub fn is_from_elsewhere(&self, request: &HttpRequest) -> bool {
        let header = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
        if header("sec-fetch-site").is_some_and(|site| site == b"cross-site") {
            return true;
        }
        let links = Links::of(request, &self.proxies);
        header("origin")
            .is_some_and(|origin| links.is_ok_and(|links| origin != links.absolute("").as_bytes()))
    }

    /// Whether the values of a form may be shown again: a page of ours may have sent it, and the client asks for a page.
    #[must_use]
    pub fn may_be_ours(&self, request: &HttpRequest) -> bool {
        asks_for_page(request) && !self.is_from_elsewhere(request)
    }

    /// The `next` of a form, where it leads to this host.
    ///
    /// # Errors
    /// 400 where the host is invalid.
    pub fn next(&self, request: &HttpRequest, address: &str) -> Result<Option<String>, Failure> {
        let links = Links::of(request, &self.proxies)?;
        let is_good = address.len() <= LONGEST_NEXT && is_safe_next(address, &links);
        Ok(is_good.then(|| address.to_owned()))
    }

    /// The response with a page, and with the messages of the redirect before it.
    #[must_use]
    pub fn respond(
        &self,
        request: &HttpRequest,
        mut layout: Layout,
        privacy: Privacy,
        cookies: &[String],
    ) -> HttpResponse {
        let mut builder = HttpResponse::build(layout.status);
        let mut waiting = self.take_messages(request, &mut builder);
        waiting.append(&mut layout.messages);
        layout.messages = waiting;
        for cookie in cookies {
            builder.append_header((header::SET_COOKIE, cookie.as_str()));
        }
        let mut response = builder.body(layout.render(self.project));
        page_headers(response.headers_mut(), privacy);
        response
    }

    /// 303 to a path of ours, whose page shows the messages. A path from a request must have passed [`Self::next`].
    #[must_use]
    pub fn redirect(&self, to: &str, messages: &[Message]) -> HttpResponse {
        let mut builder = HttpResponse::build(StatusCode::SEE_OTHER);
        if !messages.is_empty() {
            let value = flash::write(messages, &self.key, self.now());
            let cookie = cookie(&self.cookies.messages, &value, 60).http_only(true).same_site(SameSite::Lax);
            builder.append_header((header::SET_COOKIE, cookie.finish().to_string()));
        }
        let mut response = builder.insert_header((header::LOCATION, location(to))).finish();
        page_headers(response.headers_mut(), Privacy::Personal);
        response
    }

    /// The messages in the cookie, which the response deletes.
    pub(crate) fn take_messages(
        &self,
        request: &HttpRequest,
        builder: &mut HttpResponseBuilder,
    ) -> Vec<Message> {
        let head = presspass_auth::actix::request_head(request);
        let Some(cookie) = head.cookie(&self.cookies.messages) else { return Vec::new() };
        builder.append_header((header::SET_COOKIE, forget_cookie(&self.cookies.messages)));
        flash::read(&cookie, &self.key, self.now())
    }

    fn now(&self) -> i64 {
        self.clock.now().unix_timestamp()
    }
}

/// Adds the headers of every page, for caches, and against framing and injected scripts.
pub(crate) fn page_headers(headers: &mut HeaderMap, privacy: Privacy) {
    let (referrer, kept) = match privacy {
        Privacy::Personal => ("same-origin", "max-age=0, no-cache, no-store, must-revalidate, private"),
        Privacy::Secret => ("no-referrer", "no-store"),
    };
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, kept),
        (header::VARY, "Cookie"),
        (header::REFERRER_POLICY, referrer),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::Internal { reason: error.to_string() }
}
