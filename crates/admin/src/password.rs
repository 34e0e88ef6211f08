//! The page that sets the password of an account.

use presspass_auth::passwords::AccountAttributes;
use presspass_domain::model::{Changed, Form as Written, Input, Key, Kind, Record, Value, Version};
use presspass_rest::pages::{Button, ButtonStyle, Crumb, Form, Html, Message, Width};

use crate::form::{
    Errors, VERSION, form_card, hash, new_password_fields, password, refusal_errors, status_of,
};
use crate::page::{Page, label_of, with_status};
use crate::request::{AdminError, AdminRequest, AdminResponse};
use crate::site::AdminSite;

/// `/admin/<app>/<model>/<id>/password/`: of models that have a password.
pub(crate) async fn handle_password(
    page: &Page<'_>,
    id: Key,
    request: AdminRequest<'_>,
) -> Result<AdminResponse, AdminError> {
    let field = page.model().fields.iter().find(|field| matches!(field.kind, Kind::Password));
    // Passwords are those of accounts.
    let (Some(field), Some(account_id)) = (field, id.integer()) else { return Ok(AdminResponse::NotFound) };
    if !page.rights.change {
        return Ok(AdminResponse::Forbidden);
    }
    let Some(record) = page.store().find(page.model(), id).await? else { return Ok(page.no_record(id)) };
    if AdminSite::record_limits(request.staff, page.admin, Some(&record)).await?.read_only_reason.is_some() {
        return Ok(AdminResponse::Forbidden);
    }
    let Some(sent) = request.submission() else {
        return Ok(render_form(page, &request, &record, &Errors::new()));
    };
    let text = |name: &str| match record.get(name) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let (username, email) = (text("username"), text("email"));
    let (first_name, last_name) = (text("first_name"), text("last_name"));
    let of = AccountAttributes {
        username: &username,
        first_name: &first_name,
        last_name: &last_name,
        email: &email,
    };
    let password = match password(sent, &of) {
        Ok(password) => password,
        Err(errors) => return Ok(render_form(page, &request, &record, &errors)),
    };
    let mut form = Written::new(page.model());
    form.set(field.name, Input::Password(hash(&page.site.hasher, &password).await?))
        .map_err(|error| AdminError::Registration(error.to_string()))?;
    // An account that was renamed in the meantime may be another person's now.
    let version = Version::parse(sent.text(VERSION)).unwrap_or(record.version);
    match page.store().change(id, version, form, request.actor()).await? {
        Changed::Saved(record) | Changed::Unchanged(record) => Ok(AdminResponse::PasswordChanged {
            account_id,
            to: page.path_to(id, "change"),
            message: Message::success(format!(
                "The password of “{}” was changed, and all other sessions were signed out.",
                label_of(&record.label)
            )),
        }),
        Changed::Gone => Ok(page.no_record(id)),
        Changed::Stale(record) => {
            let mut answer = render_form(page, &request, &record, &Errors::new());
            if let AdminResponse::Page(layout) = &mut answer {
                let text = "Someone else changed this account in the meantime, so its password was not changed. \
                            Check the account, then enter the password again.";
                layout.messages.push(Message::warning(text));
                layout.status = actix_web::http::StatusCode::CONFLICT;
            }
            Ok(answer)
        }
        Changed::Refused(refusals) => Ok(render_form(page, &request, &record, &refusal_errors(refusals))),
        Changed::RefusedChildren(_) | Changed::ActorGone => Ok(AdminResponse::LogIn),
    }
}

fn render_form(
    page: &Page<'_>,
    request: &AdminRequest<'_>,
    record: &Record,
    errors: &Errors,
) -> AdminResponse {
    let of = |name: &str| {
        errors.iter().filter(|(field, _)| field == name).map(|(_, error)| error.clone()).collect()
    };
    let mut form = Form::new("form", new_password_fields(of));
    form.csrf = Some(request.csrf.to_owned());
    form.hidden = vec![(VERSION.to_owned(), record.version.to_string())];
    form.buttons = vec![
        Button::submit("Change password", ButtonStyle::Primary),
        Button::link("Back", ButtonStyle::Quiet, page.path_to(record.id, "change")),
    ];
    let status = status_of(&form);
    let label = label_of(&record.label);
    let mut layout =
        page.layout(request.staff, format!("Change password: {label}"), Html::trusted(form_card(&form)));
    layout.lead = Some("The user will be signed out and must use the new password.".to_owned());
    layout.crumbs.extend([page.list_crumb(), page.record_crumb(record), Crumb::here("Password")]);
    layout.width = Width::Middle;
    AdminResponse::page(with_status(layout, status))
}
