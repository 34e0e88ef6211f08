//! Posts in the admin.

use presspass_admin::{Fieldset, ModelAdmin};
use presspass_domain::model::POST;

pub(super) fn model() -> ModelAdmin {
    ModelAdmin {
        columns: &["title", "created_at", "updated_at"],
        filters: &["created_at", "updated_at"],
        search: &["title", "content"],
        fieldsets: const {
            &[
                Fieldset::plain(&["title", "content"]),
                Fieldset::titled("Dates", &["created_at", "updated_at"]),
            ]
        },
        api: Some("/api/posts/"),
        ..ModelAdmin::new(&POST)
    }
}
