//! A session for an account that has proved itself.

use actix_web::HttpRequest;
use presspass_auth::sessions::BeginError;
use presspass_rest::Failure;

use super::{hand_out, session_of};
use crate::app::services::Services;

/// Ends the session that the browser had, and begins one for this account. It is one of the hash that was verified: if the
/// password was changed meanwhile, the session is none. Gives the value of the `Set-Cookie` with
/// another CSRF token, which has to go along; `Ok(None)` where the account is gone.
pub(crate) async fn log_in(
    request: &HttpRequest,
    services: &Services,
    account: i64,
    password: &str,
) -> Result<Option<String>, Failure> {
    if services.accounts.find_by_id(account).await?.is_none() {
        return Ok(None);
    }
    if let Some(old) = session_of(request) {
        services.sessions.end(&old).await?;
    }
    let csrf = begin(request, services, account, password).await?;
    services.accounts.record_login(account, services.now()).await?;
    Ok(Some(csrf))
}

/// Gives the browser a new session of this account, which lives as long as `password`, the hash, is the account's. Gives
/// the value of the `Set-Cookie` with another CSRF token, which has to go along.
pub(crate) async fn begin(
    request: &HttpRequest,
    services: &Services,
    account: i64,
    password: &str,
) -> Result<String, Failure> {
    let key = services.sessions.begin(account, password).await.map_err(|error| match error {
        BeginError::Store(error) => error.into(),
        BeginError::Randomness(error) => internal(&error),
    })?;
    hand_out(request, &key).map_err(|error| internal(&error))?;
    services.pages.rotate_csrf_cookie(request)
}

fn internal(error: &impl std::fmt::Display) -> Failure {
    Failure::Internal { reason: error.to_string() }
}
