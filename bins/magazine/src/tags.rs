//! Tags of articles.

use presspass::{Field, Model, Resource};

pub static TAG: Model = Model::new("magazine", "tag")
    .fields(&[Field::text("name", 30)
        .unique()
        .pattern("^[a-z0-9-]+$", "Lower-case letters, digits and hyphens only.")])
    .ordering(&["name"])
    .label("name");

pub fn resource() -> Resource {
    Resource::new(&TAG, "tags")
        .about("Words that articles are marked with.")
        .order_by(&["id"])
        .search(&["^name"])
        .admin(|admin| admin)
}
