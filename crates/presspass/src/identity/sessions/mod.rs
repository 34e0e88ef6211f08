//! Sessions of browsers: the cookie, and whose it is.
//!
//! actix-session keeps the cookie: it signs and checks it. What a session stands for is in a store of ours, which is
//! asked when the session authenticator's turn comes, and not for every request with a cookie: requests with tokens do
//! not depend on it.

mod cookie_layer;
mod cookies;
mod log_in;
mod users;

use actix_session::SessionExt;
use actix_web::HttpRequest;
use actix_web::http::header;
use presspass_auth::sessions::SessionKey;
use presspass_rest::forget_cookie;

use crate::app::services::Services;

pub(crate) use cookie_layer::{SessionCookies, layer};
pub(crate) use cookies::{CookieNames, finish};
pub(crate) use log_in::{begin, log_in};
pub(crate) use users::SessionAccounts;

/// Under which name actix-session hands the key of a session on.
const KEY: &str = "key";

/// The session that the request belongs to, by a cookie that we signed; whether it is alive, only the store knows.
pub(crate) fn session_of(request: &HttpRequest) -> Option<SessionKey> {
    // Most requests have no cookies, and need not be looked at any closer.
    request.headers().get(header::COOKIE)?;
    let key: String = request.get_session().get(KEY).ok().flatten()?;
    SessionKey::parse(&key)
}

/// Gives the browser another session.
fn hand_out(request: &HttpRequest, key: &SessionKey) -> Result<(), actix_session::SessionInsertError> {
    request.get_session().insert(KEY, key.expose())
}

/// The value of the `Set-Cookie` that removes a token which was pasted into a page, where the browser has one: callers who
/// log in mean to be somebody else.
pub(crate) fn forgotten_token(request: &HttpRequest, services: &Services) -> Option<String> {
    let name = &services.cookies.pages.token;
    let head = presspass_auth::actix::request_head(request);
    head.cookie(name).map(|_| forget_cookie(name))
}
