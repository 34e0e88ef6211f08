use std::fmt;

use zeroize::Zeroizing;

/// A password as somebody typed it: never shown by `Debug`, wiped from memory when dropped.
///
/// It has no `PartialEq`: a password is compared with a stored hash, never with another password.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes over the text, which is neither trimmed nor cut nor normalised.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Each call is a place where the secret could leak.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_password() {
        let shown = format!("{:?}", Password::new("a rare secret"));
        assert_eq!(shown, "Password(…)");
    }
}
