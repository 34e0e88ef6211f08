//! Authentication of requests, also by the login fields of a form: where a session expired while its user typed, the form
//! can be sent with a user name and a password.

use presspass_auth::{CredentialOutcome, Rejection};
use presspass_domain::Username;
use presspass_rest::pages::{FormLogIn, form_log_in};
use presspass_rest::{Call, Failure};
use presspass_serializers::strip;

use super::Services;
use crate::identity::caller::{AuthMethod, Caller, Identity};
use crate::identity::credentials::LoggedIn;

/// The message of a login that failed.
pub(crate) const WRONG_CREDENTIALS: &str = "That user name and password don’t match.";

impl Services {
    /// Authenticates the caller, by [`AccessControl`](crate::AccessControl) or by the login fields of a form.
    ///
    /// # Errors
    /// 401 or 403 for credentials that are refused, 429, or a store that cannot answer.
    pub async fn identify(&self, call: &mut Call<'_>) -> Result<Option<Identity>, Failure> {
        let given = if self.pages.takes_sessions { form_log_in(call.request()) } else { None };
        let Some(given) = given else { return self.access.identify(call).await };
        self.log_in_by_form(call, given).await.map(Some)
    }

    /// [`identify`](Self::identify), and looks up the account of a token.
    ///
    /// # Errors
    /// Those of `identify`, and 401 where the account was deleted or disabled, or has revoked the token.
    pub async fn authenticate(&self, call: &mut Call<'_>) -> Result<Option<Caller>, Failure> {
        let identity = self.identify(call).await?;
        self.access.resolve(call.request(), identity).await
    }

    /// The CSRF token was checked where the form was read.
    async fn log_in_by_form(&self, call: &mut Call<'_>, given: FormLogIn) -> Result<Identity, Failure> {
        let request = call.request();
        let refused = || {
            let rejection = Rejection::unauthenticated(WRONG_CREDENTIALS, "the login of a form failed");
            Failure::from(self.access.inner.reject(rejection))
        };
        let name = Username::normalized(strip(&given.username));
        let client = self.access.client(request);
        let LoggedIn { account, password, .. } =
            match self.credentials.log_in(&name, &given.password, client).await? {
                CredentialOutcome::Verified(logged_in) => logged_in,
                CredentialOutcome::Refused => return Err(refused()),
                CredentialOutcome::Throttled(throttled) => return Err(Failure::Throttled(throttled)),
            };
        let csrf = self.log_in(request, account.id, &password).await?.ok_or_else(refused)?;
        tracing::info!(account = account.id, via = "form", "logged in");
        call.set_cookie(csrf);
        if let Some(cookie) = self.forget_pasted_token(request) {
            call.set_cookie(cookie);
        }
        call.vary_on_cookie();
        call.keep_private();
        Ok(Identity::Resolved(Caller { account, by: AuthMethod::Session }))
    }
}
