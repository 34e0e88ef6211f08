//! The query of a list: what its address asks for, asked of the store.

use presspass_domain::Window;
use presspass_domain::admin::{ListQuery, QueryError, Search};
use presspass_rest::pages::Message;

use super::filters;
use super::state::ListState;
use crate::page::Page;

/// What a list asks for.
pub(super) struct Asked {
    pub query: ListQuery,
    /// What of its search and its filters cannot be read, and is not applied.
    pub unread: Vec<Message>,
}

/// A part of the list of this state.
pub(super) fn asked(page: &Page<'_>, state: &ListState, window: Window) -> Result<Asked, QueryError> {
    let admin = page.admin;
    let mut unread = Vec::new();
    let mut query = ListQuery::new(page.model(), window).columns(admin.columns)?;
    match Search::parse(&state.search) {
        Ok(search) if !search.words().is_empty() && !admin.search.is_empty() => {
            query = query.search(admin.search, search)?;
        }
        Ok(_) => {}
        Err(error) => unread.push(Message::error(format!("This was not searched for: {error}."))),
    }
    for (column, direction) in &state.order {
        if let Some(name) = admin.columns.get(*column) {
            query = query.then_by(name, *direction)?;
        }
    }
    let (query, labels) = filters::narrow(admin, state, query)?;
    unread.extend(labels.into_iter().map(|label| {
        Message::warning(format!(
            "The filter by {} could not be read, and is not applied.",
            label.to_lowercase()
        ))
    }));
    Ok(Asked { query, unread })
}
