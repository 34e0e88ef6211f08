//! `/admin/password_change/`: changes the user's own password.

use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_admin::{HOME, Staff, Submission};
use presspass_auth::CredentialOutcome;
use presspass_auth::passwords::{AccountAttributes, HELP_TEXTS, HashError, Password, validate};
use presspass_persistence::PasswordChange;
use presspass_rest::Failure;
use presspass_rest::pages::{
    Button, ButtonStyle, Crumb, Form, FormField, Html, Message, Site, Widget, Width,
};

use super::context::{AdminContext, SentForm, answer};
use super::login;
use super::viewer::Viewer;
use crate::app::services::Services;
use crate::endpoints::api_auth::{OUT_OF_DATE, forged, too_many_attempts};

/// Django's names.
const OLD: &str = "old_password";
const NEW: &str = "new_password1";
const CONFIRMATION: &str = "new_password2";

const REQUIRED: &str = "This field is required.";
const WRONG: &str = "Your old password was entered incorrectly. Please enter it again.";

/// `/admin/password_change/`
pub(crate) async fn password_change(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    answer(&request, &services, async |context| {
        let Viewer::Staff(staff) = context.viewer().await? else { return Ok(context.to_login()) };
        match *request.method() {
            Method::GET | Method::HEAD => form(&context, &staff, &[]),
            Method::POST => match context.read(body, &[OLD, NEW, CONFIRMATION]).await? {
                SentForm::Trusted(sent) => submitted(&context, &staff, &sent).await,
                SentForm::Untrusted(_, error) => {
                    tracing::info!(account = staff.account().id, reason = %error, "form refused");
                    if !context.services.pages.may_be_ours(context.request) {
                        return Ok(context.page(forged(Site::Admin), &[]));
                    }
                    let mut response = form(&context, &staff, &[(OLD, OUT_OF_DATE.to_owned())])?;
                    *response.status_mut() = StatusCode::FORBIDDEN;
                    Ok(response)
                }
            },
            _ => Ok(context.not_allowed()),
        }
    })
    .await
}

/// A field and its error.
type Problem = (&'static str, String);

async fn submitted(
    context: &AdminContext<'_>,
    staff: &Staff,
    sent: &Submission,
) -> Result<HttpResponse, Failure> {
    let services = context.services;
    let account = staff.account();
    let new = Password::new(sent.text(NEW));
    let mut problems: Vec<Problem> = [OLD, NEW, CONFIRMATION]
        .into_iter()
        .filter(|name| sent.text(name).is_empty())
        .map(|name| (name, REQUIRED.to_owned()))
        .collect();
    if problems.is_empty() && sent.text(NEW) != sent.text(CONFIRMATION) {
        problems.push((CONFIRMATION, "The two password fields didn’t match.".to_owned()));
    }
    if problems.is_empty() {
        let names = services.accounts.personal_names(account.id).await?;
        let names = names.unwrap_or_default();
        let of = AccountAttributes {
            username: &account.username,
            first_name: &names.first,
            last_name: &names.last,
            email: &account.email,
        };
        let found = validate(&new, &of).err().unwrap_or_default();
        problems.extend(found.iter().map(|problem| (NEW, problem.to_string())));
    }
    if !problems.is_empty() {
        return form(context, staff, &problems);
    }
    // Someone at an unattended browser may guess, too: so it counts as a login.
    let client = services.access.client(context.request);
    let old = Password::new(sent.text(OLD));
    let verified = match services.credentials.verify(&account.username, &old, client).await? {
        CredentialOutcome::Verified(verified) if verified.account.id == account.id => verified,
        CredentialOutcome::Verified(_) | CredentialOutcome::Refused => {
            tracing::info!(account = account.id, "password not changed: the old one was wrong");
            return form(context, staff, &[(OLD, WRONG.to_owned())]);
        }
        CredentialOutcome::Throttled(throttled) => {
            let response = form(context, staff, &[(OLD, too_many_attempts(&throttled))])?;
            return Ok(login::wait(response, &throttled));
        }
    };
    let to = services.credentials.hasher().hash(&new).await.map_err(|error| match error {
        HashError::Busy(busy) => Failure::unavailable(busy.to_string()),
        error => Failure::Internal { reason: error.to_string() },
    })?;
    let fingerprint = Some(services.revocation_check.fingerprint(&to));
    let change = PasswordChange { from: Some(verified.password), to, fingerprint };
    if services.revocations.change_password(account.id, change, services.clock.now()).await?.is_none() {
        // It was changed in the meantime.
        return form(context, staff, &[(OLD, WRONG.to_owned())]);
    }
    services.sessions.end_all(account.id, None).await?;
    tracing::info!(account = account.id, "password changed");
    let done = Message::success(
        "Your password was changed. You are logged out everywhere else, and your tokens no longer work.",
    );
    let mut response = context.redirect(HOME, &[done]);
    context.renew_session(account.id, &mut response).await?;
    Ok(response)
}

fn form(context: &AdminContext<'_>, staff: &Staff, problems: &[Problem]) -> Result<HttpResponse, Failure> {
    let token = context.services.pages.form_token(context.request)?;
    let field = |name: &'static str, label: &str, complete: &'static str| {
        let errors = problems.iter().filter(|(field, _)| *field == name).map(|(_, text)| text);
        FormField::with(name, label, Widget::Password).errors(errors).autocomplete(complete)
    };
    let fields = vec![
        field(OLD, "Old password", "current-password"),
        field(NEW, "New password", "new-password").help(HELP_TEXTS.join(" ")),
        field(CONFIRMATION, "Confirm new password", "new-password"),
    ];
    let mut form = Form::new("password", fields);
    form.csrf = Some(token.masked.clone());
    form.buttons = vec![
        Button::submit("Change password", ButtonStyle::Primary),
        Button::link("Back", ButtonStyle::Quiet, HOME),
    ];
    let card = Html::trusted(format!("<div class=\"card\">{form}</div>"));
    let mut layout = context.site.layout(staff, "Password change", card);
    layout.lead = Some("Changes your password and signs you out everywhere else.".to_owned());
    layout.crumbs.push(Crumb::here("Password change"));
    layout.width = Width::Middle;
    if !problems.is_empty() {
        layout.status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(context.show(staff, layout, &token))
}
