//! The forms that add and change records.

mod conflict;
mod fields;
pub(crate) mod inlines;
mod kinds;
mod read;
mod relation;

use actix_web::http::StatusCode;
use presspass_auth::passwords::AccountAttributes;
use presspass_domain::model::{
    Added, Changed, Field, Form as Written, Input, Key, Kind, LOG_ENTRY, Record, Refusal, Value, Version,
};
use presspass_rest::pages::{Button, ButtonStyle, Crumb, Fieldset, Form, FormMethod, Html, Message, Width};

use crate::display::{capitalized, choice_label};
use crate::history;
use crate::page::{Page, label_of, with_status};
use crate::panel::{self, ITEM, PANEL};
use crate::policy::RecordLimits;
use crate::request::{AdminError, AdminRequest, AdminResponse, Submission};
use crate::site::AdminSite;
use fields::{Filled, form_fields, is_editable};
use inlines::SentRows;

pub(crate) use fields::new_password_fields;
pub(crate) use read::{Errors, hash, password};

/// The fields of a new password; Django's names.
pub(crate) const PASSWORD: &str = "password1";
pub(crate) const PASSWORD_CONFIRMATION: &str = "password2";
/// The field that holds the version of the record that the form was made of.
pub(crate) use crate::inline_names::VERSION;
/// The buttons; Django's names.
pub(crate) const ADD_ANOTHER: &str = "_addanother";
pub(crate) const CONTINUE: &str = "_continue";
pub(crate) const SAVE: &str = "_save";

/// The fields of forms beside those of their models.
pub(crate) const NAMES: &[&str] =
    &[PASSWORD, PASSWORD_CONFIRMATION, VERSION, ADD_ANOTHER, CONTINUE, SAVE, PANEL, ITEM];

/// `/admin/<app>/<model>/add/`
pub(crate) async fn handle_add(
    page: &Page<'_>,
    request: AdminRequest<'_>,
) -> Result<AdminResponse, AdminError> {
    if !page.rights.add {
        return Ok(AdminResponse::Forbidden);
    }
    let limits = AdminSite::record_limits(request.staff, page.admin, None).await?;
    let Some(sent) = request.submission() else {
        let filled = Filled { record: None, sent: request.unsaved(), errors: &[] };
        return render_add(page, &request, filled, &limits, None).await;
    };
    let sections = inlines::sections(page, &request, None).await?;
    let fields = form_fields_of(page, true);
    let (mut form, mut errors) = read::read(page, &fields, sent, None, &limits).await?;
    let mut rows = inlines::read_rows(page, &request, &sections, sent).await?;
    if fields.iter().any(|field| matches!(field.kind, Kind::Password)) {
        set_password(page, &mut form, sent, &mut errors).await?;
    }
    if errors.is_empty() && rows.errors.is_empty() {
        let children = std::mem::take(&mut rows.writes);
        match page.store().add_with(form, children, request.actor()).await? {
            Added::Saved(record) => return Ok(redirect_after_add(page, sent, &record)),
            Added::Refused(refusals) => errors = refusal_errors(refusals),
            Added::RefusedChildren(refused) => rows.refuse(child_errors(refused)),
            Added::ActorGone => return Ok(AdminResponse::LogIn),
        }
    }
    let filled = Filled { record: None, sent: Some(sent), errors: &errors };
    render_add(page, &request, filled, &limits, Some(&rows)).await
}

/// Hashes the password that was typed, once everything else is valid: a hash is not cheap.
async fn set_password(
    page: &Page<'_>,
    form: &mut Written,
    sent: &Submission,
    errors: &mut Errors,
) -> Result<(), AdminError> {
    let of = AccountAttributes {
        username: sent.text("username"),
        first_name: sent.text("first_name"),
        last_name: sent.text("last_name"),
        email: sent.text("email"),
    };
    match password(sent, &of) {
        Ok(password) if errors.is_empty() => {
            let hash = hash(&page.site.hasher, &password).await?;
            form.set("password", Input::Password(hash))
                .map_err(|error| AdminError::Registration(error.to_string()))
        }
        Ok(_) => Ok(()),
        Err(wrong) => {
            errors.extend(wrong);
            Ok(())
        }
    }
}

async fn render_add(
    page: &Page<'_>,
    request: &AdminRequest<'_>,
    filled: Filled<'_>,
    limits: &RecordLimits,
    rows: Option<&SentRows>,
) -> Result<AdminResponse, AdminError> {
    let mut form = build_form(page, request, filled, limits, (true, rows)).await?;
    form.buttons = vec![Button::named("Save", ButtonStyle::Primary, SAVE, "1")];
    if page.rights.change && !page.admin.continues_after_add {
        form.buttons.push(Button::named("Save and continue editing", ButtonStyle::Plain, CONTINUE, "1"));
    }
    form.buttons.push(Button::named("Save and add another", ButtonStyle::Plain, ADD_ANOTHER, "1"));
    let title = format!("Add {}", page.model().verbose_name());
    let status = status_of(&form);
    let mut layout = page.layout(request.staff, title.clone(), Html::trusted(form_card(&form)));
    layout.crumbs.extend([page.list_crumb(), Crumb::here(title)]);
    layout.width = Width::Middle;
    Ok(AdminResponse::page(with_status(layout, status)))
}

fn redirect_after_add(page: &Page<'_>, sent: &Submission, record: &Record) -> AdminResponse {
    let name = page.model().verbose_name();
    let done = format!("The {name} “{}” was added successfully.", label_of(&record.label));
    if sent.has(ADD_ANOTHER) {
        let text = format!("{done} You may add another {name} below.");
        return AdminResponse::redirect(page.add_path(), Message::success(text));
    }
    if page.rights.change && (sent.has(CONTINUE) || page.admin.continues_after_add) {
        let text = format!("{done} You may edit it again below.");
        return AdminResponse::redirect(page.path_to(record.id, "change"), Message::success(text));
    }
    AdminResponse::redirect(page.after(), Message::success(done))
}

/// `/admin/<app>/<model>/<id>/change/`
pub(crate) async fn handle_change(
    page: &Page<'_>,
    id: Key,
    request: AdminRequest<'_>,
) -> Result<AdminResponse, AdminError> {
    let has_form = request.submission().or(request.unsaved()).is_some();
    if !page.rights.view || (has_form && !page.rights.change) {
        return Ok(AdminResponse::Forbidden);
    }
    let Some(record) = page.store().find(page.model(), id).await? else { return Ok(page.no_record(id)) };
    let limits = AdminSite::record_limits(request.staff, page.admin, Some(&record)).await?;
    let Some(sent) = request.submission() else {
        if request.unsaved().is_some() && limits.read_only_reason.is_some() {
            return Ok(AdminResponse::Forbidden);
        }
        let filled = Filled { record: Some(&record), sent: request.unsaved(), errors: &[] };
        return render_change(page, &request, &record, filled, &limits, (None, None)).await;
    };
    if limits.read_only_reason.is_some() {
        return Ok(AdminResponse::Forbidden);
    }
    if let Some(name) = sent.get(PANEL) {
        let Some(panel) = page.admin.panels.iter().find(|panel| panel.name() == name) else {
            return Ok(AdminResponse::NotFound);
        };
        return Ok(match panel::revoke(panel.as_ref(), &record, sent.get(ITEM), request.actor()).await? {
            Some(message) => AdminResponse::redirect(page.path_to(id, "change"), message),
            None => AdminResponse::LogIn,
        });
    }
    let fields = form_fields_of(page, false);
    let (form, mut errors) = read::read(page, &fields, sent, Some(&record), &limits).await?;
    let sections = inlines::sections(page, &request, Some(&record)).await?;
    let mut rows = inlines::read_rows(page, &request, &sections, sent).await?;
    let mut theirs = None;
    if errors.is_empty() && rows.errors.is_empty() {
        // A form without a version did not come from our page: show what is saved now.
        let version = Version::parse(sent.text(VERSION));
        let outcome = match version {
            Some(version) => {
                let children = std::mem::take(&mut rows.writes);
                page.store().change_with(id, version, form, children, request.actor()).await?
            }
            None => Changed::Stale(record.clone()),
        };
        match outcome {
            Changed::Saved(record) | Changed::Unchanged(record) => {
                return Ok(redirect_after_change(page, sent, &record));
            }
            Changed::Gone => return Ok(page.no_record(id)),
            Changed::Stale(now) => theirs = Some(now),
            Changed::Refused(refusals) => errors = refusal_errors(refusals),
            Changed::RefusedChildren(refused) => rows.refuse(child_errors(refused)),
            Changed::ActorGone => return Ok(AdminResponse::LogIn),
        }
    }
    let filled =
        Filled { record: Some(theirs.as_ref().unwrap_or(&record)), sent: Some(sent), errors: &errors };
    render_change(page, &request, &record, filled, &limits, (theirs.as_ref(), Some(&rows))).await
}

fn redirect_after_change(page: &Page<'_>, sent: &Submission, record: &Record) -> AdminResponse {
    let name = page.model().verbose_name();
    let done = format!("The {name} “{}” was changed successfully.", label_of(&record.label));
    if sent.has(CONTINUE) {
        let text = format!("{done} You may edit it again below.");
        return AdminResponse::redirect(page.path_to(record.id, "change"), Message::success(text));
    }
    if sent.has(ADD_ANOTHER) && page.rights.add {
        let text = format!("{done} You may add another {name} below.");
        return AdminResponse::redirect(page.add_path(), Message::success(text));
    }
    AdminResponse::redirect(page.after(), Message::success(done))
}

/// The page of a record: a form for users who may change it, else its values. `theirs` is what another user saved since
/// the form was made.
async fn render_change(
    page: &Page<'_>,
    request: &AdminRequest<'_>,
    record: &Record,
    filled: Filled<'_>,
    limits: &RecordLimits,
    (theirs, rows): (Option<&Record>, Option<&SentRows>),
) -> Result<AdminResponse, AdminError> {
    let may_change = page.rights.change && limits.read_only_reason.is_none();
    let mut form = build_form(page, request, filled, limits, (may_change, rows)).await?;
    let mut content = Html::default();
    if let (Some(theirs), Some(sent)) = (theirs, filled.sent) {
        let fields = form_fields_of(page, false);
        let fields = fields.into_iter().filter(|field| is_editable(page, field, limits));
        content.push(&conflict::render_comparison(page, fields, sent, theirs));
    }
    let name = page.model().verbose_name();
    let delete = page.rights.delete && limits.read_only_reason.is_none() && limits.undeletable.is_none();
    if may_change {
        let version = theirs.unwrap_or(record).version;
        // A form that came back with errors keeps the version that it was made of.
        let sent = filled.sent.filter(|_| theirs.is_none()).map(|sent| sent.text(VERSION).to_owned());
        form.hidden.push((VERSION.to_owned(), sent.unwrap_or_else(|| version.to_string())));
        let label = if theirs.is_some() { "Keep mine" } else { "Save" };
        form.buttons = vec![Button::named(label, ButtonStyle::Primary, SAVE, "1")];
        if theirs.is_some() {
            let href = page.path_to(record.id, "change");
            form.buttons.push(Button::link("Keep theirs", ButtonStyle::Plain, href));
        } else {
            form.buttons.push(Button::named("Save and continue editing", ButtonStyle::Plain, CONTINUE, "1"));
            if page.rights.add {
                form.buttons.push(Button::named(
                    "Save and add another",
                    ButtonStyle::Plain,
                    ADD_ANOTHER,
                    "1",
                ));
            }
        }
    } else {
        form.buttons = vec![Button::link("Close", ButtonStyle::Plain, page.after())];
    }
    if delete && theirs.is_none() {
        let href = page.path_to(record.id, "delete");
        form.buttons.push(Button::link("Delete", ButtonStyle::Danger, href));
    }
    content.push(&Html::trusted(form_card(&form)));
    if may_change && filled.sent.is_none() {
        for panel in &page.admin.panels {
            content.push(&panel::render_panel(panel.as_ref(), record, request.csrf, request.now).await?);
        }
    }
    if page.model().is(&LOG_ENTRY)
        && let Some(id) = record.id.integer()
        && let Some(entry) = page.store().entry(id).await?
    {
        content.push(&history::differences_of(page.site, request.staff, entry));
    }
    let title = format!("{} {name}", if may_change { "Change" } else { "View" });
    let status = if theirs.is_some() { StatusCode::CONFLICT } else { status_of(&form) };
    let mut layout = page.layout(request.staff, title.clone(), content);
    layout.heading = Some(label_of(&record.label));
    layout.title = format!("{} | {title}", label_of(&record.label));
    layout.lead = Some(
        limits
            .read_only_reason
            .map_or_else(|| capitalized(name), |why| format!("{}: {why}", capitalized(name))),
    );
    layout.crumbs.extend([page.list_crumb(), Crumb::here(label_of(&record.label))]);
    let history = page.path_to(record.id, "history");
    let api = page
        .admin
        .api
        .map(|path| Button::link("View in API", ButtonStyle::Plain, format!("{path}{}/", record.id)));
    let history = Button::link("History", ButtonStyle::Plain, history);
    layout.actions =
        Some(Html::trusted(api.into_iter().chain([history]).map(|button| button.to_string()).collect()));
    layout.width = Width::Middle;
    if theirs.is_some() {
        let text = format!("Someone else saved this {name} after you opened it. Your changes aren’t saved.");
        layout.messages.push(Message::warning(text));
    }
    Ok(AdminResponse::page(with_status(layout, status)))
}

fn form_fields_of(page: &Page<'_>, is_new: bool) -> Vec<&'static Field> {
    page.admin.sets(is_new).into_iter().flat_map(|(_, fields)| fields).collect()
}

async fn build_form(
    page: &Page<'_>,
    request: &AdminRequest<'_>,
    filled: Filled<'_>,
    limits: &RecordLimits,
    (may_write, rows): (bool, Option<&SentRows>),
) -> Result<Form, AdminError> {
    let mut form = Form { id: "form".to_owned(), ..Form::default() };
    if may_write {
        form.csrf = Some(request.csrf.to_owned());
        form.warns_unsaved = true;
        form.is_unsaved = filled.sent.is_some();
    } else {
        form.method = FormMethod::Get;
    }
    for (set, members) in page.admin.sets(filled.record.is_none()) {
        let mut fields = Vec::new();
        for field in members {
            fields.extend(form_fields(page, field, filled, limits, may_write).await?);
        }
        let (legend, description) = (set.legend.map(str::to_owned), set.description.map(str::to_owned));
        form.fieldsets.push(Fieldset { legend, description, fields, ..Fieldset::default() });
    }
    let is_shown = |name: &String| form.fields().any(|field| field.name == *name);
    let whole = filled.errors.iter().filter(|(name, _)| !is_shown(name));
    let whole = whole.map(|(name, error)| match page.admin.field(name) {
        Some(field) if field.name != page.model().key.name => format!("{}: {error}", field.label()),
        _ => error.clone(),
    });
    form.errors = whole.collect();
    let sections = inlines::sections(page, request, filled.record).await?;
    let none = SentRows::default();
    let sent = filled.sent.map(|sent| (sent, rows.unwrap_or(&none)));
    form.fieldsets.extend(inlines::render(page, request, &sections, sent, may_write).await?);
    Ok(form)
}

/// Why the store refused fields, by their names.
pub(crate) fn refusal_errors(refusals: Vec<Refusal>) -> Errors {
    refusals.into_iter().map(|Refusal { field, why }| (field.name.to_owned(), why.to_string())).collect()
}

fn child_errors(refused: Vec<(usize, Vec<Refusal>)>) -> Vec<(usize, Errors)> {
    refused.into_iter().map(|(at, refusals)| (at, refusal_errors(refusals))).collect()
}

/// A form in its card.
pub(crate) fn form_card(form: &Form) -> String {
    format!("<div class=\"card\">{form}</div>")
}

/// 200, or 422 for a form with errors.
pub(crate) fn status_of(form: &Form) -> StatusCode {
    if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

/// What was sent for a field, as text.
fn submitted_text(
    field: &Field,
    sent: &Submission,
    now: Option<&Value>,
    names: impl Fn(Key) -> String,
) -> String {
    match field.kind {
        Kind::Boolean if !field.null => if sent.has(field.name) { "Yes" } else { "No" }.to_owned(),
        Kind::Text(_) => choice_label(field, sent.text(field.name)).to_owned(),
        Kind::One(relation) if !sent.text(field.name).is_empty() => match now {
            Some(Value::One(Some(of))) if of.id.to_string() == sent.text(field.name) => of.label.clone(),
            _ => {
                let key = relation.to.key_kind().parse(sent.text(field.name));
                key.map_or_else(|| sent.text(field.name).to_owned(), names)
            }
        },
        Kind::Many(relation) => {
            let known = |key: Key| match now {
                Some(Value::Many(held)) => held.iter().find(|it| it.id == key).map(|it| it.label.clone()),
                _ => None,
            };
            let keys = sent.keys(field.name, relation.to.key_kind());
            let mut labels: Vec<String> = keys.map(|key| known(key).unwrap_or_else(|| names(key))).collect();
            labels.sort();
            labels.join("\n")
        }
        _ => sent.text(field.name).to_owned(),
    }
}
