//! `GET api/posts/`

use actix_web::http::StatusCode;
use presspass_domain::{Direction, Post, PostColumn, PostFilter, PostQuery, Slice, Window};
use presspass_rest::pagination::{Cursor, LimitOffset, ListAddress, PageNumber};
use presspass_rest::{Call, CallerKey, Extent, Failure, ListSink, Reply};
use presspass_serializers::posts::Representation;
use presspass_serializers::{Page, UncountedPage};

use super::Posts;
use super::by_cursor::CursorOrder;
use super::filter::{filter, order};
use presspass::{Pagination, Services};

pub(super) async fn get(
    call: &Call<'_>,
    services: &Services,
    posts: &Posts,
    caller: CallerKey,
) -> Result<Reply, Failure> {
    let order = order(call.query());
    let filter = filter(call.query(), posts.has_filters)?;
    let list = async |query| read(services, posts, caller, query).await;
    let address = || ListAddress::of(call.request(), &services.proxies);
    match &services.pagination {
        Pagination::LimitOffset { default, max } => {
            let Some(page) = LimitOffset::of(call.query(), *default, *max)? else {
                return whole(call, services, posts, caller, filter, order).await;
            };
            let window = Window::Part { limit: page.limit, offset: page.offset() };
            let slice = list(PostQuery { filter, order, window }).await?;
            let address = address()?;
            let (next, previous) = (page.next(&address, slice.count), page.previous(&address));
            Ok(envelope(call, &slice, next, previous))
        }
        Pagination::PageNumber(size) => {
            let Some(size) = size.of(call.query()) else {
                return whole(call, services, posts, caller, filter, order).await;
            };
            let asked = PageNumber::of(call.query(), size)?;
            let window = match asked {
                PageNumber::Last => Window::Last { size },
                PageNumber::Page(number) => Window::Part { limit: size, offset: (number - 1) * size },
            };
            let slice = list(PostQuery { filter, order, window }).await?;
            let page = asked.within(size, slice.count)?;
            let address = address()?;
            Ok(envelope(call, &slice, page.next(&address), page.previous(&address)))
        }
        Pagination::Cursor(size) => match size.of(call.query()) {
            Some(size) => {
                by_cursor(call, services, posts, caller, filter, CursorOrder::new(order), size).await
            }
            None => whole(call, services, posts, caller, filter, order).await,
        },
        Pagination::None => whole(call, services, posts, caller, filter, order).await,
    }
}

async fn read(
    services: &Services,
    posts: &Posts,
    caller: CallerKey,
    query: PostQuery,
) -> Result<Slice<Post>, Failure> {
    let _permit = services.list_reads.permit(caller).await?;
    Ok(posts.store.list(query).await?)
}

async fn by_cursor(
    call: &Call<'_>,
    services: &Services,
    posts: &Posts,
    caller: CallerKey,
    filter: PostFilter,
    order: CursorOrder,
    size: i64,
) -> Result<Reply, Failure> {
    let cursor = Cursor::of(call.query())?;
    let query = order.query(filter, cursor.as_ref(), size)?;
    let found = read(services, posts, caller, query).await?;
    let (page, posts) = order.page(cursor, size, found.items)?;
    let address = ListAddress::of(call.request(), &services.proxies)?;
    let (next, previous) = (page.next(&address), page.previous(&address));
    let results: Vec<Representation<'_>> = posts.iter().map(Representation::from).collect();
    Ok(call.reply(StatusCode::OK, &UncountedPage { next, previous, results }))
}

fn represent(slice: &Slice<Post>) -> Vec<Representation<'_>> {
    slice.items.iter().map(Representation::from).collect()
}

/// All of the list, however long it is.
async fn whole(
    call: &Call<'_>,
    services: &Services,
    posts: &Posts,
    caller: CallerKey,
    filter: PostFilter,
    order: Vec<(PostColumn, Direction)>,
) -> Result<Reply, Failure> {
    let write = |mut sink: ListSink| {
        let (store, reads) = (posts.store.clone(), services.list_reads.clone());
        let (filter, order) = (filter.clone(), order.clone());
        async move {
            let _permit = reads.permit(caller).await?;
            let emit = Box::new(move |post: Post| sink.push(&Representation::from(&post)));
            Ok(store.stream(filter, order, emit).await?)
        }
    };
    let extent = if filter == PostFilter::default() { Extent::All } else { Extent::Some };
    call.list(&services.streams, caller, extent, write).await
}

fn envelope(call: &Call<'_>, slice: &Slice<Post>, next: Option<String>, previous: Option<String>) -> Reply {
    let envelope = Page { count: slice.count, next, previous, results: represent(slice) };
    call.reply(StatusCode::OK, &envelope)
}
