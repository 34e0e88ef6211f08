//! From what a list's address asks for to the query for the store.

use presspass_domain::Window;
use presspass_domain::model::{ListQuery, QueryError, Search, SearchError};
use presspass_rest::pages::Message;

use super::filters;
use super::state::ListState;
use crate::model_admin::Column;
use crate::page::Page;

pub(super) struct ParsedQuery {
    pub query: ListQuery,
    /// About the search and the filters that cannot be read and were ignored.
    pub ignored: Vec<Message>,
}

/// The query for a part of the list.
pub(super) fn list_query(
    page: &Page<'_>,
    state: &ListState,
    window: Window,
) -> Result<ParsedQuery, QueryError> {
    let admin = page.admin;
    let mut ignored = Vec::new();
    let columns = admin.list_columns();
    let names: Vec<&str> = columns.iter().filter_map(Column::name).collect();
    let mut query = ListQuery::new(page.model(), window).columns(&names)?;
    match Search::parse(&state.search) {
        Ok(search) if !search.words().is_empty() && !admin.search.is_empty() => {
            query = query.search(admin.search, &search)?;
        }
        Ok(_) => {}
        Err(SearchError) => {
            let (words, bytes) = (Search::MAX_WORDS, Search::MAX_BYTES);
            let text = format!("That search is too long (at most {words} words and {bytes} bytes).");
            ignored.push(Message::error(text));
        }
    }
    for (column, direction) in &state.order {
        if let Some(name) = columns.get(*column).and_then(Column::name) {
            query = query.then_by(name, *direction)?;
        }
    }
    let (query, unreadable) = filters::apply(admin, state, query)?;
    ignored.extend(unreadable.into_iter().map(Message::warning));
    Ok(ParsedQuery { query, ignored })
}
