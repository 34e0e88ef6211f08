//! The cookies of every response: `Secure`, and deletion of session cookies that cannot be valid.

use std::sync::Arc;

use actix_web::Error;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use presspass_auth::RequestHead;
use presspass_rest::pages::PageCookies;
use presspass_rest::{Links, TrustedProxies, forget_cookie};

use super::cookie_layer::select_cookie;

/// Django ignores shorter session keys (`_validate_session_key`).
const SHORTEST_KEY: usize = 8;

/// The names of the cookies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CookieNames {
    /// The session's.
    pub session: String,
    /// The CSRF token's.
    pub csrf: String,
    /// Those of pages.
    pub pages: PageCookies,
}

impl CookieNames {
    /// Django's names; with the prefix `__Host-`, browsers accept them over HTTPS and for all paths only.
    pub fn new(host_prefix: bool) -> Self {
        let prefix = if host_prefix { "__Host-" } else { "" };
        Self {
            session: format!("{prefix}sessionid"),
            csrf: format!("{prefix}{}", presspass_auth::csrf::COOKIE),
            pages: PageCookies {
                messages: format!("{prefix}presspass_messages"),
                token: format!("{prefix}presspass_token"),
            },
        }
    }
}

/// The cookies of every request and response: actix-session reads the session cookie that Django reads; session cookies that
/// cannot be valid are deleted, whatever was requested, as in Django; over HTTPS all cookies are `Secure`.
#[derive(Debug, Clone)]
pub(crate) struct CookieRules {
    names: Arc<CookieNames>,
    proxies: TrustedProxies,
}

impl CookieRules {
    pub fn new(names: CookieNames, proxies: TrustedProxies) -> Self {
        Self { names: Arc::new(names), proxies }
    }

    /// The middleware.
    pub fn finish<S, B>(
        &self,
        mut request: ServiceRequest,
        service: &S,
    ) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<S, B>
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    {
        let rules = self.clone();
        let has_cookies = request.headers().contains_key(header::COOKIE);
        if has_cookies {
            select_cookie(&rules.names.session, &mut request);
        }
        let answering = service.call(request);
        async move {
            let mut response = answering.await?;
            if has_cookies {
                forget_impossible(&rules.names, &mut response);
            }
            if response.headers().contains_key(header::SET_COOKIE)
                && Links::of(response.request(), &rules.proxies).is_ok_and(|links| links.is_secure())
            {
                add_secure(response.headers_mut());
            }
            Ok(response)
        }
    }
}

fn forget_impossible<B>(names: &CookieNames, response: &mut ServiceResponse<B>) {
    let head = RequestHead::new("", "", response.request().headers());
    let is_short = |key: String| key.chars().count() < SHORTEST_KEY;
    if !head.cookie(&names.session).is_some_and(is_short) {
        return;
    }
    let prefix = format!("{}=", names.session);
    let is_session = |line: &HeaderValue| line.as_bytes().starts_with(prefix.as_bytes());
    if response.headers().get_all(header::SET_COOKIE).any(is_session) {
        return;
    }
    if let Ok(line) = HeaderValue::try_from(forget_cookie(&names.session)) {
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, line);
        if headers.get(header::VARY).is_some_and(|vary| vary.as_bytes() == b"Accept, Cookie") {
            headers.insert(header::VARY, HeaderValue::from_static("Accept"));
        }
    }
}

fn add_secure(headers: &mut HeaderMap) {
    let lines: Vec<HeaderValue> = headers.remove(header::SET_COOKIE).collect();
    for line in lines {
        let is_there = line.to_str().is_ok_and(|line| line.contains("; Secure"));
        let mut text = line.as_bytes().to_vec();
        if !is_there {
            text.extend_from_slice(b"; Secure");
        }
        headers.append(header::SET_COOKIE, HeaderValue::from_bytes(&text).unwrap_or(line));
    }
}
