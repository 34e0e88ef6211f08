//! The models of the magazine.

use presspass_domain::model::{Field, Model, OnDelete, USER};

pub static SECTION: Model = Model::new("magazine", "section")
    .fields(&[
        Field::text("name", 40).unique(),
        Field::slug("slug", 40).unique(),
        Field::foreign_key("parent", &SECTION, OnDelete::Protect).null(),
    ])
    .stored_in("sections")
    .ordering(&["name"])
    .label("name");

pub static TAG: Model = Model::new("magazine", "tag")
    .fields(&[Field::text("name", 30)
        .unique()
        .pattern("^[a-z0-9-]+$", "Lower-case letters, digits and hyphens only.")])
    .ordering(&["name"])
    .label("name");

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
        Field::uuid("reference").random().unique().read_only(),
        Field::created_at("created_at"),
        Field::updated_at("updated_at"),
    ])
    .unique_together(&[&["section", "title"]])
    .ordering(&["-created_at", "-id"])
    .label("title");

pub static COMMENT: Model = Model::new("magazine", "comment")
    .fields(&[
        Field::foreign_key("article", &ARTICLE, OnDelete::Cascade),
        Field::foreign_key("author", &USER, OnDelete::Cascade),
        Field::lines("text").max_length(500),
        Field::boolean("approved").default("false").help("Shown to everybody."),
        Field::created_at("created_at"),
    ])
    .ordering(&["id"])
    .label("text");

pub const MODELS: [&Model; 4] = [&SECTION, &TAG, &ARTICLE, &COMMENT];
