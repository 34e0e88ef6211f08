//! JSON of a column, written again as Python would: compact, its members in their order.

use std::fmt;
use std::io::Write as _;

use presspass_domain::model::scalars::Float;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::{push_integer, push_string};

/// Writes the JSON that a column holds.
pub(crate) fn push_stored(out: &mut Vec<u8>, text: &str) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Written(out).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Writes a value while it is parsed.
struct Written<'o>(&'o mut Vec<u8>);

/// Writes a name while it is parsed.
struct Name<'o>(&'o mut Vec<u8>);

impl<'de> DeserializeSeed<'de> for Written<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        push_string(self.0, text);
        Ok(())
    }
}

impl<'de> Visitor<'de> for Written<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.0.extend_from_slice(if flag { b"true" } else { b"false" });
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        push_integer(self.0, number);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        // Writing to a Vec cannot fail.
        let _ = write!(self.0, "{number}");
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        let number = Float::new(number).ok_or_else(|| E::custom("a number that is too large"))?;
        let _ = write!(self.0, "{number}");
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        push_string(self.0, text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.0.push(b'[');
        let start = self.0.len();
        loop {
            let before = self.0.len();
            if before > start {
                self.0.push(b',');
            }
            if items.next_element_seed(Written(self.0))?.is_none() {
                self.0.truncate(before);
                break;
            }
        }
        self.0.push(b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.0.push(b'{');
        let start = self.0.len();
        loop {
            let before = self.0.len();
            if before > start {
                self.0.push(b',');
            }
            if members.next_key_seed(Name(self.0))?.is_none() {
                self.0.truncate(before);
                break;
            }
            self.0.push(b':');
            members.next_value_seed(Written(self.0)).map_err(A::Error::custom)?;
        }
        self.0.push(b'}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_json_is_compact_and_keeps_its_order() {
        for (stored, written) in [
            (r#"{"b": 1, "a": [1.50, -2, null, true]}"#, r#"{"b":1,"a":[1.5,-2,null,true]}"#),
            (r"[ ]", "[]"),
            (r"{ }", "{}"),
            (r"[[], {}, [[1]]]", "[[],{},[[1]]]"),
            (r#""a\u00e9\u2028\n""#, r#""aé\u2028\n""#),
            ("1e22", "1e+22"),
        ] {
            let mut out = Vec::new();
            push_stored(&mut out, stored).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), written);
        }
        assert!(push_stored(&mut Vec::new(), "{").is_err());
    }
}
