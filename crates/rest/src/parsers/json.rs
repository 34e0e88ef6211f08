//! JSON bodies, as Python's `json` parses them.
//!
//! Only the members of the outermost object are kept. Deeper values are checked to be JSON, without recursion, and kept as
//! text for the fields that accept them.

use std::fmt;

use presspass_serializers::{Field, Input, Kind, Member};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::wanted;
use crate::decoding::Charset;
use crate::failure::Failure;

/// Python refuses integers of more digits.
const MAX_DIGITS: usize = 4300;

/// Python's recursion limit: Django parses JSON that is nested up to this depth, give or take one, and fails on more.
const MAX_DEPTH: usize = 947;

pub(super) fn parse(body: &[u8], charset: Charset, fields: &[Field]) -> Result<Input, Failure> {
    let error = |reason: &dyn fmt::Display| Failure::Parse(format!("JSON parse error - {reason}"));
    let text = charset.decode(body).ok_or_else(|| error(&"the body is not in its character set"))?;
    let value: &RawValue = serde_json::from_str(&text).map_err(|reason| error(&reason))?;
    if depth(value.get()) > MAX_DEPTH {
        return Err(error(&format!("lists and objects are nested deeper than {MAX_DEPTH}")));
    }
    let input = match value.get().as_bytes().first() {
        Some(b'{') => {
            let mut deserializer = serde_json::Deserializer::from_str(value.get());
            Input::Members(deserializer.deserialize_map(Members(fields)).map_err(|reason| error(&reason))?)
        }
        Some(b'n') => Input::Null,
        Some(b'[') => Input::Other("list"),
        Some(b'"') => Input::Other("str"),
        Some(b't' | b'f') => Input::Other("bool"),
        _ if value.get().contains(['.', 'e', 'E']) => Input::Other("float"),
        _ => Input::Other("int"),
    };
    if has_huge_integer(value.get()) {
        return Err(error(&format!("an integer has more than {MAX_DIGITS} digits")));
    }
    Ok(input)
}

/// How deep lists and objects are nested.
fn depth(json: &str) -> usize {
    let (mut in_string, mut escaped, mut depth, mut most) = (false, false, 0_usize, 0);
    for byte in json.bytes().filter(|_| json.len() > MAX_DEPTH) {
        match byte {
            _ if in_string => {
                in_string = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
            }
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                most = most.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// Whether an integer outside of strings has more digits than Python reads.
fn has_huge_integer(json: &str) -> bool {
    if json.len() <= MAX_DIGITS {
        return false;
    }
    let (mut in_string, mut escaped, mut digits) = (false, false, 0_usize);
    let mut bytes = json.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if byte.is_ascii_digit() {
            digits += 1;
            let next = bytes.peek().copied().unwrap_or(b' ');
            if !next.is_ascii_digit() {
                if digits > MAX_DIGITS && !matches!(next, b'.' | b'e' | b'E') {
                    return true;
                }
                digits = 0;
            }
        } else {
            in_string = byte == b'"';
            // Digits after a point or an exponent are no integer.
            if matches!(byte, b'.' | b'e' | b'E' | b'+') {
                while bytes
                    .next_if(|next| next.is_ascii_digit() || matches!(next, b'e' | b'E' | b'+' | b'-'))
                    .is_some()
                {}
            }
        }
    }
    false
}

struct Members<'f>(&'f [Field]);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Vec<(String, Member)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(String, Member)> = Vec::new();
        while let Some(Name(name)) = access.next_key()? {
            let field = name.as_deref().and_then(|name| wanted(self.0, name));
            let (Some(name), Some(field)) = (name, field) else {
                access.next_value::<IgnoredAny>()?;
                continue;
            };
            let member = member(access.next_value()?, field);
            // Of two with the same name the last counts.
            match members.iter_mut().find(|(known, _)| *known == name) {
                Some((_, earlier)) => *earlier = member,
                None => members.push((name, member)),
            }
        }
        Ok(members)
    }
}

/// A member's name; `None` where it has half a surrogate pair, and so is no field's.
struct Name(Option<String>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(NameBytes)
    }
}

struct NameBytes;

impl Visitor<'_> for NameBytes {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Name, E> {
        Ok(Name(std::str::from_utf8(bytes).ok().map(str::to_owned)))
    }
}

fn member(raw: &RawValue, field: &Field) -> Member {
    let json = raw.get();
    let keeps_nested = matches!(field.kind, Kind::Choice(_) | Kind::Key(_) | Kind::Keys(_) | Kind::Json);
    match json.as_bytes().first() {
        // A lone half of a surrogate pair cannot be stored: the field refuses it.
        Some(b'"') => serde_json::from_str(json).map_or(Member::Other, Member::Text),
        Some(b'n') => Member::Null,
        Some(b't') => Member::Bool(true),
        Some(b'f') => Member::Bool(false),
        Some(b'[' | b'{') if keeps_nested => Member::Nested(json.to_owned()),
        Some(b'[' | b'{') | None => Member::Other,
        Some(_) => Member::number(json),
    }
}

#[cfg(test)]
mod tests {
    use presspass_domain::model::KeyKind;

    use super::*;

    const FIELDS: [Field; 6] = [
        Field::text("a", "", None),
        Field::text("b", "", None),
        Field::text("c", "", None),
        Field::text("d", "", None),
        Field::text("e", "", None),
        Field::text("f", "", None),
    ];

    fn read(json: &str) -> Option<Input> {
        parse(json.as_bytes(), Charset::UTF_8, &FIELDS).ok()
    }

    #[test]
    fn members_that_nobody_asks_for_are_not_kept() {
        assert_eq!(
            read(r#"{"x":1,"a":1,"a":2,"id":[3]}"#),
            Some(members(&[("a", Member::Number("2".into()))]))
        );
    }

    fn members(members: &[(&str, Member)]) -> Input {
        Input::Members(members.iter().map(|(n, m)| ((*n).to_owned(), m.clone())).collect())
    }

    #[test]
    fn members_keep_what_fields_ask_for() {
        assert_eq!(
            read(r#" {"a":"x\u00e9","b":1.50,"c":null,"d":true,"e":[1],"f":"\ud800"} "#),
            Some(members(&[
                ("a", Member::Text("xé".into())),
                ("b", Member::Number("1.5".into())),
                ("c", Member::Null),
                ("d", Member::Bool(true)),
                ("e", Member::Other),
                ("f", Member::Other),
            ]))
        );
    }

    #[test]
    fn lists_and_objects_are_kept_for_the_fields_that_accept_them() {
        let fields = [
            Field::of("a", "", Kind::Keys(KeyKind::Integer)),
            Field::of("b", "", Kind::Json),
            Field::text("c", "", None),
        ];
        let json = br#"{"a":[1, 2],"b":{"x":[]},"c":[1]}"#;
        let nested = |json: &str| Member::Nested(json.to_owned());
        assert_eq!(
            parse(json, Charset::UTF_8, &fields).ok(),
            Some(members(&[("a", nested("[1, 2]")), ("b", nested("{\"x\":[]}")), ("c", Member::Other)]))
        );
    }

    #[test]
    fn what_is_no_object_is_named_as_python_names_it() {
        for (json, name) in [
            ("[1]", "list"),
            ("\"x\"", "str"),
            ("5", "int"),
            ("-5.0", "float"),
            ("1e3", "float"),
            ("true", "bool"),
        ] {
            assert_eq!(read(json), Some(Input::Other(name)), "{json}");
        }
        assert_eq!(read("null"), Some(Input::Null));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for json in [
            "",
            "{",
            "{bad",
            "NaN",
            "{\"a\":NaN}",
            "{\"a\":1,}",
            "\u{feff}{}",
            "{}x",
            "{'a':1}",
            "{\"a\":\"\n\"}",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
        assert!(parse(b"{\"a\":\"\xff\"}", Charset::UTF_8, &FIELDS).is_err());
    }

    #[test]
    fn what_is_nested_deeper_than_the_original_reads_is_refused() {
        let nested = |depth: usize| format!("{{\"a\":{}{},\"b\":1}}", "[".repeat(depth), "]".repeat(depth));
        let read_as = Some(members(&[("a", Member::Other), ("b", Member::Number("1".into()))]));
        assert_eq!(read(&nested(MAX_DEPTH - 1)), read_as);
        assert_eq!(read(&nested(MAX_DEPTH)), None);
        assert_eq!(read(&nested(100_000)), None);
        // Siblings and text are no depth.
        let beside =
            format!("{{\"a\":[{}[]],\"c\":\"\\\"{}\",\"b\":1}}", "[],".repeat(2000), "[".repeat(2000));
        assert!(read(&beside).is_some());
    }

    #[test]
    fn an_integer_of_more_than_4300_digits_is_refused_as_python_does() {
        let number = |digits: usize| format!("{{\"a\":{}}}", "1".repeat(digits));
        assert!(read(&number(4300)).is_some());
        assert!(read(&number(4301)).is_none());
        assert!(read(&format!("{{\"a\":1.{}}}", "1".repeat(5000))).is_some());
        assert!(read(&format!("{{\"a\":\"{}\"}}", "1".repeat(5000))).is_some());
    }
}
