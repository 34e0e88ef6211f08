//! `POST auth/refresh_token/`: a new token for one that is still good.

use presspass_auth::tokens::LineBegan;
use presspass_rest::Failure;
use presspass_serializers::{Input, tokens};

use super::subject;
use super::verify_token::{check, refused};
use crate::services::Services;

pub(super) async fn post(services: &Services, input: &Input) -> Result<String, Failure> {
    let token = tokens::token(input)?;
    let (account, line_began) = check(services, &token).await?;
    let now = services.clock.now();
    let began = match line_began {
        LineBegan::At(began) => began,
        LineBegan::Unsaid => return Err(refused("orig_iat field is required.")),
        LineBegan::Unreadable => return Err(refused("orig_iat field is not a moment.")),
    };
    if !services.verifier.refreshable(began, now) {
        return Err(refused("Refresh has expired."));
    }
    services
        .issuer
        .refresh(subject(&account), began, now)
        .map_err(|error| Failure::Internal { reason: error.to_string() })
}
