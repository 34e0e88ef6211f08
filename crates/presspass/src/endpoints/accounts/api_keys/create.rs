//! `POST account/api_keys/`: creates a key, which is shown only once.
//!
//! It requires the password: a key outlives the token or the session of the request, and would outlive their revocation.

use actix_web::http::StatusCode;
use presspass_auth::api_keys::{ApiKey, ApiKeyName, ApiKeyRecord, Scopes};
use presspass_persistence::{Enrolled, ListedApiKey, NewApiKey};
use presspass_rest::{Call, Failure, Reply};
use presspass_serializers::api_keys::{ApiKeyRequest, Created, EXPIRES_AT, NAME, SCOPES, parse_request};
use presspass_serializers::{Errors, FieldErrors};
use time::OffsetDateTime;

use super::super::password::{check_current_password, wrong};
use super::view;
use crate::app::services::Services;
use crate::identity::caller::Caller;

/// The limit of keys per account.
pub(crate) const MAX_KEYS: u32 = 100;

/// Other servers on the same database may accept them.
const NOT_ACCEPTED: &str = "This server does not accept API keys: `token` is not among its `authenticators`.";

pub(super) async fn post(call: &Call<'_>, services: &Services, caller: &Caller) -> Result<Reply, Failure> {
    let ApiKeyRequest { name, scopes, expires_at, current_password } = parse_request(call.input().await?)?;
    let now = services.clock.now();
    let expires_at = expires_at.map(presspass_domain::Timestamp::get);
    let (name, scopes) = checked(&name, &scopes, expires_at, now)?;
    let client = services.access.client(call.request());
    if check_current_password(services, caller, current_password, client).await?.is_none() {
        return Err(wrong());
    }
    let secret = ApiKey::new(services.randomness.as_ref())
        .map_err(|error| Failure::Internal { reason: error.to_string() })?;
    let key = NewApiKey {
        account_id: caller.id,
        digest: secret.digest(),
        name: name.clone(),
        scopes: scopes.clone(),
        created_at: now,
        expires_at,
    };
    let id = match services.api_keys.enrol(key, MAX_KEYS).await? {
        Enrolled::New(id) => id,
        Enrolled::TooMany => {
            let message =
                format!("An account has at most {MAX_KEYS} API keys. Revoke one that is not in use.");
            return Err(Errors::NonField(message.into()).into());
        }
        Enrolled::NoAccount => return Err(Failure::NotFound),
    };
    let text = scopes.to_string();
    tracing::info!(account = caller.id, id, name = ?name.as_str(), scopes = %text, "API key created");
    let record = ApiKeyRecord { name, scopes, created_at: now, expires_at, last_used_at: None };
    let listed = ListedApiKey { id, record };
    let warning = (!services.accepts_api_keys).then_some(NOT_ACCEPTED);
    let created = Created { listed: view(&listed, &text).into(), key: secret.expose(), warning };
    let reply = call.reply(StatusCode::CREATED, &created);
    Ok(reply.with_secret("Your new API key", "Copy it now: it won’t be shown again.", created.key))
}

fn checked(
    name: &str,
    scopes: &str,
    expires_at: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<(ApiKeyName, Scopes), Failure> {
    let mut errors = FieldErrors::default();
    let name = ApiKeyName::parse(name);
    if let Err(error) = &name {
        errors.add(NAME, [sentence(error)]);
    }
    let scopes = Scopes::of_permissions(scopes);
    if let Err(error) = &scopes {
        errors.add(SCOPES, [sentence(error)]);
    }
    if expires_at.is_some_and(|end| end <= now) {
        errors.add(EXPIRES_AT, ["Ensure this value is in the future.".into()]);
    }
    match (name, scopes) {
        (Ok(name), Ok(scopes)) if errors.is_empty() => Ok((name, scopes)),
        _ => Err(Errors::Fields(errors).into()),
    }
}

/// An error as a sentence.
fn sentence(error: &impl std::fmt::Display) -> std::borrow::Cow<'static, str> {
    let text = error.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str()).into()
}
