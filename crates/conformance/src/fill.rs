//! What earlier steps of a case left for later ones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

/// Values by name: members of answers, cookies, forged tokens.
pub(crate) type Saved = BTreeMap<String, String>;

#[expect(clippy::expect_used, reason = "a pattern that is written here is right or no test passes")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is well formed")
}

/// Writes the saved values in the place of their `{names}`; unknown names stay.
pub(crate) fn fill(text: &str, saved: &Saved) -> String {
    static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\{(\w+)\}"));
    NAME.replace_all(text, |found: &Captures<'_>| {
        saved.get(&found[1]).unwrap_or(&found[0].to_owned()).clone()
    })
    .into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Saved, fill};

    #[test]
    fn saved_names_are_filled_and_others_stay() {
        let saved = Saved::from([("id".to_owned(), "7".to_owned())]);
        assert_eq!(fill("/posts/{id}/{other}/{}", &saved), "/posts/7/{other}/{}");
    }
}
