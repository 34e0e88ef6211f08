//! `POST auth/verify_token/`: whether a token is valid.

use presspass_auth::revocation::TokenFacts;
use presspass_auth::tokens::{DjangoAccount, OrigIat, SubjectError};
use presspass_auth::{Rejection, Resolution};
use presspass_domain::{AccountKey, PasswordRecord};
use presspass_rest::Failure;
use presspass_serializers::{Errors, Input, tokens};

use super::wire;
use crate::app::services::Services;
use crate::identity::caller::Claim;

pub(super) async fn post(services: &Services, input: &Input) -> Result<String, Failure> {
    let token = tokens::parse_token(input)?;
    check(services, &token).await?;
    Ok(token)
}

/// A token that is valid and was not revoked.
pub(super) struct Accepted {
    pub record: PasswordRecord,
    pub facts: TokenFacts,
    pub orig_iat: OrigIat,
}

pub(super) async fn check(services: &Services, token: &str) -> Result<Accepted, Failure> {
    let (claim, orig_iat) = verified(services, token)?;
    let found = services.accounts.find(claim.query()).await?;
    match services.revocation_check.admit(found, &claim.token) {
        Resolution::Active(record) => Ok(Accepted { record, facts: claim.token, orig_iat }),
        Resolution::Unknown => Err(unknown()),
        Resolution::Disabled => Err(refused("User account is disabled.")),
        _ => Err(refused(Rejection::REVOKED)),
    }
}

/// A token that names no account.
pub(super) fn unknown() -> Failure {
    refused("User doesn't exist.")
}

/// Verifies a token's signature and claims; its account is yet to be looked up.
pub(super) fn verified(services: &Services, token: &str) -> Result<(Claim, OrigIat), Failure> {
    let verified = services
        .verifier
        .verify(token.as_bytes(), services.clock.now())
        .map_err(|error| refused(error.detail(services.access.wire())))?;
    match verified.subject() {
        Err(SubjectError::Missing) => Err(refused(wire::unnamed(services.access.wire()))),
        Err(_) => Err(unknown()),
        Ok(DjangoAccount { id, username }) => {
            let orig_iat = verified.orig_iat();
            Ok((Claim { key: AccountKey { id, username }, token: verified.into_facts() }, orig_iat))
        }
    }
}

/// A token that is refused.
pub(super) fn refused(message: &'static str) -> Failure {
    Errors::NonField(message.into()).into()
}
