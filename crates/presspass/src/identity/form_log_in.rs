//! Logging in by the form that is sent: where a session ended while its user wrote, what was typed is saved all the same.

use presspass_auth::CredentialOutcome;
use presspass_domain::Username;
use presspass_rest::pages::{FormLogIn, form_log_in};
use presspass_rest::{Call, Failure};
use presspass_serializers::strip;

use crate::app::services::Services;
use crate::identity::credentials::LoggedIn;
use crate::identity::gate::{Caller, Known, Means};
use crate::identity::sessions::{forgotten_token, log_in};

const REFUSED: &str = "That user name and password don’t match.";

impl Services {
    /// Authenticates the caller, by [`Gate::identify`](crate::Gate) or by the log-in that a form of a page holds.
    ///
    /// # Errors
    /// 401 or 403 for credentials that are refused, 429, or a store that cannot answer.
    pub async fn identify(&self, call: &mut Call<'_>) -> Result<Option<Caller>, Failure> {
        let given = if self.pages.takes_sessions { form_log_in(call.request()) } else { None };
        let Some(given) = given else { return self.gate.identify(call).await };
        self.log_in(call, given).await.map(Some)
    }

    /// The CSRF token was checked where the form was read.
    async fn log_in(&self, call: &mut Call<'_>, given: FormLogIn) -> Result<Caller, Failure> {
        let request = call.request();
        let refused = || Failure::Unauthenticated {
            detail: REFUSED.to_owned(),
            challenge: self.gate.chain.challenge(),
        };
        let name = Username::normalized(strip(&given.username));
        let client = self.gate.client(request);
        let LoggedIn { account, password, .. } =
            match self.credentials.log_in(&name, &given.password, client).await? {
                CredentialOutcome::Verified(logged_in) => logged_in,
                CredentialOutcome::Refused => return Err(refused()),
                CredentialOutcome::Throttled(throttled) => return Err(Failure::Throttled(throttled)),
            };
        let csrf = log_in(request, self, account.id, &password).await?.ok_or_else(refused)?;
        tracing::info!(account = account.id, "logged in by a form");
        call.set_cookie(csrf);
        if let Some(cookie) = forgotten_token(request, self) {
            call.set_cookie(cookie);
        }
        call.vary_on_cookie();
        call.keep_private();
        Ok(Caller::Known(Known { account, by: Means::Session }))
    }
}
