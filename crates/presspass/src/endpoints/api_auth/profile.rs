//! `accounts/profile/`, and the reader of pages that belong to no endpoint.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::Outcome;
use presspass_rest::pages::{Reader, asks_for_page, goes_by_pasted_token};
use presspass_rest::{Failure, not_found};

use super::redirect;
use crate::app::services::Services;
use crate::identity::caller::{AuthMethod, Caller};
use crate::identity::sessions::{SessionCallers, session_of};

/// `accounts/profile/`: Django's `LOGIN_REDIRECT_URL`, where its projects have a page of their own, or none. Browsers are
/// led to the page that has links to everything, and says who is logged in.
pub(crate) async fn profile(request: HttpRequest, services: Data<Services>) -> HttpResponse {
    let is_read = matches!(request.method().as_str(), "GET" | "HEAD");
    if is_read && asks_for_page(&request) { redirect(&services, "/") } else { not_found(&request) }
}

/// The reader of a page that belongs to no endpoint; `None` where no page is requested, or the lookup failed.
pub(crate) async fn reader(request: &HttpRequest, services: &Services) -> Option<Reader> {
    if !asks_for_page(request) {
        return None;
    }
    match caller(request, services).await {
        Ok(Some(Caller { account, by })) => {
            Some(Reader::Account { name: account.username, by_session: matches!(by, AuthMethod::Session) })
        }
        Ok(None) => Some(Reader::Anonymous),
        // The page is of use all the same.
        Err(failure) => {
            tracing::warn!(?failure, "page reader lookup failed");
            None
        }
    }
}

/// By a token that was pasted, else by a session: nothing else is a browser's own.
async fn caller(request: &HttpRequest, services: &Services) -> Result<Option<Caller>, Failure> {
    if goes_by_pasted_token(request) {
        let head = presspass_auth::actix::request_head(request).from_client(services.access.client(request));
        let Outcome::Verified(identity) = services.access.chain().authenticate(&head).await?.outcome else {
            return Ok(None);
        };
        return services.access.resolve(request, Some(identity)).await;
    }
    let Some(key) = session_of(request) else { return Ok(None) };
    let users = SessionCallers { sessions: services.sessions.clone(), accounts: services.accounts.clone() };
    Ok(users.find(&key).await?)
}
