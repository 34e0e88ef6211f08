//! Checks texts for the columns that store them.

/// Why a text cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but whitespace.
    #[error("the text is blank")]
    Blank,
    #[error("the text has more than {limit} characters")]
    TooLong {
        /// In code points.
        limit: usize,
    },
    /// PostgreSQL cannot store it.
    #[error("the text holds a NUL character")]
    Nul,
}

/// Checks a text: not blank, no NUL, at most `limit` code points where there is a limit.
pub(crate) fn check(text: &str, limit: Option<usize>) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Blank);
    }
    if text.contains('\0') {
        return Err(TextError::Nul);
    }
    match limit {
        // A text has at least as many bytes as characters, so most need no count.
        Some(limit) if text.len() > limit && text.chars().count() > limit => {
            Err(TextError::TooLong { limit })
        }
        _ => Ok(()),
    }
}
