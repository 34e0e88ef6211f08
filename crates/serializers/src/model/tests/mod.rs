//! Outcomes of DRF 3.9 on Django 2.1.

mod database;
mod filters;
mod missing;
mod options;
mod values;

use presspass_domain::model::{
    Condition, Draft, Field as ModelField, Input as Value, Model, OnDelete, Path, Violation,
};

use super::{Filter, Parsed, of_model, parse, resource_fields};
use crate::errors::Errors;
use crate::field::Field;
use crate::input::{Input, Member};
use crate::validation::Completeness;

static SECTION: Model = Model::new("magazine", "section").fields(&[
    ModelField::text("name", 40).unique(),
    ModelField::slug("slug", 40).unique(),
    ModelField::foreign_key("parent", &SECTION, OnDelete::Protect).null(),
]);

static TAG: Model = Model::new("magazine", "tag").fields(&[ModelField::text("name", 30)
    .unique()
    .pattern("^[a-z0-9-]+$", "Lower-case letters, digits and hyphens only.")]);

static ARTICLE: Model = Model::new("magazine", "article")
    .fields(&[
        ModelField::foreign_key("section", &SECTION, OnDelete::SetNull).null(),
        ModelField::many_to_many("tags", &TAG).blank(),
        ModelField::text("title", 80),
        ModelField::slug("slug", 80).unique(),
        ModelField::lines("body").blank(),
        ModelField::choice("status", &[("draft", "Draft"), ("published", "Published")]).default("draft"),
        ModelField::boolean("featured").default("false"),
        ModelField::date("publish_date").null(),
        ModelField::timestamp("embargo").null(),
        ModelField::positive_small_integer("reading_minutes").default("1"),
        ModelField::integer("position").null().min(-100).max(100),
        ModelField::decimal("price", 6, 2).default("0.00"),
        ModelField::float("rating").null(),
        ModelField::url("source").blank(),
        ModelField::email("contact").blank().help("Where to ask."),
        ModelField::uuid("reference").random().unique().read_only(),
        ModelField::created_at("created_at"),
    ])
    .unique_together(&[&["section", "title"]]);

/// The kinds that articles do not have.
static THING: Model = Model::new("magazine", "thing")
    .fields(&[
        ModelField::boolean("flag").null(),
        ModelField::boolean("must"),
        ModelField::time("at"),
        ModelField::duration("gap").null(),
        ModelField::uuid("uid"),
        ModelField::text("opt", 3).null(),
        ModelField::choice("ch", &[("a", "A"), ("b", "B")]).null().labelled("My choice"),
        ModelField::json("data"),
        ModelField::json("more").null(),
        ModelField::text("a", 3).default("q"),
        ModelField::date("b"),
        ModelField::one_to_one("one", &TAG, OnDelete::Cascade).null(),
        ModelField::many_to_many("many", &TAG),
    ])
    .unique_together(&[&["a", "b"]]);

fn fields(model: &'static Model) -> &'static [Field] {
    let own = |field: &'static ModelField| of_model(field.name, &Path::own(field)).unwrap();
    resource_fields(model, model.all_fields().map(own).collect())
}

fn object(json: &str) -> Input {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    let members = value.as_object().unwrap().iter();
    Input::Members(members.map(|(name, value)| (name.clone(), Member::of(value))).collect())
}

fn form(pairs: &[(&str, &str)]) -> Input {
    let member = |(name, value): &(&str, &str)| ((*name).to_owned(), Member::Text((*value).to_owned()));
    Input::Form(pairs.iter().map(member).collect())
}

fn parsed(model: &'static Model, input: &Input, completeness: Completeness) -> Parsed {
    parse(model, fields(model), input, completeness).unwrap()
}

fn json(errors: &Errors) -> String {
    serde_json::to_string(errors).unwrap()
}

fn outcome(model: &'static Model, input: &Input, completeness: Completeness) -> Result<Draft, String> {
    let parsed = parsed(model, input, completeness);
    parsed.refusal(&[]).map_or(Ok(parsed.draft), |errors| Err(json(&errors)))
}
