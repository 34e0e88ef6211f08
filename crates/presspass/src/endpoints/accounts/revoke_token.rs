//! `POST auth/revoke_token/`: ends a token, and what was refreshed from it.
//!
//! Whoever has a token may end it: nobody is asked who they are where the body holds one. Without a body it is the token
//! by which the caller is known.

use presspass_auth::Resolution;
use presspass_domain::AccountKey;
use presspass_rest::{Call, Failure, Reply, forget_cookie};
use presspass_serializers::{Input, MetadataAction, tokens};

use super::metadata;
use super::verify_token::{refused, unknown, verified};
use crate::app::services::Services;
use crate::identity::gate::{Claim, Known, Means};

pub(super) async fn view(call: &mut Call<'_>, services: &Services) -> Result<Reply, Failure> {
    services.gate.throttle(call, None, "tokens").await?;
    match call.method() {
        "POST" => {
            let token = match call.input().await? {
                input @ Input::Members(_) if input.member("token").is_none() => None,
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

/// Ends the token of the body. One that has ended is ended; so is that of an account that may be enabled again.
async fn given(services: &Services, token: &str) -> Result<(), Failure> {
    let (claim, _) = verified(services, token)?;
    let found = services.accounts.find(claim.to_ask()).await?;
    match services.judge.admit(found, &claim.token) {
        Resolution::Unknown => Err(unknown()),
        // What has ended is ended for as long as this token of it would be good.
        Resolution::Active(_) | Resolution::Disabled | Resolution::Revoked => revoke(services, &claim).await,
    }
}

/// Ends the token by which the caller is known.
async fn own(call: &mut Call<'_>, services: &Services) -> Result<(), Failure> {
    let caller = services.identify(call).await?;
    match services.gate.resolve(call.request(), caller).await? {
        Some(Known { account, by: Means::Token(token) }) => {
            let key = AccountKey { id: account.id, username: account.username };
            revoke(services, &Claim { key, token }).await
        }
        // Whose token, then?
        _ => match tokens::parse_token(&Input::empty()) {
            Err(errors) => Err(errors.into()),
            Ok(_) => Err(refused("This field is required.")),
        },
    }
}

async fn revoke(services: &Services, Claim { key, token }: &Claim) -> Result<(), Failure> {
    let until = services.token_lifetimes.keep_until(token);
    services.revocations.revoke(key.id, token.names_to_revoke(), until, services.clock.now()).await?;
    tracing::info!(account = key.id, "a token was revoked");
    Ok(())
}

/// A browser need not keep what is of no use any more; but a page of another site does not decide that.
fn forget(call: &mut Call<'_>, services: &Services) {
    if let Some(cookie) = &services.token_cookie {
        let request = call.request();
        let has_it = presspass_auth::actix::request_head(request).cookie(&cookie.name).is_some();
        if has_it && !services.pages.is_from_elsewhere(request) {
            call.set_cookie(forget_cookie(&cookie.name));
        }
    }
}
