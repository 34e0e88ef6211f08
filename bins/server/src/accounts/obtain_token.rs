//! `POST auth/obtain_token/`: a token for a name and a password.

use presspass_auth::passwords::{Busy, Password, Upgrade, Verification};
use presspass_domain::{Account, PasswordRecord};
use presspass_rest::Failure;
use presspass_serializers::{Errors, Input, tokens};

use super::subject;
use crate::failures;
use crate::services::Services;

pub(super) async fn post(services: &Services, input: &Input) -> Result<String, Failure> {
    let tokens::Credentials { username, password } = tokens::credentials(input)?;
    let password = Password::new(password);
    let found = services.accounts.find_by_name(username.clone()).await.map_err(failures::store)?;
    let Some(account) = verify(services, found, &password).await? else {
        tracing::info!(?username, "log-in for a token failed");
        // Unknown, disabled, unusable and wrong are told alike.
        return Err(Errors::NonField("Unable to log in with provided credentials.".into()).into());
    };
    tracing::info!(account = account.id, "logged in for a token");
    services
        .issuer
        .issue(subject(&account), services.clock.now())
        .map_err(|error| Failure::Internal { reason: error.to_string() })
}

/// The account, where it is active and the password is its own. No connection is held while a hash is computed.
async fn verify(
    services: &Services,
    found: Option<PasswordRecord>,
    password: &Password,
) -> Result<Option<Account>, Failure> {
    let Some(PasswordRecord { account, password: encoded }) = found.filter(|found| found.account.is_active)
    else {
        // As long as a password that is wrong: whether the account exists must not be told by the clock.
        let _mismatch = services.hasher.verify_nobody(password).await.map_err(busy)?;
        return Ok(None);
    };
    match services.hasher.verify(password, &encoded).await.map_err(busy)? {
        Verification::Match(upgrade) => {
            if upgrade == Upgrade::Due && services.upgrades_passwords {
                rehash(services, &account, password, encoded).await;
            }
            Ok(Some(account))
        }
        Verification::Mismatch | Verification::Unusable | Verification::Unknown => Ok(None),
    }
}

/// Writes the password anew in the preferred scheme. The log-in succeeds without it, too.
async fn rehash(services: &Services, account: &Account, password: &Password, old: String) {
    let written = match services.hasher.hash(password).await {
        Ok(new) => {
            services.accounts.replace_password(account.id, old, new).await.map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    if let Err(reason) = written {
        tracing::warn!(account = account.id, reason, "the password's hash was not renewed");
    }
}

fn busy(_: Busy) -> Failure {
    Failure::unavailable("too many passwords are waiting to be verified")
}
