//! Sections, which may have a parent.

use presspass::{Field, Model, OnDelete, Resource};

pub static SECTION: Model = Model::new("magazine", "section")
    .stored_in("sections")
    .fields(&[
        Field::text("name", 40).unique(),
        Field::slug("slug", 40).unique(),
        Field::foreign_key("parent", &SECTION, OnDelete::Protect).null(),
    ])
    .ordering(&["name"])
    .label("name");

pub fn resource() -> Resource {
    Resource::new(&SECTION, "sections")
        .about("The parts of the magazine.")
        .filters(&["parent", "parent__isnull", "slug"])
        .order_by(&["id"])
        .search(&["name"])
        .admin(|admin| admin)
}
