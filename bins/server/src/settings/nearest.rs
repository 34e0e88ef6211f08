//! The known name nearest to one that is not.

/// The candidate that `name` was probably meant to be: prefix, case and separators do not count, and a section
/// that was left out counts little.
pub(super) fn nearest(name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let written = plain(name);
    candidates.max_by(|one, other| likeness(&written, one).total_cmp(&likeness(&written, other)))
}

fn likeness(written: &str, candidate: &str) -> f64 {
    const WITHOUT_SECTION: f64 = 0.9;
    let whole = strsim::normalized_damerau_levenshtein(written, &plain(candidate));
    let leaf = candidate.rsplit('.').next().and_then(|name| name.rsplit("__").next()).unwrap_or(candidate);
    whole.max(WITHOUT_SECTION * strsim::normalized_damerau_levenshtein(written, &plain(leaf)))
}

fn plain(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("presspass_").unwrap_or(&name);
    name.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{REGISTRY, Setting};

    fn variable(name: &str) -> String {
        nearest(name, REGISTRY.iter().map(|setting| setting.environment())).unwrap()
    }

    fn key(name: &str) -> String {
        nearest(name, REGISTRY.iter().map(|Setting { name, .. }| (*name).to_owned())).unwrap()
    }

    #[test]
    fn a_prefix_or_separator_too_many_finds_its_variable() {
        assert_eq!(variable("PRESSPASS_SECRET_KEY"), "SECRET_KEY");
        assert_eq!(variable("PRESSPASS_DATABASE__URL"), "DATABASE_URL");
        assert_eq!(variable("PRESSPASS_JWT_ALLOW_REFRESH"), "PRESSPASS_JWT__ALLOW_REFRESH");
        assert_eq!(variable("PRESSPASS_BINDS"), "PRESSPASS_BIND");
    }

    #[test]
    fn a_typing_error_or_missing_section_finds_its_key() {
        assert_eq!(key("jwt.alow_refresh"), "jwt.allow_refresh");
        assert_eq!(key("secretkey"), "secret_key");
        assert_eq!(key("page_size"), "pagination.page_size");
        assert_eq!(key("authenticator"), "authenticators");
    }
}
