//! Passwords as users type them.

use zeroize::Zeroizing;

use crate::newtypes::secret_text;

secret_text! {
    /// A password as a user typed it: never shown by `Debug`, wiped from memory when dropped.
    ///
    /// It has no `PartialEq`: a password is compared with a stored hash, never with another password.
    Password
}

impl Password {
    /// The text is neither trimmed nor truncated nor normalised.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_password() {
        let shown = format!("{:?}", Password::new("a rare secret"));
        assert_eq!(shown, "Password(hidden)");
    }
}
