//! What is wrong as a whole, and what the database says.

use super::*;

#[test]
fn what_the_database_says_comes_in_the_order_of_the_fields() {
    let field = |model: &'static Model, name: &str| model.field(name).unwrap();
    let input = object(r#"{"name":"News","slug":"a b","parent":"099"}"#);
    let parsed_section = parsed(&SECTION, &input, Completeness::Full);
    let violations =
        [Violation::Missing(field(&SECTION, "parent"), 99.into()), Violation::Taken(field(&SECTION, "name"))];
    assert_eq!(
        json(&parsed_section.refusal(&violations).unwrap()),
        r#"{"name":["section with this name already exists."],"slug":["Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."],"parent":["Invalid pk \"099\" - object does not exist."]}"#
    );
    let input = object(r#"{"title":"t","slug":"s","section":1,"tags":[2,99,98]}"#);
    let parsed_article = parsed(&ARTICLE, &input, Completeness::Full);
    let together = Violation::TakenTogether(&["section", "title"]);
    assert_eq!(
        json(&parsed_article.refusal(std::slice::from_ref(&together)).unwrap()),
        r#"{"non_field_errors":["The fields section, title must make a unique set."]}"#
    );
    let tags = field(&ARTICLE, "tags");
    let missing = [Violation::Missing(tags, 98.into()), Violation::Missing(tags, 99.into()), together];
    assert_eq!(
        json(&parsed_article.refusal(&missing).unwrap()),
        r#"{"tags":["Invalid pk \"99\" - object does not exist."]}"#
    );
    assert_eq!(parsed_article.refusal(&[]), None);
    assert_eq!(parsed_article.draft.values().len(), 4);
    let one = parsed(&THING, &object(r#"{"one":1}"#), Completeness::Partial);
    assert_eq!(
        json(&one.refusal(&[Violation::Taken(field(&THING, "one"))]).unwrap()),
        r#"{"one":["This field must be unique."]}"#
    );
}

#[test]
fn what_is_no_object_is_refused_as_a_whole() {
    let errors = parse(&TAG, fields(&TAG), &Input::Other("list"), Completeness::Full).unwrap_err();
    assert_eq!(
        json(&errors),
        r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#
    );
}

#[test]
fn a_field_that_a_hook_set_is_named_as_in_the_model() {
    let shown = parsed(&TAG, &object(r#"{"name":"rust"}"#), Completeness::Full);
    let section = SECTION.field("parent").unwrap();
    assert_eq!(
        json(&shown.refusal(&[Violation::Missing(section, 7.into())]).unwrap()),
        r#"{"parent":["Invalid pk \"7\" - object does not exist."]}"#
    );
}
