//! Models with every kind of field, as `kinds.py` has them in Django.

use presspass_domain::model::{Field, Model, OnDelete, USER};

pub static KIND: Model = Model::new("kinds", "kind")
    .fields(&[
        Field::text("text", 10).unique(),
        Field::lines("lines").unique(),
        Field::slug("slug", 20),
        Field::small_integer("small").unique(),
        Field::big_integer("big").null(),
        Field::positive_integer("positive").unique(),
        Field::positive_small_integer("positive_small").null(),
        Field::float("ratio"),
        Field::decimal("price", 6, 2).unique(),
        Field::date("day"),
        Field::time("at"),
        Field::timestamp("seen").null(),
        Field::duration("lasts"),
        Field::uuid("reference").null().unique(),
        Field::json("extra"),
        Field::json("more").null(),
        Field::boolean("flag"),
        Field::one_to_one("owner", &USER, OnDelete::Cascade),
        Field::many_to_many("friends", &KIND),
    ])
    .unique_together(&[&["small", "big"], &["owner", "day"]]);

pub static LARGE: Model =
    Model::new("kinds", "avery_long_name_of_a_model_that_has_to_be_cut_somewhere").big_key().fields(&[
        Field::foreign_key("kind", &KIND, OnDelete::Cascade),
        Field::foreign_key("parent", &LARGE, OnDelete::Cascade).null(),
    ]);

pub const MODELS: [&Model; 2] = [&KIND, &LARGE];
