//! The history page of a record, and the differences of log entries.

use askama::Template;
use presspass_domain::Window;
use presspass_domain::model::{Difference, Key, LogEntry};
use presspass_rest::pages::{Crumb, Html, Pager};

use crate::display::{count_of, format_timestamp, value_text};
use crate::index::action_label;
use crate::model_admin::ModelAdmin;
use crate::page::{Page, label_of};
use crate::request::{AdminError, AdminRequest, AdminResponse};
use crate::site::AdminSite;
use crate::staff::Staff;

const PER_PAGE: i64 = 25;

pub(crate) struct Entry {
    what: &'static str,
    badge: &'static str,
    user: String,
    at: String,
    timestamp: String,
    message: String,
    differences: Vec<LabelledDifference>,
}

pub(crate) struct LabelledDifference {
    label: String,
    old: String,
    new: String,
}

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryTemplate {
    entries: Vec<Entry>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "differences.html")]
struct DifferencesTemplate<'d> {
    differences: &'d [LabelledDifference],
}

/// `/admin/<app>/<model>/<id>/history/`
pub(crate) async fn handle_history(
    page: &Page<'_>,
    id: Key,
    request: AdminRequest<'_>,
) -> Result<AdminResponse, AdminError> {
    if !page.rights.view {
        return Ok(AdminResponse::Forbidden);
    }
    let Some(record) = page.store().find(page.model(), id).await? else { return Ok(page.no_record(id)) };
    let number = request.query.get("p").and_then(|page| page.parse::<u32>().ok()).unwrap_or(1).max(1);
    let window = |number: u32| Window::Part { limit: PER_PAGE, offset: i64::from(number - 1) * PER_PAGE };
    let history = |number: u32| page.store().history(page.model(), id, window(number));
    let mut slice = history(number).await?;
    let pages = u32::try_from((slice.count + PER_PAGE - 1) / PER_PAGE).unwrap_or(u32::MAX).max(1);
    if number > pages {
        slice = history(pages).await?;
    }
    let summary = count_of(slice.count, "entry", "entries");
    let current = u64::from(number.min(pages));
    let list = page.list.to_preserved();
    let to = |number| if list.is_empty() { format!("?p={number}") } else { format!("{list}&p={number}") };
    let links = Pager::numbered(summary, current, u64::from(pages), to);
    let entries = slice.items.into_iter().map(|entry| Entry::of(page.admin, entry)).collect();
    let content = Html::of(&HistoryTemplate { entries, pager: links });
    let mut layout =
        page.layout(request.staff, format!("Change history: {}", label_of(&record.label)), content);
    layout.crumbs.extend([page.list_crumb(), page.record_crumb(&record), Crumb::here("History")]);
    layout.width = presspass_rest::pages::Width::Middle;
    Ok(AdminResponse::page(layout))
}

impl Entry {
    fn of(admin: &ModelAdmin, entry: LogEntry) -> Self {
        let (what, badge) = action_label(entry.action);
        let message = entry.message.text_with(|name| match admin.field(name) {
            Some(field) => field.label(),
            None => name.to_owned().into(),
        });
        Self {
            what,
            badge,
            user: entry.user.label,
            at: format_timestamp(entry.at),
            timestamp: entry.at.to_wire(),
            // The badge says this already.
            message: if matches!(message.as_str(), "Added." | "") { String::new() } else { message },
            differences: labelled(admin, entry.differences),
        }
    }
}

/// Differences with the labels of their fields.
fn labelled(admin: &ModelAdmin, differences: Vec<Difference>) -> Vec<LabelledDifference> {
    let labelled = |Difference { field, old, new }: Difference| LabelledDifference {
        label: admin.field(&field).map_or(field.clone(), |it| it.label().into_owned()),
        old: value_text(&old),
        new: value_text(&new),
    };
    differences.into_iter().map(labelled).collect()
}

/// The differences of a log entry, for its own page. They are values of a record, and shown to users who may view it.
pub(crate) fn differences_of(site: &AdminSite, staff: &Staff, entry: LogEntry) -> Html {
    let admin = entry.content_type.as_ref().and_then(|it| site.find(&it.app_label, &it.model));
    let Some(admin) = admin.filter(|admin| AdminSite::rights(staff, admin).view) else {
        return Html::default();
    };
    if entry.differences.is_empty() {
        return Html::default();
    }
    let differences = labelled(admin, entry.differences);
    let table = Html::of(&DifferencesTemplate { differences: &differences });
    Html::trusted(format!("<section class=\"card flow\"><h2>What changed</h2>{table}</section>"))
}
