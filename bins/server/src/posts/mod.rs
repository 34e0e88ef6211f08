//! Posts: endpoints, settings, OpenAPI, the admin.

mod admin;
mod by_cursor;
mod filter;
mod list;
mod options;
mod schema;
mod settings;
mod views;

use presspass::settings::{PaginationStyle, Settings};
use presspass::{App, Route};
use presspass_auth::permissions::Model;
use presspass_persistence::{Database, PostStore};
use presspass_rest::{Endpoint, ListControls};
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
            Route::new(&["/api/posts/{id:[0-9]+}/"], |resource| resource.to(views::detail)),
            Route::new(&["/api/posts/"], |resource| resource.to(views::collection)),
        ])
        .state(Posts::new)
        .api(schema::part)
        .admin(admin::model())
        .link("Posts", "/api/posts/", "Read, write and search posts.")
}
