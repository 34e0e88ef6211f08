//! `POST auth/verify_token/`: whether a token is good.

use presspass_auth::revocation::TokenFacts;
use presspass_auth::tokens::{LineBegan, Subject, TokenError};
use presspass_auth::{Rejection, Resolution};
use presspass_domain::{AccountKey, PasswordRecord};
use presspass_rest::Failure;
use presspass_serializers::{Errors, Input, tokens};

use super::wire;
use crate::app::failures;
use crate::app::services::Services;
use crate::identity::gate::Claim;

pub(super) async fn post(services: &Services, input: &Input) -> Result<String, Failure> {
    let token = tokens::token(input)?;
    check(services, &token).await?;
    Ok(token)
}

/// A good token.
pub(super) struct Good {
    pub record: PasswordRecord,
    pub facts: TokenFacts,
    pub line_began: LineBegan,
}

/// What a token stands for, where it is good and was not revoked.
pub(super) async fn check(services: &Services, token: &str) -> Result<Good, Failure> {
    let Signed { key, facts, line_began } = signed(services, token)?;
    let claim = Claim { key: key.ok_or_else(unknown)?, token: facts };
    let found = services.accounts.find(claim.to_ask()).await.map_err(failures::store)?;
    match services.judge.admit(found, &claim.token) {
        Resolution::Active(record) => Ok(Good { record, facts: claim.token, line_began }),
        Resolution::Unknown => Err(unknown()),
        Resolution::Disabled => Err(refused("User account is disabled.")),
        Resolution::Revoked => Err(refused(Rejection::REVOKED)),
    }
}

/// A token that names no account.
pub(super) fn unknown() -> Failure {
    refused("User doesn't exist.")
}

/// A token that is good by itself.
pub(super) struct Signed {
    /// The account that it names, where one can have it.
    pub key: Option<AccountKey>,
    pub facts: TokenFacts,
    pub line_began: LineBegan,
}

/// What a token says, where its signature and its claims are good.
pub(super) fn signed(services: &Services, token: &str) -> Result<Signed, Failure> {
    let verified = services
        .verifier
        .verify(token.as_bytes(), services.clock.now())
        .map_err(|error| refused(error.detail(services.gate.wire)))?;
    let key = match verified.subject {
        Subject::Unnamed => return Err(refused(wire::unnamed(services.gate.wire))),
        Subject::Unresolvable => None,
        Subject::Account(account) => Some(AccountKey { id: account.id, username: account.username }),
    };
    let facts = TokenFacts::of_verified(token.as_bytes(), services.token_lifetimes.lifetime);
    // What cannot be held against revocations, as its `jti` cannot be read, is not taken.
    let facts = facts.ok_or_else(|| refused(TokenError::Signature.detail(services.gate.wire)))?;
    Ok(Signed { key, facts, line_began: verified.line_began })
}

/// A token that is refused.
pub(super) fn refused(message: &'static str) -> Failure {
    Errors::NonField(message.into()).into()
}
