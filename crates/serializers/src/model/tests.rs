//! Outcomes of DRF 3.9 on Django 2.1.

use presspass_domain::model::{Condition, Draft, Field as ModelField, Input as Value, Model, OnDelete, Path, Violation};

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
    parsed(model, input, completeness).with_violations(&[]).map_err(|errors| json(&errors))
}

/// The only message of a field in a PATCH with this value.
fn message(model: &'static Model, name: &str, value: &str) -> String {
    let input = object(&format!("{{\"{name}\":{value}}}"));
    match outcome(model, &input, Completeness::Partial) {
        Err(errors) => errors
            .strip_prefix(&format!("{{\"{name}\":["))
            .and_then(|rest| rest.strip_suffix("]}"))
            .unwrap_or(&errors)
            .to_owned(),
        Ok(draft) => panic!("{name} {value}: {:?}", draft.values()),
    }
}

fn valid(model: &'static Model, name: &str, value: &str) -> Value {
    let input = object(&format!("{{\"{name}\":{value}}}"));
    outcome(model, &input, Completeness::Partial).unwrap().get(name).unwrap().clone()
}

#[test]
fn values_have_the_messages_of_drf() {
    let too_long = format!("\"{}\"", "1".repeat(1001));
    let long_link = format!("\"{}\"", "x".repeat(300));
    for (name, value, expected) in [
        ("title", "null", "\"This field may not be null.\""),
        ("title", "\" \"", "\"This field may not be blank.\""),
        ("title", "true", "\"Not a valid string.\""),
        ("title", "[]", "\"Not a valid string.\""),
        ("slug", "\"a b\"", r#""Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.""#),
        ("source", "\"x\"", "\"Enter a valid URL.\""),
        ("source", "true", "\"Enter a valid URL.\""),
        ("source", &long_link, "\"Ensure this field has no more than 200 characters.\",\"Enter a valid URL.\""),
        ("contact", "\"a\\u0000\"", "\"Null characters are not allowed.\",\"Enter a valid email address.\""),
        ("status", "\"\"", r#""\"\" is not a valid choice.""#),
        ("status", "[1,\"a\",null,1.0,{\"x\":true}]", r#""\"[1, 'a', None, 1.0, {'x': True}]\" is not a valid choice.""#),
        ("status", "true", r#""\"True\" is not a valid choice.""#),
        ("featured", "null", "\"This field may not be null.\""),
        ("featured", "\"x\"", "\"Must be a valid boolean.\""),
        ("featured", "[]", "\"Must be a valid boolean.\""),
        ("reading_minutes", "true", "\"A valid integer is required.\""),
        ("reading_minutes", "1.5", "\"A valid integer is required.\""),
        ("reading_minutes", "-1", "\"Ensure this value is greater than or equal to 0.\""),
        ("position", "101", "\"Ensure this value is less than or equal to 100.\""),
        ("position", "-101", "\"Ensure this value is greater than or equal to -100.\""),
        ("position", &too_long, "\"String value too large.\""),
        ("price", "\"1.234\"", "\"Ensure that there are no more than 2 decimal places.\""),
        ("price", "12345", "\"Ensure that there are no more than 4 digits before the decimal point.\""),
        ("price", "\"12345678\"", "\"Ensure that there are no more than 6 digits in total.\""),
        ("price", "\"1e-999999999\"", "\"Ensure that there are no more than 6 digits in total.\""),
        ("price", "true", "\"A valid number is required.\""),
        ("price", "\"NaN\"", "\"A valid number is required.\""),
        ("rating", "\"x\"", "\"A valid number is required.\""),
        ("rating", "[]", "\"A valid number is required.\""),
        ("publish_date", "\"2026-02-30\"", "\"Date has wrong format. Use one of these formats instead: YYYY-MM-DD.\""),
        ("publish_date", "\"\"", "\"Date has wrong format. Use one of these formats instead: YYYY-MM-DD.\""),
        ("embargo", "5", "\"Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].\""),
        ("embargo", "\"0001-01-01T00:00:00+01:00\"", "\"Datetime value out of range.\""),
        ("section", "\"zz\"", "\"Incorrect type. Expected pk value, received str.\""),
        ("section", "[1]", "\"Incorrect type. Expected pk value, received list.\""),
        ("section", "{}", "\"Incorrect type. Expected pk value, received dict.\""),
        ("section", "\"99999999999999999999\"", r#""Invalid pk \"99999999999999999999\" - object does not exist.""#),
        ("tags", "5", r#""Expected a list of items but got type \"int\".""#),
        ("tags", "\"x\"", r#""Expected a list of items but got type \"str\".""#),
        ("tags", "null", "\"This field may not be null.\""),
        ("tags", "[null]", r#""Invalid pk \"None\" - object does not exist.""#),
        ("tags", "[\"\"]", "\"Incorrect type. Expected pk value, received str.\""),
        ("tags", "[true,[1]]", "\"Incorrect type. Expected pk value, received list.\""),
    ] {
        assert_eq!(message(&ARTICLE, name, value), expected, "{name} {value}");
    }
    for (name, value, expected) in [
        ("at", "\"24:00\"", "\"Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].\""),
        ("gap", "\"x\"", "\"Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu].\""),
        ("uid", "\"x\"", "\"Must be a valid UUID.\""),
        ("data", "null", "\"This field may not be null.\""),
        ("many", "[]", "\"This list may not be empty.\""),
    ] {
        assert_eq!(message(&THING, name, value), expected, "{name} {value}");
    }
    let name = format!("\"{}\\u0000\"", "A B".repeat(20));
    assert_eq!(
        message(&TAG, "name", &name),
        "\"Lower-case letters, digits and hyphens only.\",\"Ensure this field has no more than 30 characters.\",\
         \"Null characters are not allowed.\""
    );
}

#[test]
fn values_are_accepted_in_the_forms_that_drf_accepts() {
    for (name, value, expected) in [
        ("title", "7", "Text(\"7\")"),
        ("body", "\" \"", "Text(\"\")"),
        ("featured", "1.0", "Boolean(true)"),
        ("featured", "\"off\"", "Boolean(false)"),
        ("reading_minutes", "40000", "Integer(40000)"),
        ("position", "\" 1.0 \"", "Integer(1)"),
        ("position", "null", "Null"),
        ("price", "\"1e2\"", "Decimal(\"100.00\")"),
        ("price", "12.5", "Decimal(\"12.50\")"),
        ("price", "\"-0.00\"", "Decimal(\"-0.00\")"),
        ("price", "\".5\"", "Decimal(\"0.50\")"),
        ("rating", "true", "Float(Float(1.0))"),
        ("embargo", "null", "Timestamp(None)"),
        ("source", "\"https://example.org/ä?x#y\"", "Text(\"https://example.org/ä?x#y\")"),
        ("section", "true", "Key(Some(1))"),
        ("section", "1.5", "Key(Some(1))"),
        ("section", "\"1_0\"", "Key(Some(10))"),
        ("section", "\"\"", "Key(None)"),
        ("section", "null", "Key(None)"),
        ("tags", "[2,\"1\",2]", "Keys({1, 2})"),
        ("tags", "{\"1\":2}", "Keys({1})"),
        ("tags", "{}", "Keys({})"),
    ] {
        assert_eq!(format!("{:?}", valid(&ARTICLE, name, value)), expected, "{name} {value}");
    }
    for (name, value, expected) in [
        ("at", "\"10:00:00+02:00\"", "Time(10:00:00.0)"),
        ("at", "\"9:5x\"", "Time(9:05:00.0)"),
        ("gap", "1.5", "Duration(1500000)"),
        ("uid", "1", "Uuid(1)"),
        ("flag", "\"null\"", "Null"),
        ("opt", "\"\"", "Text(\"\")"),
        ("opt", "null", "Null"),
        ("ch", "\"\"", "Text(\"\")"),
        ("more", "null", "Null"),
        ("data", "{\"b\":[1,2.5],\"a\":null}", r#"Json(Object {"b": Array [Number(1), Number(2.5)], "a": Null})"#),
        ("data", "\"[1]\"", "Json(String(\"[1]\"))"),
        ("one", "3", "Key(Some(3))"),
    ] {
        assert_eq!(format!("{:?}", valid(&THING, name, value)), expected, "{name} {value}");
    }
}

#[test]
fn what_is_missing_is_required_where_it_has_no_default_or_is_unique_together() {
    let missing = |model| outcome(model, &Input::empty(), Completeness::Full).unwrap_err();
    assert_eq!(
        missing(&ARTICLE),
        r#"{"section":["This field is required."],"title":["This field is required."],"slug":["This field is required."]}"#
    );
    assert_eq!(
        missing(&THING),
        r#"{"must":["This field is required."],"at":["This field is required."],"uid":["This field is required."],"data":["This field is required."],"b":["This field is required."],"many":["This field is required."]}"#
    );
    assert!(outcome(&ARTICLE, &Input::empty(), Completeness::Partial).unwrap().values().is_empty());
}

#[test]
fn a_default_is_filled_in_only_where_the_field_is_unique_together() {
    let input = object(r#"{"must":true,"at":"10:00","uid":1,"data":1,"b":"2026-01-01","many":[1]}"#);
    let draft = outcome(&THING, &input, Completeness::Full).unwrap();
    assert_eq!(draft.get("a"), Some(&Value::from("q")));
    let input = object(r#"{"title":"t","slug":"s","section":null}"#);
    let draft = outcome(&ARTICLE, &input, Completeness::Full).unwrap();
    assert_eq!((draft.get("status"), draft.get("featured")), (None, None));
}

#[test]
fn a_form_has_neither_null_nor_false() {
    let errors = outcome(&THING, &form(&[]), Completeness::Full).unwrap_err();
    assert_eq!(
        errors,
        r#"{"at":["This field is required."],"uid":["This field is required."],"data":["This field is required."],"b":["This field is required."],"many":["This list may not be empty."]}"#
    );
    let input = form(&[
        ("gap", ""), ("one", ""), ("opt", ""), ("ch", ""), ("flag", ""), ("a", ""), ("many", "1"), ("many", "2"),
        ("must", "on"), ("at", "10:00"), ("uid", "00000000000000000000000000000001"), ("data", "[1]"), ("b", "2026-01-01"),
    ]);
    let draft = outcome(&THING, &input, Completeness::Full).unwrap();
    let shown = |name: &str| format!("{:?}", draft.get(name));
    for (name, value) in [
        ("gap", "Some(Null)"),
        ("one", "Some(Key(None))"),
        ("opt", "Some(Text(\"\"))"),
        ("ch", "Some(Text(\"\"))"),
        ("flag", "Some(Null)"),
        ("a", "Some(Text(\"q\"))"),
        ("many", "Some(Keys({1, 2}))"),
        ("must", "Some(Boolean(true))"),
        ("data", "Some(Json(Array [Number(1)]))"),
    ] {
        assert_eq!(shown(name), value, "{name}");
    }
    let draft = outcome(&THING, &form(&[("gap", "P1DT2H")]), Completeness::Partial).unwrap();
    assert_eq!(draft.values().len(), 1, "{draft:?}");
    let errors = outcome(&THING, &form(&[("many", ""), ("data", "{")]), Completeness::Partial).unwrap_err();
    assert_eq!(
        errors,
        r#"{"data":["Value must be valid JSON."],"many":["Incorrect type. Expected pk value, received str."]}"#
    );
}

#[test]
fn what_the_database_says_comes_in_the_order_of_the_fields() {
    let field = |model: &'static Model, name: &str| model.field(name).unwrap();
    let input = object(r#"{"name":"News","slug":"a b","parent":"099"}"#);
    let parsed_section = parsed(&SECTION, &input, Completeness::Full);
    let violations =
        [Violation::Missing(field(&SECTION, "parent"), 99), Violation::Taken(field(&SECTION, "name"))];
    assert_eq!(
        json(&parsed_section.refusal(&violations).unwrap()),
        r#"{"name":["section with this name already exists."],"slug":["Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."],"parent":["Invalid pk \"099\" - object does not exist."]}"#
    );
    let input = object(r#"{"title":"t","slug":"s","section":1,"tags":[2,99,98]}"#);
    let parsed_article = parsed(&ARTICLE, &input, Completeness::Full);
    let together = Violation::TakenTogether(&["section", "title"]);
    assert_eq!(
        json(&parsed_article.refusal(&[together.clone()]).unwrap()),
        r#"{"non_field_errors":["The fields section, title must make a unique set."]}"#
    );
    let tags = field(&ARTICLE, "tags");
    let missing = [Violation::Missing(tags, 98), Violation::Missing(tags, 99), together];
    assert_eq!(
        json(&parsed_article.refusal(&missing).unwrap()),
        r#"{"tags":["Invalid pk \"99\" - object does not exist."]}"#
    );
    assert_eq!(parsed_article.with_violations(&[]).unwrap().values().len(), 4);
    let one = parsed(&THING, &object(r#"{"one":1}"#), Completeness::Partial);
    assert_eq!(
        json(&one.refusal(&[Violation::Taken(field(&THING, "one"))]).unwrap()),
        r#"{"one":["This field must be unique."]}"#
    );
}

#[test]
fn what_is_no_object_is_refused_as_a_whole() {
    let errors = parse(&TAG, fields(&TAG), &Input::Other("list"), Completeness::Full).unwrap_err();
    assert_eq!(json(&errors), r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#);
}

#[test]
fn options_describe_the_fields_as_drf_does() {
    let metadata = |fields: &'static [Field]| {
        let action = crate::MetadataAction { method: "POST", fields };
        let metadata =
            crate::Metadata { name: "", description: "", renders: &[], parses: &[], actions: vec![action] };
        let json = serde_json::to_string(&metadata).unwrap();
        json.split_once("\"POST\":").unwrap().1.strip_suffix("}}").unwrap().to_owned()
    };
    assert_eq!(metadata(fields(&SECTION)), include_str!("options/section.json").trim_end());
    let author = of_model("owner", &Path::parse(&ARTICLE, "section.name").unwrap()).unwrap();
    let mut of_article: Vec<Field> = vec![fields(&ARTICLE)[0], author];
    of_article.extend(&fields(&ARTICLE)[1..]);
    assert_eq!(metadata(resource_fields(&ARTICLE, of_article)), include_str!("options/article.json").trim_end());
    assert_eq!(metadata(fields(&THING)), include_str!("options/thing.json").trim_end());
}

fn filtered(name: &str, given: &[&str]) -> String {
    match Filter::parse(&ARTICLE, name).unwrap().condition(given) {
        Ok(None) => "all".to_owned(),
        Ok(Some(filtered)) => {
            let keys: Vec<String> = filtered.related.iter().map(|related| related.key.to_string()).collect();
            format!("{}{}", shown(&filtered.condition), if keys.is_empty() { String::new() } else { format!(" if {}", keys.join(",")) })
        }
        Err(message) => message.into_owned(),
    }
}

fn shown(condition: &Condition) -> String {
    match condition {
        Condition::Compare(_, lookup, value) => format!("{lookup:?} {value:?}"),
        Condition::In(_, values) => format!("In {values:?}"),
        Condition::Range(_, from, to) => format!("{from:?} to {to:?}"),
        Condition::IsNull(_, flag) => format!("IsNull {flag}"),
        Condition::Any(none) if none.is_empty() => "never".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn filters_read_values_and_refuse_them_as_django_filter_does() {
    let no_choice = "Select a valid choice. That choice is not one of the available choices.";
    for (name, given, expected) in [
        ("section", "x", no_choice),
        ("section", "1.0", no_choice),
        ("section", "null", no_choice),
        ("section", "", "all"),
        ("section", " 1", "Exact Key(Some(1)) if 1"),
        ("section__in", "1,2", "In [Key(Some(1)), Key(Some(2))] if 1,2"),
        ("section__in", "1,x", no_choice),
        ("section__in", ",", "never"),
        ("section__gt", "1", "Gt Key(Some(1)) if 1"),
        ("section__isnull", "1", "IsNull true"),
        ("section__isnull", "FALSE", "IsNull false"),
        ("section__isnull", "x", "all"),
        ("tags", "x", "\"x\" is not a valid value."),
        ("tags", "", "\"\" is not a valid value."),
        ("tags", "99", "In [Key(Some(99))] if 99"),
        ("status", "x", "Select a valid choice. x is not one of the available choices."),
        ("status", "draft ", "Select a valid choice. draft  is not one of the available choices."),
        ("status", "draft", "Exact Text(\"draft\")"),
        ("status__in", "draft,x", "In [Text(\"draft\"), Text(\"x\")]"),
        ("status__icontains", "PUB", "IContains Text(\"PUB\")"),
        ("featured", "True", "Exact Boolean(true)"),
        ("featured", "0", "Exact Boolean(false)"),
        ("featured", "on", "all"),
        ("publish_date", "2026-1-5", "Exact Date(2026-01-05)"),
        ("publish_date", "1/5/26", "Exact Date(2026-01-05)"),
        ("publish_date", "Jan 5 2026", "Exact Date(2026-01-05)"),
        ("publish_date", "5 January, 2026", "Exact Date(2026-01-05)"),
        ("publish_date", "2026-01-05T00:00", "Enter a valid date."),
        ("publish_date__range", "2026-01-05,2026-01-09", "Date(2026-01-05) to Date(2026-01-09)"),
        ("publish_date__range", "2026-01-05", "Range query expects two values."),
        ("publish_date__range", "2026-01-05,", "never"),
        ("publish_date__range", "", "all"),
        ("publish_date__range", "x,y", "Enter a valid date."),
        ("reading_minutes", "x", "Enter a number."),
        ("reading_minutes", "NaN", "Enter a number."),
        ("reading_minutes", "-1.5", "Exact Integer(-1)"),
        ("reading_minutes", "1e2", "Exact Integer(100)"),
        ("reading_minutes", "1e30", "Exact Integer(9223372036854775807)"),
        ("reading_minutes__in", "1,2,", "In [Integer(1), Integer(2)]"),
        ("reading_minutes__in", "1,x", "Enter a number."),
        ("price__gt", "1.234", "Gt Decimal(\"1.234\")"),
        ("price__lt", "-1e1", "Lt Decimal(\"-10\")"),
        ("price__lt", "-0", "Lt Decimal(\"0\")"),
        ("rating", "0.14285714285714285", "Exact Float(Float(0.14285714285714285))"),
        ("title", " a ", "Exact Text(\"a\")"),
        ("title", " ", "all"),
        ("title", "\0", "Null characters are not allowed."),
        ("title__in", "a,,b", "In [Text(\"a\"), Text(\"\"), Text(\"b\")]"),
        ("embargo", "2026-02-01", "Enter a valid date/time."),
        ("reference", "x", "Enter a valid UUID."),
        ("section.name__istartswith", "n", "IStartsWith Text(\"n\")"),
    ] {
        assert_eq!(filtered(name, &[given]), expected, "{name}={given}");
    }
    assert_eq!(filtered("tags", &["1", "2"]), "In [Key(Some(1)), Key(Some(2))] if 1,2");
    assert_eq!(filtered("title", &[]), "all");
    let price = filtered("price__gt", &["1e999999"]);
    assert!(price.len() < 200, "{price}");
    let tag = Filter::parse(&ARTICLE, "tags").unwrap().condition(&["99"]).unwrap().unwrap();
    assert_eq!(tag.related[0].message, "Select a valid choice. 99 is not one of the available choices.");
}

#[test]
fn a_filter_that_cannot_be_is_refused_at_start() {
    for name in ["nothing", "title__nothing", "section.pin", "tags__gt", "featured__in", "price__icontains"] {
        assert!(Filter::parse(&ARTICLE, name).is_err(), "{name}");
    }
    let filter = Filter::parse(&ARTICLE, "section.name__icontains").unwrap();
    assert_eq!((filter.name, filter.field().label), ("section__name__icontains", "Section name contains"));
    assert_eq!(Filter::parse(&ARTICLE, "title__exact").unwrap().name, "title");
}
