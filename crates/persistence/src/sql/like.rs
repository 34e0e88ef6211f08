//! Patterns of LIKE, and how each engine ignores case (Django's `icontains`).

use diesel::pg::Pg;
use diesel::sqlite::Sqlite;

/// What the engines write differently.
pub(crate) trait Dialect {
    /// What encloses both sides of a LIKE that ignores case.
    const BEFORE: &'static str;
    const AFTER: &'static str;
    /// Whether a text that is bound has to be cast to the type of its column.
    const CASTS: bool;
}

/// Its LIKE ignores the case of ASCII anyway, and its `upper` knows no other letters.
impl Dialect for Sqlite {
    const BEFORE: &'static str = "";
    const AFTER: &'static str = "";
    const CASTS: bool = false;
}

impl Dialect for Pg {
    const BEFORE: &'static str = "upper(";
    const AFTER: &'static str = ")";
    const CASTS: bool = true;
}

/// A pattern for texts that contain `text`; to be used with `ESCAPE '\'`.
pub(crate) fn containing(text: &str) -> String {
    format!("%{}%", escaped(text))
}

/// A pattern that matches this text alone (Django's `prep_for_like_query`); to be used with `ESCAPE '\'`.
pub(crate) fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    for character in text.chars() {
        if matches!(character, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_like_are_escaped() {
        assert_eq!(containing("100%_\\é"), "%100\\%\\_\\\\é%");
    }
}
