//! Filters, as django-filter 2.1 reads them.

use super::*;

fn filtered(name: &str, given: &[&str]) -> String {
    match Filter::parse(&ARTICLE, name).unwrap().condition(given) {
        Ok(None) => "all".to_owned(),
        Ok(Some(filtered)) => {
            let keys: Vec<String> = filtered.related.iter().map(|related| related.key.to_string()).collect();
            format!(
                "{}{}",
                shown(&filtered.condition),
                if keys.is_empty() { String::new() } else { format!(" if {}", keys.join(",")) }
            )
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
        ("section", " 1", "Exact Key(Some(Integer(1))) if 1"),
        ("section__in", "1,2", "In [Key(Some(Integer(1))), Key(Some(Integer(2)))] if 1,2"),
        ("section__in", "1,x", no_choice),
        ("section__in", ",", "never"),
        ("section__gt", "1", "Gt Key(Some(Integer(1))) if 1"),
        ("section__isnull", "1", "IsNull true"),
        ("section__isnull", "FALSE", "IsNull false"),
        ("section__isnull", "x", "all"),
        ("tags", "x", "\"x\" is not a valid value."),
        ("tags", "", "\"\" is not a valid value."),
        ("tags", "99", "In [Key(Some(Integer(99)))] if 99"),
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
    assert_eq!(filtered("tags", &["1", "2"]), "In [Key(Some(Integer(1))), Key(Some(Integer(2)))] if 1,2");
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
