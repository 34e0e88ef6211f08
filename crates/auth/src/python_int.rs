//! Integers as Python's `int()` reads them: for queries and settings whose form Django and DRF defined by reading it so.

use std::borrow::Cow;

/// The zeros of Unicode's decimal digits: each is followed by its nine others. The last fifty are five alphabets of
/// mathematics in a row.
const ZEROS: [u32; 68] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950,
    0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
    0x1e140, 0x1e2f0, 0x1e4f0, 0x1e950, 0x1fbf0, 0x11f50,
];

/// The digit in ASCII; another character unchanged.
fn in_ascii(character: char) -> char {
    let code = u32::from(character);
    let value = ZEROS.iter().map(|zero| code.wrapping_sub(*zero)).find(|value| *value < 10);
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(character)
}

/// Replaces decimal digits of any script, which Python's `\d` and `int()` accept, by those of ASCII.
#[must_use]
pub fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { text.chars().map(in_ascii).collect() }
}

/// Python's `int()`: spaces around the number, a sign, single underscores between digits, which may be of any script.
/// Numbers beyond 128 bits become `i128::MAX` and `-i128::MAX`; `None` is text that is no integer.
#[must_use]
pub fn parse(text: &str) -> Option<i128> {
    let text = ascii_digits(text.trim());
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let is_run = |run: &str| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit());
    if !digits.split('_').all(is_run) {
        return None;
    }
    Some(sign * digits.replace('_', "").parse().unwrap_or(i128::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_any_script_are_numbers() {
        for (text, value) in [
            ("١٢", 12),
            ("１", 1),
            ("१", 1),
            (" +1_0\u{85}", 10),
            (" -٥_0", -50),
            ("𝟘𝟙", 1),
            ("𝟿", 9),
            ("-0", 0),
        ] {
            assert_eq!(parse(text), Some(value), "{text}");
        }
        for text in ["", "²", "Ⅷ", "1__0", "_1", "1_", "½", "1.0", "\u{1c}1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_beyond_128_bits_is_the_largest() {
        assert_eq!(parse(&"9".repeat(50)), Some(i128::MAX));
        assert_eq!(parse(&format!("-{}", "9".repeat(50))), Some(-i128::MAX));
    }
}
