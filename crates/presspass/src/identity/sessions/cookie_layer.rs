//! actix-session, which signs and reads the session cookie.

use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession};
use actix_session::storage::CookieSessionStore;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{self, HeaderValue};
use presspass_auth::RequestHead;

/// How session cookies are made.
#[derive(Clone)]
pub(crate) struct SessionCookies {
    /// Signs them.
    pub key: Key,
    pub name: String,
    /// How long browsers keep them.
    pub lifetime: Duration,
}

impl std::fmt::Debug for SessionCookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionCookies").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The middleware. Its state, in the cookie, is the key of a session in our own store: actix-session would load a state in
/// a store for every request with a cookie, also for those that authenticate by a token.
pub(crate) fn layer(cookies: &SessionCookies) -> SessionMiddleware<CookieSessionStore> {
    SessionMiddleware::builder(CookieSessionStore::default(), cookies.key.clone())
        .cookie_name(cookies.name.clone())
        .cookie_content_security(CookieContentSecurity::Signed)
        .cookie_same_site(SameSite::Lax)
        // Added over HTTPS, which is known per request.
        .cookie_secure(false)
        .session_lifecycle(PersistentSession::default().session_ttl(cookies.lifetime))
        .build()
}

/// Lets actix-session read the session cookie that Django reads. It reads `HttpRequest::cookies`, which fails as a whole
/// where any cookie is not UTF-8, as other hosts of a domain can set them; it takes the first cookie of a name where Django
/// takes the last, and keeps quotes. Nothing but the `Cookie` header fills that list, and it is filled once: so it is read
/// here from a header with this one cookie, and all later readers find the header as it was sent.
pub(super) fn select_cookie(name: &str, request: &mut ServiceRequest) {
    let value = RequestHead::new("", "", request.headers()).cookie(name).unwrap_or_default();
    // No other byte is in a cookie that actix-session has set.
    let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=%._-".contains(&byte);
    let value = if value.bytes().all(is_ours) { value.as_str() } else { "" };
    let Ok(selected) = HeaderValue::try_from(format!("{name}={value}")) else { return };
    let sent: Vec<HeaderValue> = request.headers_mut().remove(header::COOKIE).collect();
    request.headers_mut().insert(header::COOKIE, selected);
    drop(request.cookies());
    request.headers_mut().remove(header::COOKIE);
    for line in sent {
        request.headers_mut().append(header::COOKIE, line);
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_session_is_read_from_cookies_in_headers_of_their_own() {
        let cookies = ["theme=dark", "sessionid=abc", "csrftoken=x"];
        let request = cookies
            .iter()
            .fold(TestRequest::default(), |request, cookie| request.append_header((header::COOKIE, *cookie)));
        let mut request = request.to_srv_request();
        select_cookie("sessionid", &mut request);
        assert_eq!(
            request.cookie("sessionid").map(|cookie| cookie.value().to_owned()).as_deref(),
            Some("abc")
        );
        let sent: Vec<_> = request.headers().get_all(header::COOKIE).map(HeaderValue::as_bytes).collect();
        assert_eq!(sent, cookies.map(str::as_bytes));
    }
}
