//! The page of a list.

use askama::Template;
use presspass_domain::admin::{ListQuery, Row, Search, Value};
use presspass_domain::{Direction, Slice, Window};
use presspass_rest::pages::{Button, ButtonStyle, Html, Message, Pager};

use super::filters::{self, Facet};
use super::state::ListState;
use super::{ACTION, DELETE_SELECTED, SELECTED};
use crate::ask::{AdminError, Answer, Ask};
use crate::display::{Shown, counted, is_number};
use crate::model_admin::ModelAdmin;
use crate::site::{Page, label_of};

/// A column, and how to order by it.
struct Column {
    label: &'static str,
    href: String,
    /// `ascending` or `descending`, where the list is ordered by it first.
    sort: Option<&'static str>,
    is_number: bool,
}

struct Line {
    id: i64,
    label: String,
    href: String,
    first: Shown,
    cells: Vec<Cell>,
}

struct Cell {
    label: &'static str,
    shown: Shown,
    is_number: bool,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListTemplate<'l> {
    action: &'static str,
    delete_selected: &'static str,
    selected: &'static str,
    csrf: &'l str,
    state: &'l ListState,
    query: String,
    searches: bool,
    widened: String,
    facets: Vec<Facet>,
    is_open: bool,
    columns: Vec<Column>,
    lines: Vec<Line>,
    may_delete: bool,
    plural: &'static str,
    add: Option<String>,
    pager: Pager,
    label_heading: String,
}

impl ListState {
    /// The state of the list that a query asks for.
    pub(crate) fn of(admin: &ModelAdmin, query: &presspass_rest::Query) -> Self {
        Self::read(query.clone(), admin.columns.len(), |lookup| filters::knows(admin, lookup))
    }

    /// The state of the list that the page of a record was opened from.
    pub(crate) fn kept(admin: &ModelAdmin, query: &presspass_rest::Query) -> Self {
        Self::read_kept(query, admin.columns.len(), |lookup| filters::knows(admin, lookup))
    }
}

/// The page.
pub(super) async fn see(page: &Page<'_>, ask: Ask<'_>) -> Result<Answer, AdminError> {
    let Page { site, admin, rights, list } = *page;
    let mut state = list.clone();
    let mut messages = Vec::new();
    let size = i64::from(admin.per_page.max(1));
    let search = match Search::parse(&state.search) {
        Ok(search) if !search.words().is_empty() && !admin.search.is_empty() => Some(search),
        Ok(_) => None,
        Err(error) => {
            messages.push(Message::error(format!("This was not searched for: {error}.")));
            None
        }
    };
    let query = |state: &ListState| {
        let window = Window::Part { limit: size, offset: i64::from(state.page - 1) * size };
        let mut query = ListQuery::new(page.model(), window).columns(admin.columns)?;
        if let Some(search) = &search {
            query = query.search(admin.search, search.clone())?;
        }
        for (column, direction) in &state.order {
            if let Some(name) = admin.columns.get(*column) {
                query = query.then_by(name, *direction)?;
            }
        }
        filters::narrow(admin, state, query)
    };
    let (first, unread) = query(&state)?;
    for label in unread {
        let text = format!("The filter by {} could not be read, and is not applied.", label.to_lowercase());
        messages.push(Message::warning(text));
    }
    let order = first.order();
    let mut slice = admin.reader().list(first).await?;
    let pages = u32::try_from((slice.count + size - 1) / size).unwrap_or(u32::MAX).max(1);
    if state.page > pages {
        // Records were deleted meanwhile, or somebody typed it.
        state.page = pages;
        slice = admin.reader().list(query(&state)?.0).await?;
    }
    let by_first = order.first().map(|(field, direction)| (field.name, *direction));
    let columns = admin.columns.iter().enumerate().filter_map(|(at, name)| {
        let field = admin.field(name)?;
        let now = by_first.filter(|(first, _)| first == name).map(|(_, direction)| direction);
        let sort = now.map(|it| if it == Direction::Ascending { "ascending" } else { "descending" });
        let href = state.ordered_by(at, now);
        Some(Column { label: field.label, href, sort, is_number: is_number(field) })
    });
    let columns: Vec<Column> = columns.collect();
    // What the list turned out to be is what its records keep.
    let page = &Page { list: &state, ..*page };
    let Slice { items, count } = slice;
    let lines = items.into_iter().map(|row| line(page, &row)).collect();
    let model = page.model();
    let found = counted(count, model.verbose_name, model.verbose_name_plural);
    let summary = if state.is_narrowed() { format!("{found} found") } else { found };
    let facets = filters::facets(site, admin, &state, ask.now).await?;
    let is_open = false;
    let add = rights.add.then(|| page.add_path());
    let template = ListTemplate {
        action: ACTION,
        delete_selected: DELETE_SELECTED,
        selected: SELECTED,
        csrf: ask.csrf,
        query: state.to_query(),
        searches: !admin.search.is_empty(),
        widened: state.widened(),
        facets,
        is_open,
        columns,
        lines,
        may_delete: rights.delete && count > 0,
        plural: model.verbose_name_plural,
        add: add.clone(),
        pager: Pager::numbered(summary, u64::from(state.page), u64::from(pages), |number| {
            state.on_page(u32::try_from(number).unwrap_or(u32::MAX))
        }),
        label_heading: crate::display::capitalized(model.verbose_name),
        state: &state,
    };
    let title = crate::display::capitalized(model.verbose_name_plural);
    let mut layout = page.layout(ask.staff, title.clone(), Html::of(&template));
    layout.crumbs.push(presspass_rest::pages::Crumb::here(title));
    layout.messages = messages;
    layout.actions = add.map(|href| {
        let label = format!("Add {}", model.verbose_name);
        Html::trusted(Button::link(label, ButtonStyle::Primary, href).to_string())
    });
    Ok(Answer::page(layout))
}

fn line(page: &Page<'_>, row: &Row) -> Line {
    let shown = |value: &(&'static presspass_domain::admin::Field, Value)| {
        Shown::in_list(page.admin, value.0, &value.1)
    };
    let mut values = row.values.iter();
    let first = values.next().map_or_else(|| Shown::Text(row.label.clone()), shown);
    // What leads to the record must not be invisible.
    let first = match first {
        Shown::Text(text) => Shown::Text(label_of(&text)),
        Shown::Nothing => Shown::Text(label_of("")),
        other => other,
    };
    let cells =
        values.map(|value| Cell { label: value.0.label, shown: shown(value), is_number: is_number(value.0) });
    Line {
        id: row.id,
        label: label_of(&row.label),
        href: page.path_to(row.id, "change"),
        first,
        cells: cells.collect(),
    }
}
