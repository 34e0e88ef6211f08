//! Browser sessions: the cookie, and the account of a session.
//!
//! actix-session signs and verifies the cookie. Sessions are in our own store, which is read by the session authenticator
//! only, not for every request with a cookie: requests with tokens do not depend on it.

mod cookie_layer;
mod cookies;
mod users;

use actix_session::SessionExt;
use actix_web::HttpRequest;
use actix_web::http::header;
use presspass_auth::sessions::SessionKey;

pub(crate) use cookie_layer::{SessionCookies, layer};
pub(crate) use cookies::{CookieNames, CookieRules};
pub(crate) use users::SessionCallers;

/// The name of a session's key in the state of actix-session.
const KEY: &str = "key";

/// The session of the request's cookie, whose signature was verified; only the store knows whether it is valid.
pub(crate) fn session_of(request: &HttpRequest) -> Option<SessionKey> {
    // Most requests have no cookies.
    request.headers().get(header::COOKIE)?;
    let key: String = request.get_session().get(KEY).ok().flatten()?;
    SessionKey::parse(&key)
}

/// Gives the browser another session.
pub(crate) fn put_session(
    request: &HttpRequest,
    key: &SessionKey,
) -> Result<(), actix_session::SessionInsertError> {
    request.get_session().insert(KEY, key.expose())
}
