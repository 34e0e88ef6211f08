//! Values of every kind.

use super::*;

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
        (
            "slug",
            "\"a b\"",
            r#""Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.""#,
        ),
        ("source", "\"x\"", "\"Enter a valid URL.\""),
        ("source", "true", "\"Enter a valid URL.\""),
        (
            "source",
            &long_link,
            "\"Ensure this field has no more than 200 characters.\",\"Enter a valid URL.\"",
        ),
        ("contact", "\"a\\u0000\"", "\"Null characters are not allowed.\",\"Enter a valid email address.\""),
        ("status", "\"\"", r#""\"\" is not a valid choice.""#),
        (
            "status",
            "[1,\"a\",null,1.0,{\"x\":true}]",
            r#""\"[1, 'a', None, 1.0, {'x': True}]\" is not a valid choice.""#,
        ),
        ("status", "true", r#""\"True\" is not a valid choice.""#),
        ("featured", "null", "\"This field may not be null.\""),
        ("featured", "\"x\"", "\"Must be a valid boolean.\""),
        ("featured", "[]", "\"Must be a valid boolean.\""),
        ("reading_minutes", "true", "\"A valid integer is required.\""),
        ("reading_minutes", "1.5", "\"A valid integer is required.\""),
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
        (
            "publish_date",
            "\"2026-02-30\"",
            "\"Date has wrong format. Use one of these formats instead: YYYY-MM-DD.\"",
        ),
        ("publish_date", "\"\"", "\"Date has wrong format. Use one of these formats instead: YYYY-MM-DD.\""),
        (
            "embargo",
            "5",
            "\"Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].\"",
        ),
        ("embargo", "\"0001-01-01T00:00:00+01:00\"", "\"Datetime value out of range.\""),
        ("section", "\"zz\"", "\"Incorrect type. Expected pk value, received str.\""),
        ("section", "[1]", "\"Incorrect type. Expected pk value, received list.\""),
        ("section", "{}", "\"Incorrect type. Expected pk value, received dict.\""),
        (
            "section",
            "\"99999999999999999999\"",
            r#""Invalid pk \"99999999999999999999\" - object does not exist.""#,
        ),
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
        (
            "at",
            "\"24:00\"",
            "\"Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].\"",
        ),
        (
            "gap",
            "\"x\"",
            "\"Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu].\"",
        ),
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
        ("reading_minutes", "-1", "Integer(-1)"),
        ("position", "\" 1.0 \"", "Integer(1)"),
        ("position", "null", "Null"),
        ("price", "\"1e2\"", "Decimal(\"100.00\")"),
        ("price", "12.5", "Decimal(\"12.50\")"),
        ("price", "\"-0.00\"", "Decimal(\"-0.00\")"),
        ("price", "\".5\"", "Decimal(\"0.50\")"),
        ("rating", "true", "Float(Float(1.0))"),
        ("embargo", "null", "Timestamp(None)"),
        ("source", "\"https://example.org/ä?x#y\"", "Text(\"https://example.org/ä?x#y\")"),
        ("section", "true", "Key(Some(Integer(1)))"),
        ("section", "1.5", "Key(Some(Integer(1)))"),
        ("section", "\"1_0\"", "Key(Some(Integer(10)))"),
        ("section", "\"\"", "Key(None)"),
        ("section", "null", "Key(None)"),
        ("tags", "[2,\"1\",2]", "Keys({Integer(1), Integer(2)})"),
        ("tags", "{\"1\":2}", "Keys({Integer(1)})"),
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
        (
            "data",
            "{\"b\":[1,2.5],\"a\":null}",
            r#"Json(Object {"b": Array [Number(1), Number(2.5)], "a": Null})"#,
        ),
        ("data", "\"[1]\"", "Json(String(\"[1]\"))"),
        ("one", "3", "Key(Some(Integer(3)))"),
    ] {
        assert_eq!(format!("{:?}", valid(&THING, name, value)), expected, "{name} {value}");
    }
}

#[test]
fn on_postgresql_an_integer_has_the_limits_of_its_column() {
    let limited: Vec<Field> = fields(&ARTICLE).iter().map(|field| field.limited_by_column()).collect();
    let limited: &'static [Field] = limited.leak();
    let message = |name: &str, value: &str| {
        let input = object(&format!("{{\"{name}\":{value}}}"));
        let parsed = parse(&ARTICLE, limited, &input, Completeness::Partial).unwrap();
        parsed.refusal(&[]).map(|errors| json(&errors))
    };
    let expected = r#"{"reading_minutes":["Ensure this value is less than or equal to 32767."]}"#;
    assert_eq!(message("reading_minutes", "32768").as_deref(), Some(expected));
    let expected = r#"{"reading_minutes":["Ensure this value is greater than or equal to 0."]}"#;
    assert_eq!(message("reading_minutes", "-1").as_deref(), Some(expected));
    let expected = r#"{"position":["Ensure this value is less than or equal to 100."]}"#;
    assert_eq!(message("position", "101").as_deref(), Some(expected));
}
