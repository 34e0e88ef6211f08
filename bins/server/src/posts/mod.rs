//! Posts: endpoints, settings, OpenAPI, the admin.

mod admin;
mod by_cursor;
mod create;
mod destroy;
mod filter;
mod list;
mod options;
mod retrieve;
mod schema;
mod settings;
mod update;

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass::settings::{PaginationStyle, Settings};
use presspass::{App, Identity, Route, Services, enter};
use presspass_auth::permissions::Model;
use presspass_persistence::{Database, PostStore};
use presspass_rest::{Endpoint, Failure, ListControls, answer};
use presspass_serializers::posts::FIELDS;

use self::filter::{FILTER_FIELDS, ORDERS};

/// The model whose permissions these endpoints require.
const MODEL: Model = Model { app_label: "posts", name: "post" };

/// The scope by whose rate these endpoints are throttled.
const SCOPE: &str = "posts";

const LIST: Endpoint = Endpoint::new("Post List", "GET, POST, HEAD, OPTIONS").fields(FIELDS);

const DETAIL: Endpoint =
    Endpoint::new("Post Detail", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS").fields(FIELDS);

const READ_ONLY: &str = "GET, HEAD, OPTIONS";

fn list_endpoint(settings: &Settings) -> Endpoint {
    let controls = ListControls {
        has_search: true,
        orders: &ORDERS,
        filters: if settings.project.is_true(&settings::FILTERS) { FILTER_FIELDS } else { &[] },
        takes_limit: settings.pagination.style == PaginationStyle::LimitOffset,
    };
    let allow = if settings.project.is_true(&settings::READ_ONLY) { READ_ONLY } else { LIST.allow };
    Endpoint { allow, controls: Some(controls), ..LIST }
}

fn detail_endpoint(settings: &Settings) -> Endpoint {
    let allow = if settings.project.is_true(&settings::READ_ONLY) { READ_ONLY } else { DETAIL.allow };
    Endpoint { allow, ..DETAIL }
}

/// What the endpoints share.
#[derive(Debug)]
struct Posts {
    store: PostStore,
    /// Whether lists filter by field.
    has_filters: bool,
    list: Endpoint,
    detail: Endpoint,
}

impl Posts {
    fn new(settings: &Settings, database: &Database) -> Self {
        Self {
            store: PostStore::new(database.clone()),
            has_filters: settings.project.is_true(&settings::FILTERS),
            list: list_endpoint(settings),
            detail: detail_endpoint(settings),
        }
    }
}

/// Adds posts to a project.
pub fn add_to(app: App) -> App {
    app.settings(settings::ALL)
        .routes([
            Route::new(&["/api/posts/{id:[0-9]+}/"], |resource| resource.to(detail)),
            Route::new(&["/api/posts/"], |resource| resource.to(list)),
        ])
        .state(Posts::new)
        .api(schema::part)
        .admin(admin::model())
        .link("Posts", "/api/posts/", "Read, write and search posts.")
}

/// `api/posts/`
async fn list(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
    posts: Data<Posts>,
) -> HttpResponse {
    answer(&request, body, &posts.list, async |call| {
        let caller = services.identify(call).await?;
        let account = enter(call, &services, caller, MODEL, SCOPE).await?;
        match call.method() {
            "GET" | "HEAD" => {
                let caller = services.caller_key(call.request(), account.as_ref());
                list::get(call, &services, &posts, caller).await
            }
            "POST" => create::post(call, &services, &posts).await,
            _ => options::list(call, &services, account.as_ref()).await,
        }
    })
    .await
}

/// `api/posts/<id>/`
async fn detail(
    request: HttpRequest,
    path: Path<String>,
    body: Payload,
    services: Data<Services>,
    posts: Data<Posts>,
) -> HttpResponse {
    // The route accepts digits alone: what is no i64 is larger than any id.
    let id = path.parse::<i64>().ok();
    answer(&request, body, &posts.detail, async |call| {
        let caller = services.identify(call).await?;
        let reads = matches!(call.method(), "GET" | "HEAD");
        // A read looks up its reader together with the post.
        if let (true, Some(Identity::Claimed(claim)), Some(id)) = (reads, &caller, id) {
            return retrieve::get_for(call, &services, &posts, claim.clone(), id).await;
        }
        let account = enter(call, &services, caller, MODEL, SCOPE).await?;
        let id = id.ok_or(Failure::NotFound);
        match call.method() {
            "GET" | "HEAD" => retrieve::get(call, &posts, id?).await,
            "PUT" | "PATCH" => {
                let found = posts.store.find(id?).await?;
                let post = found.ok_or(Failure::NotFound)?;
                update::put_or_patch(call, &services, &posts, &post).await
            }
            "DELETE" => destroy::delete(call, &posts, id?).await,
            _ => options::detail(call, &services, &posts, account.as_ref(), id.ok()).await,
        }
    })
    .await
}
