//! `GET` of a resource's list: pages of every style, and the whole list.

use actix_web::http::StatusCode;
use presspass_domain::model::{Condition, Path, Selection};
use presspass_domain::{Direction, Window};
use presspass_persistence::JsonSlice;
use presspass_rest::pagination::{Cursor, CursorPage, LimitOffset, ListAddress, PageNumber};
use presspass_rest::{Call, CallerKey, Extent, Failure, ListSink, Reply};
use presspass_serializers::{Indent, to_json};

use super::ResourceState;
use super::pagination::Pages;
use super::query::{beyond, columns};
use crate::app::services::Services;

/// A list that is being read, for one caller.
pub(super) struct List<'l> {
    pub state: &'l ResourceState,
    pub services: &'l Services,
    pub caller: CallerKey,
    /// What the caller sees, and what the path and the query select.
    pub condition: Condition,
    /// Whether that is everything.
    pub extent: Extent,
    pub order: Vec<(&'l Path, Direction)>,
}

impl List<'_> {
    pub async fn get(self, call: &Call<'_>) -> Result<Reply, Failure> {
        match &self.state.pages {
            Pages::LimitOffset { default, max } => {
                let Some(page) = LimitOffset::of(call.query(), *default, *max)? else {
                    return self.whole(call).await;
                };
                let slice = self.read(Window::Part { limit: page.limit, offset: page.offset() }).await?;
                let address = ListAddress::of(call.request(), &self.services.proxies)?;
                let (next, previous) = (page.next(&address, slice.count), page.previous(&address));
                Ok(envelope(call, Some(slice.count), next, previous, slice.rows))
            }
            Pages::PageNumber(size) => {
                let Some(size) = size.of(call.query()) else { return self.whole(call).await };
                let asked = PageNumber::of(call.query(), size)?;
                let window = match asked {
                    PageNumber::Last => Window::Last { size },
                    PageNumber::Page(number) => Window::Part { limit: size, offset: (number - 1) * size },
                };
                let slice = self.read(window).await?;
                let page = asked.within(size, slice.count)?;
                let address = ListAddress::of(call.request(), &self.services.proxies)?;
                Ok(envelope(
                    call,
                    Some(slice.count),
                    page.next(&address),
                    page.previous(&address),
                    slice.rows,
                ))
            }
            Pages::Cursor(size) => match size.of(call.query()) {
                Some(size) => self.by_cursor(call, size).await,
                None => self.whole(call).await,
            },
            Pages::None => self.whole(call).await,
        }
    }

    fn selection(&self, window: Window) -> Selection {
        let registered = &self.state.registered;
        Selection {
            model: registered.resource.model,
            outputs: registered.resolved.outputs.clone(),
            condition: self.condition.clone(),
            order: if self.order.is_empty() {
                registered.resolved.default_order.clone()
            } else {
                columns(&self.order)
            },
            window,
        }
    }

    async fn read(&self, window: Window) -> Result<JsonSlice, Failure> {
        let _permit = self.services.list_reads.permit(self.caller).await?;
        Ok(self.state.store.select(self.selection(window)).await?)
    }

    /// All of the list, however long it is.
    async fn whole(self, call: &Call<'_>) -> Result<Reply, Failure> {
        let selection = self.selection(Window::All);
        let write = |mut sink: ListSink| {
            let (store, reads) = (self.state.store.clone(), self.services.list_reads.clone());
            let (selection, caller) = (selection.clone(), self.caller);
            async move {
                let _permit = reads.permit(caller).await?;
                Ok(store.stream_json(selection, Box::new(move |item: &[u8]| sink.push_json(item))).await?)
            }
        };
        call.list(&self.services.streams, self.caller, self.extent, write).await
    }

    async fn by_cursor(self, call: &Call<'_>, size: i64) -> Result<Reply, Failure> {
        let cursor = Cursor::of(call.query())?;
        let Cursor { offset, reverse, position } = cursor.clone().unwrap_or_default();
        let order = if self.order.is_empty() {
            self.state.registered.resolved.cursor_order.iter().map(|(path, way)| (path, *way)).collect()
        } else {
            self.order.clone()
        };
        let turned: Vec<(&Path, Direction)> =
            order.iter().map(|(path, way)| (*path, if reverse { way.reversed() } else { *way })).collect();
        let Some((first, way)) = turned.first() else { return Err(Failure::InvalidCursor) };
        let mut condition = vec![self.condition.clone()];
        if let Some(position) = &position {
            condition.push(beyond(first, *way, position).ok_or(Failure::InvalidCursor)?);
        }
        let selection = Selection {
            condition: Condition::All(condition),
            order: columns(&turned),
            ..self.selection(Window::Uncounted { limit: size + 1, offset })
        };
        let permit = self.services.list_reads.permit(self.caller).await?;
        let found = self.state.store.select_positioned(selection, (*first).clone()).await?;
        drop(permit);
        let positions = found.positions;
        let mut items = found.items;
        items.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        if reverse {
            items.reverse();
        }
        let page = CursorPage::new(cursor, size, positions)?;
        let address = ListAddress::of(call.request(), &self.services.proxies)?;
        Ok(envelope(call, None, page.next(&address), page.previous(&address), items.join(&b',')))
    }
}

/// DRF's envelopes of a page; `rows` are objects in compact JSON, separated by commas.
fn envelope(
    call: &Call<'_>,
    count: Option<i64>,
    next: Option<String>,
    previous: Option<String>,
    rows: Vec<u8>,
) -> Reply {
    let mut json = Vec::with_capacity(rows.len() + 200);
    json.push(b'{');
    if let Some(count) = count {
        json.extend_from_slice(format!("\"count\":{count},").as_bytes());
    }
    for (name, address) in [("next", next), ("previous", previous)] {
        json.extend_from_slice(format!("\"{name}\":").as_bytes());
        json.extend(to_json(&address, Indent::Compact));
        json.push(b',');
    }
    json.extend_from_slice(b"\"results\":[");
    json.extend(rows);
    json.extend_from_slice(b"]}");
    call.reply_json(StatusCode::OK, json)
}
