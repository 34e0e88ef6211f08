//! The change of a password on the wire.

use std::fmt;

use serde::Serialize;
use validator::Validate;

use crate::errors::Errors;
use crate::field::{Field, Kind, Look};
use crate::input::Input;
use crate::validation::{Completeness, Taken, no_nul};

/// The name of the field in which a caller proves to be the account's owner.
pub const CURRENT: &str = "current_password";

/// The name of the field with the new password.
pub const NEW: &str = "new_password";

/// The field in which a caller proves to be the account's owner.
pub(crate) const CURRENT_FIELD: Field =
    Field::password(CURRENT, "Current password").example("the-one-until-now-7");

/// What is taken.
pub const CHANGE_FIELDS: &[Field] = &[
    CURRENT_FIELD,
    Field::password(NEW, "New password").look(Look::NewPassword).example("notes-on-Bernoulli-7"),
];

/// What is answered.
pub const CHANGED_FIELDS: &[Field] = &[Field::read_only("token", "Token", Kind::Text { max_length: None })
    .nullable()
    .example("eyJ0eXAiOiJKV1QifQ.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl")];

/// Two passwords, as they were typed.
#[derive(Validate)]
pub struct Change {
    /// The one that there is.
    #[validate(custom(function = "no_nul"))]
    pub current_password: String,
    /// The one that takes its place.
    #[validate(custom(function = "no_nul"))]
    pub new_password: String,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Change(hidden)")
    }
}

/// A change out of what a client sent. The rules of new passwords are not looked at.
///
/// # Errors
/// The messages by field.
pub fn change(input: &Input) -> Result<Change, Errors> {
    let mut taken = Taken::from(CHANGE_FIELDS, input, Completeness::Whole)?;
    let change = Change {
        current_password: taken.value(CURRENT).unwrap_or_default(),
        new_password: taken.value(NEW).unwrap_or_default(),
    };
    taken.finish(CHANGE_FIELDS, change.validate())?;
    Ok(change)
}

/// `{"token": "…"}`: for a caller whose own has ended. Others get none.
#[derive(Serialize)]
pub struct Representation<'a> {
    /// The token.
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
    fn passwords_are_taken_as_they_are_and_never_shown() {
        let change = change(&input(" old ", "new\t")).unwrap();
        assert_eq!((change.current_password.as_str(), change.new_password.as_str()), (" old ", "new\t"));
        assert!(!format!("{change:?}").contains("new"));
    }

    #[test]
    fn what_is_missing_is_told_by_field() {
        let json = |input| serde_json::to_string(&change(&input).unwrap_err()).unwrap();
        assert_eq!(
            json(Input::empty()),
            r#"{"current_password":["This field is required."],"new_password":["This field is required."]}"#
        );
        assert_eq!(json(input("a", "")), r#"{"new_password":["This field may not be blank."]}"#);
        assert_eq!(json(input("a", "b\0")), r#"{"new_password":["Null characters are not allowed."]}"#);
    }
}
