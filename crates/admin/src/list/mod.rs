//! The list of a model's records, and the action on those that are selected.

mod filters;
mod page;
mod query;
mod state;

use presspass_domain::Window;
use presspass_domain::model::Key;
use presspass_rest::pages::Message;

use crate::delete::{self, Selected};
use crate::display::with_separators;
use crate::page::Page;
use crate::request::{Action, AdminError, AdminRequest, AdminResponse};

pub(crate) use state::ListState;

/// The field of the action; Django's name.
pub(crate) const ACTION: &str = "action";
/// The field of the selected records; Django's name.
pub(crate) const SELECTED: &str = "_selected_action";
/// The field that selects all records of the list, on every page; Django's name.
pub(crate) const ACROSS: &str = "select_across";
/// The only action; Django's name.
pub(crate) const DELETE_SELECTED: &str = "delete_selected";

/// The fields of its form and of the confirmation that follows.
pub(crate) const NAMES: &[&str] = &[ACTION, SELECTED, ACROSS, delete::POST, crate::form::VERSION];

/// `/admin/<app>/<model>/`
pub(crate) async fn handle_list(
    page: &Page<'_>,
    request: AdminRequest<'_>,
) -> Result<AdminResponse, AdminError> {
    if !page.rights.view {
        return Ok(AdminResponse::Forbidden);
    }
    let Action::Submit(submission) = &request.action else { return page::render_list(page, request).await };
    // There is no other action.
    if !page.rights.delete {
        return Ok(AdminResponse::Forbidden);
    }
    if submission.text(ACTION) != DELETE_SELECTED {
        return Ok(AdminResponse::redirect(page.list_path(), Message::warning("No action was selected.")));
    }
    let nothing = |text: String| Ok(AdminResponse::redirect(page.list_path(), Message::warning(text)));
    let plural = &*page.model().verbose_name_plural();
    if submission.text(ACROSS) == "1" {
        let list = query::list_query(page, page.list, Window::All)?;
        // Without the filter it would be more records than were meant.
        if !list.ignored.is_empty() {
            let text = "Nothing was deleted, because a search or a filter of the list was ignored.";
            return nothing(text.to_owned());
        }
        let ids = page.store().keys(list.query, delete::MAX_SELECTED.saturating_add(1)).await?;
        if ids.len() > delete::MAX_SELECTED as usize {
            let most = with_separators(delete::MAX_SELECTED.into());
            return nothing(format!(
                "Nothing was deleted. You can delete up to {most} {plural} at a time: filter the list first."
            ));
        }
        if ids.is_empty() {
            return nothing(format!("Nothing was deleted: no {plural} match any more."));
        }
        return delete::handle_delete_selected(page, Selected::All(ids), &request).await;
    }
    let mut ids: Vec<Key> = submission.keys(SELECTED, page.model().key_kind()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return nothing(format!("Select at least one {}.", page.model().verbose_name()));
    }
    // A page of the list has no more.
    if ids.len() > usize::from(page.admin.per_page) {
        return nothing(format!(
            "Nothing was deleted. Select at most {} {plural}, or all of them.",
            page.admin.per_page
        ));
    }
    delete::handle_delete_selected(page, Selected::These(ids), &request).await
}
