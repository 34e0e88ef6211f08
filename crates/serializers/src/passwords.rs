//! The JSON form of a password change.

use std::fmt;

use serde::Serialize;
use validator::Validate;

use crate::errors::Errors;
use crate::field::{Field, Kind, Look};
use crate::input::Input;
use crate::validation::{Completeness, ParsedFields, no_nul};

/// The field by which a caller shows that they own the account.
pub const CURRENT: &str = "current_password";

pub const NEW: &str = "new_password";

pub(crate) const CURRENT_FIELD: Field =
    Field::password(CURRENT, "Current password").example("the-one-until-now-7");

/// The body of a request.
pub const CHANGE_FIELDS: &[Field] = &[
    CURRENT_FIELD,
    Field::password(NEW, "New password").look(Look::NewPassword).example("notes-on-Bernoulli-7"),
];

/// The body of an answer.
pub const CHANGED_FIELDS: &[Field] = &[Field::read_only("token", "Token", Kind::Text { max_length: None })
    .nullable()
    .example("eyJ0eXAiOiJKV1QifQ.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl")];

/// Two passwords, not trimmed.
#[derive(Validate)]
pub struct Change {
    #[validate(custom(function = "no_nul"))]
    pub current_password: String,
    #[validate(custom(function = "no_nul"))]
    pub new_password: String,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Change(hidden)")
    }
}

/// Parses a body. The rules for new passwords are checked elsewhere.
///
/// # Errors
/// The messages by field.
pub fn parse_change(input: &Input) -> Result<Change, Errors> {
    let mut parsed = ParsedFields::of(CHANGE_FIELDS, input, Completeness::Full)?;
    let change = Change {
        current_password: parsed.take(CURRENT).unwrap_or_default(),
        new_password: parsed.take(NEW).unwrap_or_default(),
    };
    parsed.finish(CHANGE_FIELDS, change.validate())?;
    Ok(change)
}

/// `{"token": "…"}`: for a caller whose own token was revoked; null for others.
#[derive(Serialize)]
pub struct Representation<'a> {
    pub token: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Member;

    fn input(current: &str, new: &str) -> Input {
        Input::Members(vec![
            (CURRENT.to_owned(), Member::Text(current.to_owned())),
            (NEW.to_owned(), Member::Text(new.to_owned())),
        ])
    }

    #[test]
    fn passwords_are_not_trimmed_and_never_shown() {
        let change = parse_change(&input(" old ", "new\t")).unwrap();
        assert_eq!((change.current_password.as_str(), change.new_password.as_str()), (" old ", "new\t"));
        assert!(!format!("{change:?}").contains("new"));
    }

    #[test]
    fn missing_fields_are_named() {
        let json = |input| serde_json::to_string(&parse_change(&input).unwrap_err()).unwrap();
        assert_eq!(
            json(Input::empty()),
            r#"{"current_password":["This field is required."],"new_password":["This field is required."]}"#
        );
        assert_eq!(json(input("a", "")), r#"{"new_password":["This field may not be blank."]}"#);
        assert_eq!(json(input("a", "b\0")), r#"{"new_password":["Null characters are not allowed."]}"#);
    }
}
