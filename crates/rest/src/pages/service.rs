//! From a page to an answer.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder};
use presspass_auth::csrf::{CsrfError, CsrfPolicy, CsrfToken, Site as CsrfSite};
use presspass_auth::tokens::SigningKey;
use presspass_auth::{Clock, Randomness};

use super::flash::{self, Message};
use super::layout::{Layout, Place};
use crate::cookies::{SetCookie, forget_cookie};
use crate::failure::Failure;
use crate::links::{Links, TrustedProxies};
use crate::negotiation::asks_for_page;
use crate::next::{is_safe_next, location};

/// Styles, scripts and pictures of ours alone, and none in the page itself; forms come back to us; nobody frames us.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                                 form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// How long browsers keep the CSRF token, in seconds: a year (Django's `CSRF_COOKIE_AGE`).
const CSRF_MAX_AGE: u64 = 31_449_600;

/// The longest address that a form's `next` may hold, in bytes: a longer one would make a header that proxies refuse.
const LONGEST_NEXT: usize = 4096;

/// Whose eyes a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// The reader's: nobody keeps it.
    Personal,
    /// The reader's, and its address is a secret: no other site is told of it.
    Secret,
}

/// What all pages share: the tokens of their forms, and their messages.
#[derive(Debug, Clone)]
pub struct Pages {
    /// Checks forms.
    pub csrf: CsrfPolicy,
    /// Signs messages.
    pub key: SigningKey,
    /// Makes tokens.
    pub randomness: Arc<dyn Randomness>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who says how the client reached us.
    pub proxies: TrustedProxies,
    /// The names of the cookies.
    pub cookies: PageCookies,
    /// What stands before a token in `Authorization`: `JWT`.
    pub token_prefix: String,
    /// The service's parts.
    pub places: Vec<Place>,
    /// Where one logs in and out.
    pub addresses: Addresses,
    /// Whether a session is enough for the endpoints of the API: forms whose session ended then log in.
    pub takes_sessions: bool,
}

/// The names of the cookies of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCookies {
    /// That of messages which wait for a page.
    pub messages: String,
    /// That of a token which was pasted.
    pub token: String,
}

/// Where pages are that pages lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// Logs in.
    pub log_in: &'static str,
    /// Logs out, by POST.
    pub log_out: &'static str,
    /// Takes a token.
    pub token: &'static str,
}

/// The CSRF token that takes the place of the one that the request came with.
struct Rotated(CsrfToken);

/// The CSRF token of a page with a form.
#[derive(Debug, Clone)]
pub struct FormToken {
    /// What the form holds; another one each time.
    pub masked: String,
    /// The value of the `Set-Cookie` that the page has to come with.
    pub cookie: String,
}

impl Pages {
    /// The token for the forms of a page: the browser's, or a new one.
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

    /// The value of a `Set-Cookie` with a new token: one that was planted before a log-in is of no use after it. Forms in
    /// the answer to this request hold the new one.
    ///
    /// # Errors
    /// 500 where there is no randomness.
    pub fn rotate_csrf_cookie(&self, request: &HttpRequest) -> Result<String, Failure> {
        let token = CsrfToken::new(self.randomness.as_ref()).map_err(internal)?;
        let cookie = self.csrf_cookie(&token);
        request.extensions_mut().insert(Rotated(token));
        Ok(cookie)
    }

    /// Scripts can read it: front ends repeat it.
    fn csrf_cookie(&self, token: &CsrfToken) -> String {
        SetCookie::new(self.csrf.cookie(), token.as_str(), CSRF_MAX_AGE).same_site_lax().to_string()
    }

    /// Checks that a form came from a page of ours. `field` is what it has as `csrfmiddlewaretoken`.
    ///
    /// # Errors
    /// 400 where the host is none; within, why the form is taken for forged.
    pub fn check_form(
        &self,
        request: &HttpRequest,
        field: Option<&str>,
    ) -> Result<Result<(), CsrfError>, Failure> {
        let links = Links::of(request, &self.proxies)?;
        let head = presspass_auth::actix::request_head(request);
        let site = CsrfSite { is_secure: links.is_secure(), host: links.host() };
        Ok(self.csrf.check(&head, field, site))
    }

    /// Whether a page of another site sent this request, as far as browsers tell. Clients that say nothing are no browsers
    /// of today: these name the origin of every form that they send.
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

    /// Whether a page of ours may have sent a form, so that what it holds may come back in one: nothing may that a page of
    /// another site made the browser send. Clients that ask for no page get none.
    #[must_use]
    pub fn may_be_ours(&self, request: &HttpRequest) -> bool {
        asks_for_page(request) && !self.is_from_elsewhere(request)
    }

    /// An address to go on to, where that is here.
    ///
    /// # Errors
    /// 400 where the host is none.
    pub fn next(&self, request: &HttpRequest, address: &str) -> Result<Option<String>, Failure> {
        let links = Links::of(request, &self.proxies)?;
        let is_good = address.len() <= LONGEST_NEXT && is_safe_next(address, &links);
        Ok(is_good.then(|| address.to_owned()))
    }

    /// The answer with a page, and the messages that wait for one.
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
        let mut response = builder.body(layout.render());
        page_headers(response.headers_mut(), privacy);
        response
    }

    /// 303 to an address of ours, whose page shows the messages. Where it came from outside, [`Self::next`] has checked it.
    #[must_use]
    pub fn redirect(&self, to: &str, messages: &[Message]) -> HttpResponse {
        let mut builder = HttpResponse::build(StatusCode::SEE_OTHER);
        if !messages.is_empty() {
            let value = flash::write(messages, &self.key, self.now());
            let cookie = SetCookie::new(&self.cookies.messages, &value, 60).http_only().same_site_lax();
            builder.append_header((header::SET_COOKIE, cookie.to_string()));
        }
        let mut response = builder.insert_header((header::LOCATION, location(to))).finish();
        page_headers(response.headers_mut(), Privacy::Personal);
        response
    }

    /// The messages that wait for a page; the answer takes them away.
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

/// What every page says to browsers and caches, and what keeps other sites, and scripts in what we show, at bay.
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
