//! The token endpoints' bodies.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use validator::Validate;

use crate::errors::Errors;
use crate::field::{Field, Kind, Look};
use crate::input::Input;
use crate::validation::{Completeness, Taken, no_nul};

const USERNAME: Field = Field::text("username", "Username", None).look(Look::Username).example("ada");
const PASSWORD: Field =
    Field::text("password", "Password", None).look(Look::Password).example("engine-No-1843");
const SHOWN_TOKEN: Field = Field::read_only("token", "Token", Kind::Text { max_length: None })
    .example("eyJ0eXAiOiJKV1QifQ.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl");

/// What `obtain_token` takes.
pub const CREDENTIAL_FIELDS: &[Field] = &[USERNAME, PASSWORD];

/// The same in the order of drf-jwt.
pub const DRF_JWT_CREDENTIAL_FIELDS: &[Field] = &[PASSWORD, USERNAME];

/// What drf-jwt's OPTIONS tells of them.
pub const DRF_JWT_CREDENTIAL_METADATA: &[Field] = &[PASSWORD, SHOWN_TOKEN, USERNAME];

/// What drf-jwt answers with: `pk` is when the token was issued.
pub const DRF_JWT_ANSWER_FIELDS: &[Field] =
    &[Field::read_only("pk", "Pk", Kind::Integer).nullable(), SHOWN_TOKEN];

/// What `refresh_token` and `verify_token` take.
pub const TOKEN_FIELDS: &[Field] = &[Field::text("token", "Token", None)
    .look(Look::Token)
    .example("eyJ0eXAiOiJKV1QifQ.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl")];

/// A name and a password, both trimmed, as the original trims them.
#[derive(Validate)]
pub struct Credentials {
    /// The account's name.
    #[validate(custom(function = "no_nul"))]
    pub username: String,
    /// Its password.
    #[validate(custom(function = "no_nul"))]
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Credentials out of what a client sent, with errors in the order of these fields.
///
/// # Errors
/// The messages by field.
pub fn credentials(input: &Input, fields: &'static [Field]) -> Result<Credentials, Errors> {
    let mut taken = Taken::from(fields, input, Completeness::Whole)?;
    let credentials = Credentials {
        username: taken.value("username").unwrap_or_default(),
        password: taken.value("password").unwrap_or_default(),
    };
    taken.finish(fields, credentials.validate())?;
    Ok(credentials)
}

#[derive(Validate)]
struct TokenRules {
    #[validate(custom(function = "no_nul"))]
    token: String,
}

/// A token out of what a client sent.
///
/// # Errors
/// The messages by field.
pub fn token(input: &Input) -> Result<String, Errors> {
    let mut taken = Taken::from(TOKEN_FIELDS, input, Completeness::Whole)?;
    let rules = TokenRules { token: taken.value("token").unwrap_or_default() };
    taken.finish(TOKEN_FIELDS, rules.validate())?;
    Ok(rules.token)
}

/// `{"token": "…"}`, in drf-jwt `{"pk": 1796000000, "token": "…"}`
#[derive(Serialize)]
pub struct Representation<'a> {
    /// `iat` of the token, as it stands there, in drf-jwt alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pk: Option<Value>,
    /// The token.
    pub token: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Member;

    #[test]
    fn credentials_are_trimmed_and_never_shown() {
        let input = Input::Members(vec![
            ("username".into(), Member::Text(" ada ".into())),
            ("password".into(), Member::Text("\tsecret ".into())),
        ]);
        let credentials = credentials(&input, CREDENTIAL_FIELDS).unwrap();
        assert_eq!((credentials.username.as_str(), credentials.password.as_str()), ("ada", "secret"));
        assert!(!format!("{credentials:?}").contains("secret"));
    }

    #[test]
    fn the_representation_has_the_fields_that_are_taken() {
        for (pk, fields) in [(None, TOKEN_FIELDS), (Some(Value::Null), DRF_JWT_ANSWER_FIELDS)] {
            let json = serde_json::to_value(Representation { pk, token: "t" }).unwrap();
            let members: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
            assert_eq!(members, fields.iter().map(|field| field.name).collect::<Vec<_>>());
        }
    }
}
