//! `POST account/password/`: changes the caller's password, and revokes all tokens and sessions. The caller's session
//! continues under another key; a caller with a token gets a new one.

use std::net::IpAddr;

use actix_web::http::StatusCode;
use presspass_auth::CredentialOutcome;
use presspass_auth::passwords::{AccountAttributes, HashError, Password, validate};
use presspass_auth::revocation::RevocationState;
use presspass_domain::{PersonalNames, causes};
use presspass_persistence::PasswordChange;
use presspass_rest::pages::{Message, authorization, goes_by_pasted_token, token_cookie};
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::{Errors, FieldErrors, MetadataAction, passwords};

use super::{give_token_cookie, metadata};
use crate::app::services::Services;
use crate::identity::caller::{AuthMethod, Caller};
use crate::identity::credentials::LoggedIn;

/// Django's `PasswordChangeForm`.
const WRONG: &str = "Your old password was entered incorrectly. Please enter it again.";

const CHANGED: &str =
    "Your password was changed. You are logged out everywhere else, and your tokens no longer work.";

pub(super) async fn view(call: &mut Call<'_>, services: &Services) -> Result<Reply, Failure> {
    let caller = services.authenticate(call).await?;
    let caller = services.access.permit_without_api_key(call, caller).await?;
    services.access.throttle(call, Some(&caller), super::SCOPE).await?;
    match call.method() {
        "POST" => post(call, services, &caller).await,
        "OPTIONS" => {
            let fields = passwords::CHANGE_FIELDS;
            Ok(metadata(call, vec![MetadataAction { method: "POST", fields }]))
        }
        _ => Err(call.method_not_allowed()),
    }
}

async fn post(call: &mut Call<'_>, services: &Services, caller: &Caller) -> Result<Reply, Failure> {
    let passwords::Change { current_password, new_password } = passwords::parse_change(call.input().await?)?;
    let new = Password::new(new_password);
    let client = services.access.client(call.request());
    let verified = check_current_password(services, caller, current_password, client).await?;
    let names = services.accounts.personal_names(caller.id).await?;
    let problems = problems(&new, caller, &names.unwrap_or_default());
    let mut errors = FieldErrors::default();
    if verified.is_none() {
        errors.add(passwords::CURRENT, [WRONG.into()]);
    }
    errors.add(passwords::NEW, problems.into_iter().map(Into::into));
    let Some(LoggedIn { password: old, .. }) = verified.filter(|_| errors.is_empty()) else {
        return Err(Errors::Fields(errors).into());
    };
    let to = services.credentials.hasher().hash(&new).await.map_err(|error| match error {
        HashError::Busy(busy) => Failure::unavailable(busy.to_string()),
        error => internal(error),
    })?;
    let now = services.clock.now();
    let fingerprint = services.revocation_check.fingerprint(&to);
    let change = PasswordChange { from: Some(old), to: to.clone(), fingerprint: Some(fingerprint) };
    let Some(timestamp) = services.revocations.change_password(caller.id, change, now).await? else {
        // The password was changed meanwhile.
        errors.add(passwords::CURRENT, [WRONG.into()]);
        return Err(Errors::Fields(errors).into());
    };
    tracing::info!(account = caller.id, "password changed");
    // From here on the password is changed, whatever fails: it has made the sessions invalid.
    if let Err(error) = services.sessions.end_all(caller.id, None).await {
        tracing::warn!(account = caller.id, reason = causes(&error), "session deletion failed");
    }
    let state = RevocationState { revoked_before: Some(timestamp), known_password: Some(fingerprint) };
    let token = match &caller.by {
        AuthMethod::Token(_) => Some(services.issue(&caller.account, &state, now).await?),
        AuthMethod::Session => {
            // The session continues under a new key, bound to the new password, with a new CSRF token.
            match services.begin_session(call.request(), caller.id, &to).await {
                Ok(csrf) => call.set_cookie(csrf),
                Err(reason) => tracing::warn!(account = caller.id, ?reason, "session renewal failed"),
            }
            None
        }
        AuthMethod::Password | AuthMethod::ApiKey(_) => None,
    };
    if let Some(token) = &token {
        give_token_cookie(call, services, token);
        keep_pasted_token(call, services, token);
    }
    let reply = call.reply(StatusCode::OK, &passwords::Representation { token: token.as_deref() });
    Ok(reply.with_message(Message::success(CHANGED)))
}

/// Replaces the pasted token of a browser by the new one.
fn keep_pasted_token(call: &mut Call<'_>, services: &Services, token: &str) {
    let pages = &services.pages;
    if goes_by_pasted_token(call.request())
        && let Some(value) = authorization(token, &pages.token_prefix)
    {
        call.set_cookie(token_cookie(&pages.cookies.token, &value));
    }
}

/// Verifies the caller's password, and counts it as a login: a caller with only a token or a session must not guess it.
pub(super) async fn check_current_password(
    services: &Services,
    caller: &Caller,
    password: String,
    client: Option<IpAddr>,
) -> Result<Option<LoggedIn>, Failure> {
    let password = Password::new(password);
    match services.credentials.verify(&caller.username, &password, client).await? {
        CredentialOutcome::Verified(verified) if verified.account.id == caller.id => Ok(Some(verified)),
        CredentialOutcome::Verified(_) | CredentialOutcome::Refused => {
            tracing::info!(account = caller.id, "password check failed");
            Ok(None)
        }
        CredentialOutcome::Throttled(throttled) => Err(Failure::Throttled(throttled)),
    }
}

/// The error of a wrong current password.
pub(super) fn wrong() -> Failure {
    let mut errors = FieldErrors::default();
    errors.add(passwords::CURRENT, [WRONG.into()]);
    Errors::Fields(errors).into()
}

fn problems(new: &Password, caller: &Caller, names: &PersonalNames) -> Vec<String> {
    let attributes = AccountAttributes {
        username: &caller.username,
        first_name: &names.first,
        last_name: &names.last,
        email: &caller.email,
    };
    let problems = validate(new, &attributes).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::Internal { reason: error.to_string() }
}
