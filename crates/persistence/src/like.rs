//! Patterns of LIKE.

/// A pattern for texts that contain `text` (Django's `prep_for_like_query`); to be used with `ESCAPE '\'`.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_like_takes_for_a_sign_is_escaped() {
        assert_eq!(containing("100%_\\é"), "%100\\%\\_\\\\é%");
    }
}
