//! Django's `UserAttributeSimilarityValidator`.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::characters::is_word;
use super::{AccountAttributes, Attribute};

/// Django's default.
const MAX_SIMILARITY: f64 = 0.7;

/// The first attribute that the password is too similar to, as a whole or in a part.
pub(super) fn too_similar(password: &str, attributes: &AccountAttributes<'_>) -> Option<Attribute> {
    let AccountAttributes { username, first_name, last_name, email } = *attributes;
    let password = Zeroizing::new(password.to_lowercase());
    [
        (Attribute::Username, username),
        (Attribute::FirstName, first_name),
        (Attribute::LastName, last_name),
        (Attribute::Email, email),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .find(|(_, value)| {
        let value = value.to_lowercase();
        parts(&value)
            .any(|part| !is_far_shorter(part, &password) && quick_ratio(&password, part) >= MAX_SIMILARITY)
    })
    .map(|(attribute, _)| attribute)
}

/// `re.split(r"\W+", value) + [value]`: a value that begins or ends with a separator has an empty part there.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let edges = [value.starts_with(is_separator), value.ends_with(is_separator)];
    let empty = edges.into_iter().filter(|&edge| edge).map(|_| "");
    let words = value.split(is_separator).filter(|word| !word.is_empty());
    words.chain(empty).chain([value])
}

fn is_separator(character: char) -> bool {
    !is_word(character)
}

/// `exceeds_maximum_length_ratio`: such a value cannot reach the limit.
fn is_far_shorter(value: &str, password: &str) -> bool {
    let (value, password) = (length(value), length(password));
    password >= 10.0 * value && value < MAX_SIMILARITY / 2.0 * password
}

/// `difflib.SequenceMatcher.quick_ratio`: twice the characters in common, in any order, divided by all characters.
fn quick_ratio(password: &str, value: &str) -> f64 {
    let total = length(password) + length(value);
    if total == 0.0 {
        return 1.0;
    }
    let mut available: HashMap<char, u32> = HashMap::new();
    for character in value.chars() {
        *available.entry(character).or_default() += 1;
    }
    let mut matches = 0.0;
    for character in password.chars() {
        if let Some(count) = available.get_mut(&character).filter(|count| **count > 0) {
            *count -= 1;
            matches += 1.0;
        }
    }
    2.0 * matches / total
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2⁵³ characters")]
fn length(text: &str) -> f64 {
    text.chars().count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_counts_letters_whatever_their_order() {
        assert!((quick_ratio("abcd", "dcba") - 1.0).abs() < f64::EPSILON);
        assert!((quick_ratio("aabb", "ab") - 4.0 / 6.0).abs() < f64::EPSILON);
        assert!(quick_ratio("abc", "xyz") < f64::EPSILON);
        assert!((quick_ratio("", "") - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_value_is_compared_whole_and_in_its_words() {
        let of = |value| parts(value).collect::<Vec<_>>();
        assert_eq!(of("anne-marie"), ["anne", "marie", "anne-marie"]);
        assert_eq!(of("a_b@c."), ["a_b", "c", "", "a_b@c."]);
        assert_eq!(of("名前"), ["名前", "名前"]);
    }

    #[test]
    fn seven_tenths_are_too_much_and_a_little_less_is_not() {
        let attributes = AccountAttributes { username: "abcdefg", ..AccountAttributes::default() };
        assert_eq!(too_similar("ABCDEFG123456", &attributes), Some(Attribute::Username));
        assert_eq!(too_similar("ABCDEFG1234567", &attributes), None);
    }
}
