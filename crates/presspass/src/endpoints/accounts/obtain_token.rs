//! `POST auth/obtain_token/`: a token for a user name and a password.

use std::net::IpAddr;

use presspass_auth::CredentialOutcome;
use presspass_auth::passwords::Password;
use presspass_rest::Failure;
use presspass_serializers::{Errors, Input, tokens};

use super::TokenEndpoint;
use crate::app::services::Services;

pub(super) async fn post(
    services: &Services,
    input: &Input,
    client: Option<IpAddr>,
) -> Result<String, Failure> {
    let tokens::Credentials { username, password } =
        tokens::parse_credentials(input, TokenEndpoint::Obtain.fields(services.access.wire()))?;
    let password = Password::new(password);
    let logged_in = match services.credentials.log_in(&username, &password, client).await? {
        CredentialOutcome::Verified(logged_in) => logged_in,
        CredentialOutcome::Refused => {
            // Unknown, disabled, unusable and wrong have the same response.
            return Err(Errors::NonField("Unable to log in with provided credentials.".into()).into());
        }
        CredentialOutcome::Throttled(throttled) => return Err(Failure::Throttled(throttled)),
    };
    let token = services.issue(&logged_in.account, &logged_in.revoked, logged_in.looked_up_at).await?;
    tracing::info!(account = logged_in.account.id, via = "token", "logged in");
    Ok(token)
}
