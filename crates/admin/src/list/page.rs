//! The page of a list.

use std::borrow::Cow;

use askama::Template;
use presspass_domain::model::{Key, Row};
use presspass_domain::{Direction, Slice, Window};
use presspass_rest::pages::{Button, ButtonStyle, Html, Pager};

use super::filters::{self, Facet};
use super::query::{ParsedQuery, list_query};
use super::state::ListState;
use super::{ACROSS, ACTION, DELETE_SELECTED, SELECTED};
use crate::delete::MAX_SELECTED;
use crate::display::{Shown, capitalized, count_of, is_number, path_label, with_separators};
use crate::model_admin::{Column, ModelAdmin};
use crate::page::{Page, label_of};
use crate::request::{AdminError, AdminRequest, AdminResponse};

/// A column, and how to order by it.
struct Heading {
    label: String,
    /// `None` for the label, which lists cannot be ordered by.
    href: Option<String>,
    /// `ascending` or `descending`, where the list is ordered by it first.
    sort: Option<&'static str>,
    is_number: bool,
}

struct Line {
    id: Key,
    label: String,
    href: String,
    first: Shown,
    cells: Vec<Cell>,
}

struct Cell {
    label: String,
    shown: Shown,
    is_number: bool,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListTemplate<'l> {
    action: &'static str,
    delete_selected: &'static str,
    selected: &'static str,
    across: Across,
    across_name: &'static str,
    csrf: &'l str,
    state: &'l ListState,
    query: String,
    searches: bool,
    unfiltered: String,
    facets: Vec<Facet>,
    is_open: bool,
    columns: Vec<Heading>,
    lines: Vec<Line>,
    may_delete: bool,
    plural: Cow<'static, str>,
    add: Option<String>,
    pager: Pager,
}

/// Whether all records of the list can be selected, those of its other pages included.
enum Across {
    /// There are no other pages.
    Needless,
    /// In these words, and those that say that they are.
    Offered { label: String, selected: String },
    /// They are too many to be selected at once.
    TooMany(String),
}

impl Across {
    fn of(count: i64, pages: u32, state: &ListState, (one, many): (&str, &str)) -> Self {
        if pages < 2 {
            Self::Needless
        } else if count > i64::from(MAX_SELECTED) {
            Self::TooMany(with_separators(MAX_SELECTED.into()))
        } else {
            let counted = count_of(count, one, many);
            let matching = if state.is_filtered() { " that match" } else { "" };
            Self::Offered {
                label: format!("All {counted}{matching}"),
                selected: format!("All {counted} selected"),
            }
        }
    }
}

impl ListState {
    /// The state of the list that a query asks for.
    pub(crate) fn of(admin: &ModelAdmin, query: &presspass_rest::Query) -> Self {
        Self::read(query.clone(), admin.columns.len(), |lookup| filters::is_lookup(admin, lookup))
    }

    /// The state of the list that the page of a record was opened from.
    pub(crate) fn preserved(admin: &ModelAdmin, query: &presspass_rest::Query) -> Self {
        Self::read_preserved(query, admin.columns.len(), |lookup| filters::is_lookup(admin, lookup))
    }
}

/// The page.
pub(super) async fn render_list(
    page: &Page<'_>,
    request: AdminRequest<'_>,
) -> Result<AdminResponse, AdminError> {
    let Page { site, admin, rights, list } = *page;
    let mut state = list.clone();
    let size = i64::from(admin.per_page.max(1));
    let query = |state: &ListState| {
        list_query(page, state, Window::Part { limit: size, offset: i64::from(state.page - 1) * size })
    };
    let ParsedQuery { query: first, ignored } = query(&state)?;
    let order = first.order();
    let mut slice = page.store().list(first).await?;
    let pages = u32::try_from((slice.count + size - 1) / size).unwrap_or(u32::MAX).max(1);
    if state.page > pages {
        // Records were deleted meanwhile, or the number was typed.
        state.page = pages;
        slice = page.store().list(query(&state)?.query).await?;
    }
    let by_first = order.first().cloned();
    let list_columns = admin.list_columns();
    let heading = |(at, column): (usize, &Column)| {
        let Column::Field(_, path) = column else {
            let label = capitalized(page.model().verbose_name());
            return Heading { label, href: None, sort: None, is_number: false };
        };
        let now = by_first.as_ref().filter(|(first, _)| first == path).map(|(_, direction)| *direction);
        let sort = now.map(|it| if it == Direction::Ascending { "ascending" } else { "descending" });
        let (label, href) = (path_label(path), Some(state.ordered_by(at, now)));
        Heading { label, href, sort, is_number: is_number(path.field) }
    };
    let columns: Vec<Heading> = list_columns.iter().enumerate().map(heading).collect();
    // Links to records preserve the page that is shown, not the one that was asked for.
    let page = &Page { list: &state, ..*page };
    let Slice { items, count } = slice;
    let lines = items.into_iter().map(|row| line(page, &list_columns, &row)).collect();
    let model = page.model();
    let plural = model.verbose_name_plural();
    let found = count_of(count, model.verbose_name(), &plural);
    let summary = if state.is_filtered() { format!("{found} found") } else { found };
    let facets = filters::facets(site, admin, &state, request.now).await?;
    let is_open = false;
    let add = rights.add.then(|| page.add_path());
    let template = ListTemplate {
        action: ACTION,
        delete_selected: DELETE_SELECTED,
        selected: SELECTED,
        across: Across::of(count, pages, &state, (model.verbose_name(), &plural)),
        across_name: ACROSS,
        csrf: request.csrf,
        query: state.to_query(),
        searches: !admin.search.is_empty(),
        unfiltered: state.unfiltered(),
        facets,
        is_open,
        columns,
        lines,
        may_delete: rights.delete && count > 0,
        plural: plural.clone(),
        add: add.clone(),
        pager: Pager::numbered(summary, u64::from(state.page), u64::from(pages), |number| {
            state.on_page(u32::try_from(number).unwrap_or(u32::MAX))
        }),
        state: &state,
    };
    let title = capitalized(&plural);
    let mut layout = page.layout(request.staff, title.clone(), Html::of(&template));
    layout.crumbs.push(presspass_rest::pages::Crumb::here(title));
    layout.messages = ignored;
    layout.actions = add.map(|href| {
        let label = format!("Add {}", model.verbose_name());
        Html::trusted(Button::link(label, ButtonStyle::Primary, href).to_string())
    });
    Ok(AdminResponse::page(layout))
}

fn line(page: &Page<'_>, columns: &[Column], row: &Row) -> Line {
    let mut values = row.values.iter();
    let cells = columns.iter().filter_map(|column| match column {
        Column::Label => {
            let label = capitalized(page.model().verbose_name());
            Some(Cell { label, shown: Shown::Text(label_of(&row.label)), is_number: false })
        }
        Column::Field(_, path) => {
            let (field, value) = values.next()?;
            let shown = Shown::in_list(page.admin, field, value);
            Some(Cell { label: path_label(path), shown, is_number: is_number(field) })
        }
    });
    let mut cells = cells.collect::<Vec<_>>().into_iter();
    // The link to the record must not be invisible.
    let first = match cells.next().map(|cell| cell.shown) {
        Some(Shown::Text(text)) => Shown::Text(label_of(&text)),
        Some(Shown::Nothing) | None => Shown::Text(label_of("")),
        Some(other) => other,
    };
    Line {
        id: row.id,
        label: label_of(&row.label),
        href: page.path_to(row.id, "change"),
        first,
        cells: cells.collect(),
    }
}
