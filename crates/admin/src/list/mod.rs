//! The list of a model's records, and actions on those that are selected.

mod filters;
mod page;
mod state;

use presspass_rest::pages::Message;

use crate::ask::{AdminError, Answer, Ask, Want};
use crate::delete;
use crate::site::Page;

pub(crate) use state::ListState;

/// The field that says what is to be done; the original's name.
pub(crate) const ACTION: &str = "action";
/// The field of the records that are selected; the original's name.
pub(crate) const SELECTED: &str = "_selected_action";
/// The one action that there is; the original's name.
pub(crate) const DELETE_SELECTED: &str = "delete_selected";

/// What its form may send, the confirmation that follows included.
pub(crate) const NAMES: &[&str] = &[ACTION, SELECTED, delete::POST, crate::form::VERSION];

/// `/admin/<app>/<model>/`
pub(crate) async fn answer(page: &Page<'_>, ask: Ask<'_>) -> Result<Answer, AdminError> {
    if !page.rights.view {
        return Ok(Answer::Forbidden);
    }
    let Want::Do(submission) = &ask.want else { return page::see(page, ask).await };
    // There is no other action.
    if !page.rights.delete {
        return Ok(Answer::Forbidden);
    }
    if submission.text(ACTION) != DELETE_SELECTED {
        return Ok(Answer::redirect(page.list_path(), Message::warning("No action was selected.")));
    }
    let mut ids: Vec<i64> = submission.keys(SELECTED).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        let plural = page.model().verbose_name_plural;
        let text = format!("Nothing was changed: select {plural} first, then what to do with them.");
        return Ok(Answer::redirect(page.list_path(), Message::warning(text)));
    }
    delete::selected(page, ids, &ask, page.list_path()).await
}
