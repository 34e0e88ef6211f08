//! What a body leaves out, and what a form cannot say.

use super::*;

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
        ("gap", ""),
        ("one", ""),
        ("opt", ""),
        ("ch", ""),
        ("flag", ""),
        ("a", ""),
        ("many", "1"),
        ("many", "2"),
        ("must", "on"),
        ("at", "10:00"),
        ("uid", "00000000000000000000000000000001"),
        ("data", "[1]"),
        ("b", "2026-01-01"),
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
        ("many", "Some(Keys({Integer(1), Integer(2)}))"),
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
