//! `POST auth/verify_token/`: whether a token is good.

use presspass_auth::tokens::{LineBegan, Subject};
use presspass_domain::{Account, AccountKey};
use presspass_rest::Failure;
use presspass_serializers::{Errors, Input, tokens};

use crate::failures;
use crate::services::Services;

pub(super) async fn post(services: &Services, input: &Input) -> Result<String, Failure> {
    let token = tokens::token(input)?;
    check(services, &token).await?;
    Ok(token)
}

/// The account of a good token, and when its line began.
pub(super) async fn check(services: &Services, token: &str) -> Result<(Account, LineBegan), Failure> {
    let verified = services
        .verifier
        .verify(token.as_bytes(), services.clock.now())
        .map_err(|error| refused(error.detail()))?;
    let account = match verified.subject {
        Subject::Unnamed => return Err(refused("Invalid payload.")),
        Subject::Unresolvable => None,
        Subject::Account(account) => {
            let key = AccountKey { id: account.id, username: account.username };
            services.accounts.find(key).await.map_err(failures::store)?
        }
    };
    match account {
        None => Err(refused("User doesn't exist.")),
        Some(account) if !account.is_active => Err(refused("User account is disabled.")),
        Some(account) => Ok((account, verified.line_began)),
    }
}

/// A token that is refused.
pub(super) fn refused(message: &'static str) -> Failure {
    Errors::NonField(message.into()).into()
}
