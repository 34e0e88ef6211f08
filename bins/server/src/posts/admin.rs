//! Posts in the admin.

use presspass_admin::{Fieldset, ModelAdmin};
use presspass_domain::model::POST;

pub(super) fn model() -> ModelAdmin {
    ModelAdmin::new(&POST)
        .columns(&["title", "created_at", "updated_at"])
        .filters(&["created_at", "updated_at"])
        .search(&["title", "content"])
        .fieldsets(&[
            Fieldset::plain(&["title", "content"]),
            Fieldset::titled("Dates", &["created_at", "updated_at"]),
        ])
        .api("/api/posts/")
}
