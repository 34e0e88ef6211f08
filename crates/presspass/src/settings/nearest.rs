//! Suggests the known name nearest to an unknown one.

/// A name that is less similar than this is another name and not a typing error.
const LEAST_SIMILARITY: f64 = 0.55;

/// The remedy for an unknown name: the most similar known name, if one is similar enough.
pub(super) fn remedy(name: &str, candidates: impl Iterator<Item = String>) -> String {
    match nearest(name, candidates) {
        Some(near) => format!("did you mean {near}?"),
        None => "remove it; presspass check lists all settings".to_owned(),
    }
}

/// The candidate most similar to `name`: prefix, case and separators do not count, and a section
/// that was left out counts little.
fn nearest(name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let written = plain(name);
    candidates
        .map(|candidate| (similarity(&written, &candidate), candidate))
        .filter(|(similarity, _)| *similarity >= LEAST_SIMILARITY)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

fn similarity(written: &str, candidate: &str) -> f64 {
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
    fn a_name_that_resembles_none_gets_no_suggestion() {
        let names = || REGISTRY.iter().map(|setting| setting.environment());
        for name in ["PRESSPASS_NOPE", "PRESSPASS_X", "PRESSPASS_", "PRESSPASS_COLOUR_OF_THE_SKY"] {
            assert_eq!(nearest(name, names()), None, "{name}");
        }
        assert_eq!(remedy("PRESSPASS_NOPE", names()), "remove it; presspass check lists all settings");
    }

    #[test]
    fn a_typing_error_or_missing_section_finds_its_key() {
        assert_eq!(key("jwt.alow_refresh"), "jwt.allow_refresh");
        assert_eq!(key("secretkey"), "secret_key");
        assert_eq!(key("page_size"), "pagination.page_size");
        assert_eq!(key("authenticator"), "authenticators");
    }
}
