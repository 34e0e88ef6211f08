//! Posts: their API, their settings and their registration in the admin.

use presspass::settings::{Fallback, Kind, Setting};
use presspass::{App, Fieldset, POST, Resource};

static READ_ONLY: Setting = Setting {
    name: "posts.read_only",
    kind: Kind::Boolean,
    default: Fallback::Value("false"),
    help: "Whether posts are read-only in the API; writes are then answered 405.",
    why: "`permissions` decides who may write.",
};

static FILTERS: Setting = Setting {
    name: "posts.filters",
    kind: Kind::Boolean,
    default: Fallback::Value("true"),
    help: "Whether lists filter by field, such as `?title__icontains=` and `?created_at__gte=`.",
    why: "As django-filter does in the sample project.",
};

fn resource() -> Resource {
    Resource::new(&POST, "posts")
        .about("Read, write and search posts.")
        .read_only_by(&READ_ONLY)
        .filters(&[
            "title",
            "title__icontains",
            "created_at__gte",
            "created_at__lte",
            "updated_at__gte",
            "updated_at__lte",
        ])
        .filters_by(&FILTERS)
        .search(&["title", "content"])
        .admin(|admin| {
            admin
                .columns(&["title", "created_at", "updated_at"])
                .filters(&["created_at", "updated_at"])
                .search(&["title", "content"])
                .fieldsets(&[
                    Fieldset::plain(&["title", "content"]),
                    Fieldset::titled("Dates", &["created_at", "updated_at"]),
                ])
                .api("/api/posts/")
        })
}

/// Adds posts to a project, after its own migrations.
#[must_use]
pub fn add_to(app: App) -> App {
    app.settings(&[&READ_ONLY, &FILTERS]).resources([resource()]).migrations(presspass::migrations!())
}
