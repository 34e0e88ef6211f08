//! The delete page of a record: a summary of what would be deleted, and the deletion once it is confirmed.

mod selected;

use askama::Template;
use presspass_domain::model::{Deleted, Deletion, Dependents, Key, Protection, Version};
use presspass_rest::pages::{Crumb, Html, Message, Width};

use crate::display::{capitalized, with_separators};
use crate::form::VERSION;
use crate::page::{Page, label_of, with_status};
use crate::request::{AdminError, AdminRequest, AdminResponse, Submission};
use crate::site::AdminSite;
use actix_web::http::StatusCode;

pub(crate) use selected::{MAX_SELECTED, Selected, handle_delete_selected};

/// The field of the confirmation; Django's name.
pub(crate) const POST: &str = "post";

/// The fields of its form.
pub(crate) const NAMES: &[&str] = &[POST, VERSION];

/// How many of the records are listed.
const NAMED: usize = 20;

#[derive(Template)]
#[template(path = "delete.html")]
struct DeleteTemplate<'d> {
    csrf: &'d str,
    what: String,
    records: Vec<(String, String)>,
    more: Option<String>,
    dependents: Vec<DependentLine>,
    protected: Vec<Protection>,
    hidden: Vec<(&'static str, String)>,
    back: String,
}

struct DependentLine {
    kind: String,
    count: String,
    names: Vec<String>,
    more: Option<String>,
}

/// `/admin/<app>/<model>/<id>/delete/`
pub(crate) async fn handle_delete(
    page: &Page<'_>,
    id: Key,
    request: AdminRequest<'_>,
) -> Result<AdminResponse, AdminError> {
    if !page.rights.delete {
        return Ok(AdminResponse::Forbidden);
    }
    let Some(record) = page.store().find(page.model(), id).await? else { return Ok(page.no_record(id)) };
    let limits = AdminSite::record_limits(request.staff, page.admin, Some(&record)).await?;
    if limits.read_only_reason.is_some() {
        return Ok(AdminResponse::Forbidden);
    }
    let name = page.model().verbose_name();
    let back = if page.rights.view { page.path_to(id, "change") } else { page.after() };
    if let Some(why) = limits.undeletable {
        return Ok(refused(back, why));
    }
    let (deletion, is_stale) = match confirmed(request.submission()) {
        None => (page.store().deletion(page.model(), vec![id]).await?, false),
        Some(version) => match page.store().delete(page.model(), vec![id], version, request.actor()).await? {
            Deleted::Deleted(_) => {
                let text = format!("The {name} “{}” was deleted successfully.", label_of(&record.label));
                return Ok(AdminResponse::redirect(page.after(), Message::success(text)));
            }
            Deleted::Gone => return Ok(page.no_record(id)),
            Deleted::ActorGone => return Ok(AdminResponse::LogIn),
            Deleted::Refused(why) => return Ok(refused(back, why)),
            Deleted::Stale(deletion) => (deletion, true),
            Deleted::Protected(_) => (page.store().deletion(page.model(), vec![id]).await?, false),
        },
    };
    let what = format!("the {name} “{}”", label_of(&record.label));
    let (content, status) = render_summary(page, &request, &deletion, is_stale, &what, Vec::new(), back);
    let mut layout = page.layout(request.staff, "Delete?", content);
    layout.title = format!("Delete {}?", label_of(&record.label));
    layout.heading = Some(format!("Delete this {name}?"));
    layout.crumbs.extend([page.list_crumb(), page.record_crumb(&record), Crumb::here("Delete")]);
    layout.width = Width::Middle;
    layout.messages.extend(stale_message(is_stale));
    Ok(AdminResponse::page(with_status(layout, status)))
}

fn refused(back: String, why: impl std::fmt::Display) -> AdminResponse {
    AdminResponse::redirect(back, Message::error(format!("Nothing was deleted. {why}")))
}

/// The version of the summary that was confirmed; `None` where none was.
fn confirmed(sent: Option<&Submission>) -> Option<Version> {
    let sent = sent.filter(|sent| sent.text(POST) == "yes")?;
    Version::parse(sent.text(VERSION))
}

fn stale_message(is_stale: bool) -> Option<Message> {
    let text =
        "Nothing was deleted, because something changed in the meantime. Check again before you confirm.";
    is_stale.then(|| Message::warning(text))
}

fn render_summary(
    page: &Page<'_>,
    request: &AdminRequest<'_>,
    deletion: &Deletion,
    is_stale: bool,
    what: &str,
    mut hidden: Vec<(&'static str, String)>,
    back: String,
) -> (Html, StatusCode) {
    hidden.extend([(POST, "yes".to_owned()), (VERSION, deletion.version.to_string())]);
    let records = deletion.records.iter().take(NAMED);
    let more = |count: i64, named: usize| {
        let rest = count - i64::try_from(named).unwrap_or(i64::MAX);
        (rest > 0).then(|| format!("and {} more", with_separators(rest)))
    };
    let count = i64::try_from(deletion.records.len()).unwrap_or(i64::MAX);
    let template = DeleteTemplate {
        csrf: request.csrf,
        what: capitalized(what),
        records: records.map(|it| (label_of(&it.label), page.path_to(it.id, "change"))).collect(),
        more: more(count, NAMED),
        dependents: deletion
            .dependents
            .iter()
            .map(|Dependents { kind, count, names }| DependentLine {
                kind: kind.clone(),
                count: with_separators(*count),
                more: more(*count, names.len()).filter(|_| !names.is_empty()),
                names: names.iter().map(|name| label_of(name)).collect(),
            })
            .collect(),
        protected: deletion.protected.clone(),
        hidden,
        back,
    };
    let status = if is_stale { StatusCode::CONFLICT } else { StatusCode::OK };
    (Html::of(&template), status)
}
