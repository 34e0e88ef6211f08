//! `GET api/posts/`

use actix_web::http::StatusCode;
use presspass_domain::Window;
use presspass_rest::pagination::LimitOffset;
use presspass_rest::{Call, Failure, Links, Reply};
use presspass_serializers::Page;
use presspass_serializers::posts::Representation;

use crate::failures;
use crate::services::Services;

pub(super) async fn get(call: &Call<'_>, services: &Services) -> Result<Reply, Failure> {
    let page = LimitOffset::of(call.query(), services.page_size)?;
    let window = page.map_or(Window::All, |LimitOffset { limit, offset }| Window::Part { limit, offset });
    let slice = services.posts.list(window).await.map_err(failures::store)?;
    let results: Vec<Representation<'_>> = slice.items.iter().map(Representation::from).collect();
    let Some(page) = page else { return Ok(call.reply(StatusCode::OK, &results)) };
    let links = Links::of(call.request(), &services.proxies)?;
    let (path, query) = (call.request().uri().path(), call.request().query_string());
    let envelope = Page {
        count: slice.count,
        next: page.next(&links, path, query, slice.count),
        previous: page.previous(&links, path, query),
        results,
    };
    Ok(call.reply(StatusCode::OK, &envelope))
}
