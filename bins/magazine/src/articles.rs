//! Articles: callers see what is published, and their own; staff see all of them.

use presspass::{Field, Fieldset, Model, ObjectPermission, OnDelete, Resource, USER};

use crate::sections::SECTION;
use crate::tags::TAG;

pub static ARTICLE: Model = Model::new("magazine", "article")
    .fields(&[
        Field::foreign_key("author", &USER, OnDelete::Cascade),
        Field::foreign_key("section", &SECTION, OnDelete::SetNull).null(),
        Field::many_to_many("tags", &TAG).blank(),
        Field::text("title", 80),
        Field::slug("slug", 80).unique(),
        Field::lines("body").blank().stored_as("text"),
        Field::choice("status", &[("draft", "Draft"), ("published", "Published"), ("archived", "Archived")])
            .max_length(10)
            .default("draft"),
        Field::boolean("featured").default("false"),
        Field::date("publish_date").null(),
        Field::timestamp("embargo").null(),
        Field::positive_small_integer("reading_minutes").default("1"),
        Field::integer("position").null().min(-100).max(100),
        Field::decimal("price", 6, 2).default("0.00"),
        Field::float("rating").null(),
        Field::url("source").blank(),
        Field::email("contact").blank(),
        Field::uuid("reference").unique().random().read_only(),
        Field::created_at("created_at"),
        Field::updated_at("updated_at"),
    ])
    .unique_together(&[&["section", "title"]])
    .ordering(&["-created_at", "-id"])
    .label("title");

pub fn resource() -> Resource {
    Resource::new(&ARTICLE, "articles")
        .about("What the magazine prints.")
        .fields(&[
            "id",
            "author.username as author",
            "section",
            "tags",
            "title",
            "slug",
            "body",
            "status",
            "featured",
            "publish_date",
            "embargo",
            "reading_minutes",
            "position",
            "price",
            "rating",
            "source",
            "contact",
            "reference",
            "created_at",
            "updated_at",
        ])
        .visible(
            |user, rows| {
                if user.is_staff { rows } else { rows.is("status", "published").or_is("author", user.id) }
            },
        )
        .object_permission(ObjectPermission::owner_or_read_only(&["author"]))
        .on_create(|user, article| article.set("author", user.id))
        .filters(&[
            "author",
            "author__username",
            "section",
            "section__isnull",
            "tags",
            "status",
            "featured",
            "publish_date",
            "publish_date__gte",
            "publish_date__lte",
            "reading_minutes",
            "reading_minutes__gte",
            "reading_minutes__lte",
            "price__gt",
            "price__lt",
            "title",
            "title__icontains",
            "title__istartswith",
        ])
        .order_by(&["id"])
        .search(&["title", "body", "author.username"])
        .ordering(&[
            "id",
            "section",
            "title",
            "slug",
            "body",
            "status",
            "featured",
            "publish_date",
            "embargo",
            "reading_minutes",
            "position",
            "price",
            "rating",
            "created_at",
            "updated_at",
        ])
        .admin(|admin| {
            admin
                .columns(&["title", "section", "status", "featured", "publish_date"])
                .filters(&["status", "featured", "section", "publish_date"])
                .search(&["title", "body"])
                .fieldsets(&[
                    Fieldset::plain(&["author", "section", "tags", "title", "slug", "body"]),
                    Fieldset::titled(
                        "Publication",
                        &["status", "featured", "publish_date", "embargo", "position"],
                    ),
                    Fieldset::titled("More", &["reading_minutes", "price", "rating", "source", "contact"]),
                ])
        })
}
