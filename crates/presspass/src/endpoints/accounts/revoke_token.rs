//! `POST auth/revoke_token/`: revokes a token, and all that were refreshed from it.
//!
//! Having a token is enough to revoke it: where the body contains one, callers need not authenticate. Without a body it is
//! the token that the caller authenticates by.

use presspass_auth::Resolution;
use presspass_domain::AccountKey;
use presspass_rest::{Call, Failure, Reply, forget_cookie};
use presspass_serializers::{Input, MetadataAction, tokens};

use super::metadata;
use super::verify_token::{refused, unknown, verified};
use crate::app::services::Services;
use crate::identity::caller::{AuthMethod, Caller, Claim};

pub(super) async fn view(call: &mut Call<'_>, services: &Services) -> Result<Reply, Failure> {
    services.access.throttle(call, None, "tokens").await?;
    match call.method() {
        "POST" => {
            let token = match call.input().await? {
                input @ (Input::Members(_) | Input::Form(_)) if input.member("token").is_none() => None,
                input => Some(tokens::parse_token(input)?),
            };
            match token {
                Some(token) => given(services, &token).await?,
                None => own(call, services).await?,
            }
            forget(call, services);
            Ok(call.no_content())
        }
        "OPTIONS" => {
            Ok(metadata(call, vec![MetadataAction { method: "POST", fields: tokens::TOKEN_FIELDS }]))
        }
        _ => Err(call.method_not_allowed()),
    }
}

/// Revokes the token in the body, also where it was revoked already, or its account is disabled and may be enabled again.
async fn given(services: &Services, token: &str) -> Result<(), Failure> {
    let (claim, _) = verified(services, token)?;
    let found = services.accounts.find(claim.query()).await?;
    match services.revocation_check.admit(found, &claim.token) {
        Resolution::Unknown => Err(unknown()),
        // A revocation is kept as long as this token would be valid.
        _ => revoke(services, &claim).await,
    }
}

/// Revokes the token that the caller authenticates by.
async fn own(call: &mut Call<'_>, services: &Services) -> Result<(), Failure> {
    match services.authenticate(call).await? {
        Some(Caller { account, by: AuthMethod::Token(token) }) => {
            let key = AccountKey { id: account.id, username: account.username };
            revoke(services, &Claim { key, token }).await
        }
        _ => match tokens::parse_token(&Input::empty()) {
            Err(errors) => Err(errors.into()),
            Ok(_) => Err(refused("This field is required.")),
        },
    }
}

async fn revoke(services: &Services, Claim { key, token }: &Claim) -> Result<(), Failure> {
    let until = services.token_lifetimes.keep_until(token);
    services.revocations.revoke(key.id, token.names_to_revoke(), until, services.clock.now()).await?;
    tracing::info!(account = key.id, "token revoked");
    Ok(())
}

/// Deletes the cookie of the revoked token, unless a page of another site sent the request.
fn forget(call: &mut Call<'_>, services: &Services) {
    if let Some(cookie) = &services.token_cookie {
        let request = call.request();
        let has_it = presspass_auth::actix::request_head(request).cookie(&cookie.name).is_some();
        if has_it && !services.pages.is_from_elsewhere(request) {
            call.set_cookie(forget_cookie(&cookie.name));
        }
    }
}
