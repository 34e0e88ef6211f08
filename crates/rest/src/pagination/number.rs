//! Numbers in queries.

/// What a number in a query is.
pub(super) enum Number {
    Whole(i128),
    /// A number, but a larger one than any list has.
    Huge,
    Nonsense,
}

/// Python's `int()`: blanks around it, a sign, single underscores between digits.
pub(super) fn number(text: &str) -> Number {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let well_formed =
        digits.split('_').all(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit()));
    if !well_formed {
        return Number::Nonsense;
    }
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    match plain.parse::<i128>() {
        Ok(value) => Number::Whole(if negative { -value } else { value }),
        Err(_) if negative => Number::Whole(-1),
        Err(_) => Number::Huge,
    }
}
