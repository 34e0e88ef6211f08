//! Regular expressions of texts (Django's `RegexValidator`).

use regex::Regex;

/// A compiled regular expression, and the message where a text has no match of it. Two are equal where their expressions are.
#[derive(Debug)]
pub struct Pattern {
    regex: Regex,
    pub message: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern {expression:?} is invalid: {reason}")]
pub struct PatternError {
    pub expression: &'static str,
    pub reason: String,
}

impl Pattern {
    /// # Errors
    /// Where the expression is invalid, or has what the regex crate lacks: look-around and back references.
    pub fn new(expression: &'static str, message: &'static str) -> Result<Self, PatternError> {
        // Python's `\Z` is the end of the text.
        let regex = Regex::new(&expression.replace(r"\Z", r"\z"))
            .map_err(|error| PatternError { expression, reason: error.to_string() })?;
        Ok(Self { regex, message })
    }

    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    #[must_use]
    pub fn expression(&self) -> &str {
        self.regex.as_str()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.expression() == other.expression()
    }
}

impl Eq for Pattern {}
