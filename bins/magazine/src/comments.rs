//! Comments, which are listed and written below their article.

use presspass::{Field, Model, ObjectPermission, OnDelete, Resource, USER, Value};

use crate::articles::ARTICLE;

pub static COMMENT: Model = Model::new("magazine", "comment")
    .fields(&[
        Field::foreign_key("article", &ARTICLE, OnDelete::Cascade),
        Field::foreign_key("author", &USER, OnDelete::Cascade),
        Field::lines("text").max_length(500),
        Field::boolean("approved").default("false").help("Shown to everybody."),
        Field::created_at("created_at"),
    ])
    .ordering(&["id"])
    .label_from(&["text"], beginning);

/// The first forty characters of the text.
fn beginning(values: &[Value]) -> String {
    values.first().map(Value::text).unwrap_or_default().chars().take(40).collect()
}

pub fn resource() -> Resource {
    Resource::new(&COMMENT, "comments")
        .about("What readers say about articles.")
        .below("articles/{article}/comments")
        .fields(&["id", "article", "author.username as author", "text", "approved", "created_at"])
        .read_only_fields(&["article"])
        .object_permission(ObjectPermission::owner_or_read_only(&["author"]))
        .on_create(|user, comment| comment.set("author", user.id))
        .filters(&["approved"])
        .search(&["text"])
        .ordering(&["id", "text", "approved", "created_at"])
        .admin(|admin| admin)
}
