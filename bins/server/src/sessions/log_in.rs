//! A session for an account that has proved itself.

use actix_web::HttpRequest;
use presspass_auth::sessions::BeginError;
use presspass_rest::Failure;

use super::{hand_out, session_of};
use crate::failures;
use crate::services::Services;

/// Ends the session that the browser had, and begins one for this account. Gives the value of the `Set-Cookie` with
/// another CSRF token, which has to go along; `Ok(None)` where the account is gone.
pub(crate) async fn log_in(
    request: &HttpRequest,
    services: &Services,
    account: i64,
) -> Result<Option<String>, Failure> {
    // As it is now: the log-in may have written it anew.
    let record = services.accounts.find_by_id(account).await.map_err(failures::store)?;
    let Some(record) = record else { return Ok(None) };
    if let Some(old) = session_of(request) {
        services.sessions.end(&old).await?;
    }
    let key = services.sessions.begin(account, &record.password).await.map_err(|error| match error {
        BeginError::Store(error) => error.into(),
        BeginError::Randomness(error) => internal(&error),
    })?;
    services.accounts.note_log_in(account, services.now()).await.map_err(failures::store)?;
    hand_out(request, &key).map_err(|error| internal(&error))?;
    services.pages.new_csrf_cookie().map(Some)
}

fn internal(error: &impl std::fmt::Display) -> Failure {
    Failure::Internal { reason: error.to_string() }
}
