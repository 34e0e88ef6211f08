//! Errors and values as one line of a log or of a command's output.

use std::error::Error;
use std::fmt::Display;

/// An error and its causes.
#[must_use]
pub fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

/// The lines of a message, joined to one.
#[must_use]
pub fn one_line(message: &impl Display) -> String {
    let text = message.to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("; ")
}

/// `text` with control characters escaped: names and values of an operator may hold any.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_several_lines_becomes_one() {
        assert_eq!(one_line(&"a\n\tb\n\n"), "a; b");
        assert_eq!(escaped("a\n\u{1b}é"), "a\\n\\u{1b}é");
    }
}
