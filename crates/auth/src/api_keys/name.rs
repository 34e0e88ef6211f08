//! The name of an API key.

use std::fmt;

/// Why a text cannot be the name of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidApiKeyName {
    /// It has only white space.
    #[error("an API key needs a name")]
    Empty,
    /// It is longer than [`ApiKeyName::MAX_LENGTH`].
    #[error("the name of an API key has at most {} characters", ApiKeyName::MAX_LENGTH)]
    TooLong,
    /// It has line breaks or other control characters, which would break lists and logs.
    #[error("the name of an API key has no control characters")]
    Control,
}

/// The name that an owner gave a key, such as `laptop`. Without surrounding white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyName(String);

impl ApiKeyName {
    /// The maximum length, in code points.
    pub const MAX_LENGTH: usize = 100;

    /// Parses a name and trims it.
    ///
    /// # Errors
    /// If the text cannot be a name.
    pub fn parse(text: &str) -> Result<Self, InvalidApiKeyName> {
        let name = text.trim();
        if name.is_empty() {
            Err(InvalidApiKeyName::Empty)
        } else if name.chars().nth(Self::MAX_LENGTH).is_some() {
            Err(InvalidApiKeyName::TooLong)
        } else if name.chars().any(char::is_control) {
            Err(InvalidApiKeyName::Control)
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiKeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_limited_length() {
        assert_eq!(ApiKeyName::parse(" Ada's laptop ").unwrap().as_str(), "Ada's laptop");
        let longest = "ä".repeat(ApiKeyName::MAX_LENGTH);
        assert_eq!(ApiKeyName::parse(&longest).unwrap().to_string(), longest);
        assert_eq!(ApiKeyName::parse(&format!("{longest}ä")), Err(InvalidApiKeyName::TooLong));
        assert_eq!(ApiKeyName::parse(" \t"), Err(InvalidApiKeyName::Empty));
        assert_eq!(ApiKeyName::parse("a\nb"), Err(InvalidApiKeyName::Control));
    }
}
