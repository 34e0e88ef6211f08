//! What we answer otherwise on purpose. Every reason that a case, an exception or a rule of the explorer gives stands here
//! with its line of docs/differences.md, so none is passed over that users are not told of.

/// A reason, and how its line begins in docs/differences.md.
pub(crate) const DIFFERENCES: &[(&str, &str)] = &[
    // Steps of case files: `differs`.
    ("csrf", "A token in a cookie (`jwt.cookie`) changes nothing without the CSRF token"),
    ("a logout is a POST", "`api-auth/logout/` accepts POST only"),
    ("a token that never expires is refused", "A token without `exp` is refused."),
    (
        "a name that passed to another account does not inherit its tokens",
        "`user_id` and `username` must name one account",
    ),
    ("the account is named by user_id and username both", "`user_id` and `username` must name one account"),
    ("a moment is a number", "`exp`, `nbf` and `iat` must be numbers"),
    ("a moment is a number, of at most 2^53", "`exp`, `nbf` and `iat` must be numbers"),
    ("a token whose orig_iat is no moment cannot be refreshed", "`exp`, `nbf` and `iat` must be numbers"),
    ("they ask for what we do not do", "`crit`, `b64`, `zip`, `enc` and `typ: JWE`"),
    ("one token has one spelling", "Padding, invalid characters and left-over bits in base64url"),
    (
        "a form of more than 1000 fields is refused in JSON",
        "A wrong `Host`, and a form or a query of more than 1000 fields",
    ),
    ("ids beyond 64 bits are 404, on either engine", "Ids beyond 64 bits are 404."),
    (
        "no post holds U+0000, on either engine; Django fails on PostgreSQL",
        "On PostgreSQL too, U+0000 in a search or a filter finds nothing",
    ),
    (
        "PostgreSQL reads no offset of 16 hours, and need not: the moment is sent in UTC",
        "On PostgreSQL too, U+0000 in a search or a filter finds nothing, a time may be 16 hours",
    ),
    (
        "out of range in UTC: Django fails on SQLite, and leaves it to PostgreSQL",
        "On PostgreSQL too, U+0000 in a search or a filter finds nothing, a time may be 16 hours",
    ),
    ("what a search costs is bounded", "A search of more than 32 terms or 500 bytes"),
    // Exceptions.
    ("slashes at the beginning are not taken together", "Slashes at the beginning of a path"),
    ("an encoded slash is none to us", "Slashes at the beginning of a path are not merged, and `%2F`"),
    ("actix refuses what RFC 3986 does not allow, and cuts fragments", "A target with raw `<`"),
    ("character sets that no client sends", "Character sets of bodies go by the names of WHATWG's"),
    ("base64 in multipart is not decoded", "In multipart bodies `Content-Transfer-Encoding` is ignored"),
    // Rules of the explorer.
    ("the admin has pages of its own", "A form that comes back with errors is 422"),
    (
        "a token in a cookie changes nothing without the CSRF token",
        "A token in a cookie (`jwt.cookie`) changes nothing without the CSRF token",
    ),
    (
        "any well-formed Host is taken, and another is 400 in JSON or without a body",
        "Any well-formed `Host` is accepted",
    ),
    ("targets that are no URLs are 400 without a body", "A target with raw `<`"),
    ("slashes at the beginning of a path are not taken together", "Slashes at the beginning of a path"),
    ("an encoded slash is none", "Slashes at the beginning of a path are not merged, and `%2F`"),
    (
        "a path that ends with an encoded line break is another one",
        "A path that ends with an encoded line break",
    ),
    ("ids beyond 64 bits are 404", "Ids beyond 64 bits are 404."),
    ("a limit beyond 64 bits and an offset of more than 38 digits are 404", "A `?limit=` beyond 64 bits"),
    ("by cursor, the newest come first where the query names no order", "By cursor, the newest come first"),
    ("long searches and filters by title are 400", "A search of more than 32 terms or 500 bytes"),
    // All lines of "Tokens"; `odd_tokens.rs` knows which tokens they mean.
    ("tokens that Django takes, or fails on, are refused", "A token without `exp` is refused."),
    (
        "of several ranges that accept the same, Django takes one by chance",
        "An `Accept` header that is not ASCII",
    ),
    (
        "of several values of a filter that are no keys, Django names one by chance",
        "Of several values of a many-to-many filter that are no keys",
    ),
    (
        "by cursor, Django writes the name of a related record where its key belongs",
        "By cursor, a page in the order of a foreign key",
    ),
    (
        "PostgreSQL puts records that are equal in an order as it finds them",
        "On PostgreSQL, records that are equal in what a list is ordered by",
    ),
    (
        "character sets that Python alone knows count as UTF-8 or windows-1252",
        "Character sets of bodies go by the names of WHATWG's",
    ),
    (
        "neither base64 nor RFC 2231 is decoded in multipart",
        "In multipart bodies `Content-Transfer-Encoding` is ignored",
    ),
    (
        "U+0000 is found in no post, on either engine; Django fails on PostgreSQL",
        "On PostgreSQL too, U+0000 in a search or a filter finds nothing",
    ),
    (
        "PostgreSQL reads no offset of 16 hours, and the moment is sent in UTC",
        "On PostgreSQL too, U+0000 in a search or a filter finds nothing, a time may be 16 hours",
    ),
    (
        "moments out of range in UTC are refused, on either engine; Django leaves them to PostgreSQL",
        "On PostgreSQL too, U+0000 in a search or a filter finds nothing, a time may be 16 hours",
    ),
];

mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::DIFFERENCES;
    use crate::case::Step;
    use crate::exceptions::EXCEPTIONS;
    use crate::{explore, files};

    /// Of everything that may pass over a difference.
    fn reasons() -> BTreeSet<String> {
        let mut reasons = BTreeSet::new();
        for file in files::chosen(&[]).unwrap() {
            let groups = files::read_cases(&file).unwrap();
            let steps = groups.into_iter().flat_map(|group| group.cases).flat_map(|case| case.steps);
            reasons.extend(steps.filter_map(|step| match step {
                Step::Request(request) => Some(request.deliberate?.reason),
                Step::Forge(_) => None,
            }));
        }
        reasons.extend(EXCEPTIONS.iter().map(|exception| exception.reason.to_owned()));
        reasons.extend(explore::known_reasons().map(str::to_owned));
        reasons
    }

    #[test]
    fn every_reason_is_a_line_of_the_document_and_none_is_left_over() {
        let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/differences.md");
        let document = fs::read_to_string(document).unwrap();
        for (reason, line) in DIFFERENCES {
            let begin = format!("\n| {line}");
            assert!(document.contains(&begin), "no line of docs/differences.md is for: {reason}");
        }
        let listed: BTreeSet<_> = DIFFERENCES.iter().map(|(reason, _)| (*reason).to_owned()).collect();
        assert_eq!(listed.len(), DIFFERENCES.len(), "a reason is listed twice");
        assert_eq!(reasons(), listed);
    }
}
