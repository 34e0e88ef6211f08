// Models to start from, as far as the database shows them. It does not show choices, defaults, labels, validators, whether
// forms may leave a text empty, the order of lists, and what Django's `on_delete` is: compare with models.py.

use presspass_domain::model::{Field, Model, OnDelete, USER};

/// The table `magazine_article`.
pub static ARTICLE: Model = Model::new("magazine", "article")
    .fields(&[
        Field::foreign_key("author", &USER, OnDelete::DoNothing),
        Field::foreign_key("section", &SECTION, OnDelete::DoNothing).null(),
        Field::text("title", 80),
        Field::slug("slug", 80).unique(),
        Field::lines("text"),
        Field::text("status", 10),
        Field::boolean("featured"),
        Field::date("publish_date").null(),
        Field::timestamp("embargo").null(),
        Field::positive_small_integer("reading_minutes"),
        Field::integer("position").null(),
        Field::decimal("price", 6, 2),
        Field::float("rating").null(),
        Field::text("source", 200), // or a URL: Field::url
        Field::text("contact", 254), // or an e-mail address: Field::email
        Field::uuid("reference").unique(),
        Field::timestamp("created_at"),
        Field::timestamp("updated_at"),
        Field::many_to_many("tags", &TAG),
    ])
    .unique_together(&[&["section", "title"]]);

/// The table `magazine_comment`.
pub static COMMENT: Model = Model::new("magazine", "comment").fields(&[
    Field::foreign_key("article", &ARTICLE, OnDelete::DoNothing),
    Field::foreign_key("author", &USER, OnDelete::DoNothing),
    Field::lines("text"),
    Field::boolean("approved"),
    Field::timestamp("created_at"),
]);

/// The table `magazine_tag`.
pub static TAG: Model = Model::new("magazine", "tag").fields(&[
    Field::text("name", 30).unique(),
]);

/// The table `sections`.
pub static SECTION: Model = Model::new("magazine", "section")
    .stored_in("sections")
    .fields(&[
        Field::text("name", 40).unique(),
        Field::slug("slug", 40).unique(),
        Field::foreign_key("parent", &SECTION, OnDelete::DoNothing).null(),
    ]);
