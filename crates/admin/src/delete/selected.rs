//! Deletes the records that are selected in a list: some of a page, or all of the list.

use presspass_domain::model::{Deleted, Key};
use presspass_rest::pages::{Crumb, Message, Width};

use super::{confirmed, refused, render_summary, stale_message};
use crate::display::count_of;
use crate::list::{ACROSS, ACTION, DELETE_SELECTED, SELECTED};
use crate::page::{Page, label_of, with_status};
use crate::request::{AdminError, AdminRequest, AdminResponse};
use crate::site::AdminSite;

/// The limit of records that are deleted at once: in one transaction, which blocks all other writes on `SQLite`, and with
/// their labels in memory.
pub(crate) const MAX_SELECTED: u32 = 10_000;

/// How many records are read at once to ask the policy about them.
const CHUNK: usize = 500;

pub(crate) enum Selected {
    /// Those of these keys.
    These(Vec<Key>),
    /// All records of the list, which now has these. The confirmation names the list instead of the records, and what the
    /// list has by then must be what was confirmed.
    All(Vec<Key>),
}

impl Selected {
    fn ids(&self) -> &[Key] {
        let (Self::These(ids) | Self::All(ids)) = self;
        ids
    }

    /// The hidden fields of the confirmation.
    fn hidden(&self) -> Vec<(&'static str, String)> {
        let mut hidden = vec![(ACTION, DELETE_SELECTED.to_owned())];
        match self {
            Self::These(ids) => hidden.extend(ids.iter().map(|id| (SELECTED, id.to_string()))),
            Self::All(_) => hidden.push((ACROSS, "1".to_owned())),
        }
        hidden
    }
}

pub(crate) async fn handle_delete_selected(
    page: &Page<'_>,
    selected: Selected,
    request: &AdminRequest<'_>,
) -> Result<AdminResponse, AdminError> {
    let plural = &*page.model().verbose_name_plural();
    let back = page.list_path();
    let gone = || {
        let text = format!("Nothing was deleted: these {plural} no longer exist.");
        Ok(AdminResponse::redirect(page.list_path(), Message::warning(text)))
    };
    if let Some(why) = forbidden_reason(page, selected.ids(), request).await? {
        return Ok(refused(back, why));
    }
    let ids = || selected.ids().to_vec();
    let (deletion, is_stale) = match confirmed(request.submission()) {
        None => (page.store().deletion(page.model(), ids()).await?, false),
        Some(version) => match page.store().delete(page.model(), ids(), version, request.actor()).await? {
            Deleted::Deleted(count) => {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                let text =
                    format!("Successfully deleted {}.", count_of(count, page.model().verbose_name(), plural));
                return Ok(AdminResponse::redirect(back, Message::success(text)));
            }
            Deleted::Gone => return gone(),
            Deleted::ActorGone => return Ok(AdminResponse::LogIn),
            Deleted::Refused(why) => return Ok(refused(back, why)),
            Deleted::Stale(deletion) => (deletion, true),
            Deleted::Protected(_) => (page.store().deletion(page.model(), ids()).await?, false),
        },
    };
    if deletion.records.is_empty() {
        return gone();
    }
    let count = i64::try_from(deletion.records.len()).unwrap_or(i64::MAX);
    let what = count_of(count, page.model().verbose_name(), plural);
    let (content, status) =
        render_summary(page, request, &deletion, is_stale, &what, selected.hidden(), back);
    let mut layout = page.layout(request.staff, format!("Delete {what}?"), content);
    layout.crumbs.extend([page.list_crumb(), Crumb::here("Delete")]);
    layout.width = Width::Middle;
    if matches!(selected, Selected::All(_)) {
        layout.lead = Some("If the list changes before you confirm, we’ll ask again.".to_owned());
    }
    layout.messages.extend(stale_message(is_stale));
    Ok(AdminResponse::page(with_status(layout, status)))
}

/// The first of these records that the user may not delete, and why.
async fn forbidden_reason(
    page: &Page<'_>,
    ids: &[Key],
    request: &AdminRequest<'_>,
) -> Result<Option<String>, AdminError> {
    let policy = AdminSite::record_policy(request.staff, page.admin).await?;
    if let Some(own) = policy.own.as_ref().filter(|own| ids.contains(&own.id)) {
        return Ok(Some(own.undeletable.to_owned()));
    }
    if policy.read_only.is_none() {
        return Ok(None);
    }
    for some in ids.chunks(CHUNK) {
        let records = page.store().find_all(page.model(), some.to_vec()).await?;
        let read_only = records.iter().find_map(|record| Some((record, policy.read_only_reason(record)?)));
        if let Some((record, why)) = read_only {
            return Ok(Some(format!("{}: {why}", label_of(&record.label))));
        }
    }
    Ok(None)
}
