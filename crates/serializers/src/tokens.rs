//! The bodies of the token endpoints.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use validator::Validate;

use crate::errors::Errors;
use crate::field::{Field, Kind, Look};
use crate::input::Input;
use crate::validation::{Completeness, ParsedFields, no_nul};

const USERNAME: Field = Field::text("username", "Username", None).look(Look::Username).example("ada");
const PASSWORD: Field =
    Field::text("password", "Password", None).look(Look::Password).example("engine-No-1843");
const SHOWN_TOKEN: Field = Field::read_only("token", "Token", Kind::Text { max_length: None })
    .example("eyJ0eXAiOiJKV1QifQ.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl");

/// The body of `obtain_token`.
pub const CREDENTIAL_FIELDS: &[Field] = &[USERNAME, PASSWORD];

/// In the order of drf-jwt.
pub const DRF_JWT_CREDENTIAL_FIELDS: &[Field] = &[PASSWORD, USERNAME];

/// The fields in drf-jwt's OPTIONS.
pub const DRF_JWT_CREDENTIAL_METADATA: &[Field] = &[PASSWORD, SHOWN_TOKEN, USERNAME];

/// drf-jwt's answer: `pk` is when the token was issued.
pub const DRF_JWT_ANSWER_FIELDS: &[Field] =
    &[Field::read_only("pk", "Pk", Kind::Integer).nullable(), SHOWN_TOKEN];

/// The body of `refresh_token` and `verify_token`.
pub const TOKEN_FIELDS: &[Field] = &[Field::text("token", "Token", None)
    .look(Look::Token)
    .example("eyJ0eXAiOiJKV1QifQ.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl")];

/// A user name and a password, both trimmed, as djangorestframework-jwt does it.
#[derive(Validate)]
pub struct Credentials {
    #[validate(custom(function = "no_nul"))]
    pub username: String,
    #[validate(custom(function = "no_nul"))]
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Credentials, with errors in the order of these fields.
///
/// # Errors
/// The messages by field.
pub fn parse_credentials(input: &Input, fields: &'static [Field]) -> Result<Credentials, Errors> {
    let mut parsed = ParsedFields::of(fields, input, Completeness::Full)?;
    let credentials = Credentials {
        username: parsed.take("username").unwrap_or_default(),
        password: parsed.take("password").unwrap_or_default(),
    };
    parsed.finish(fields, credentials.validate())?;
    Ok(credentials)
}

#[derive(Validate)]
struct TokenInput {
    #[validate(custom(function = "no_nul"))]
    token: String,
}

/// The token of a body.
///
/// # Errors
/// The messages by field.
pub fn parse_token(input: &Input) -> Result<String, Errors> {
    let mut parsed = ParsedFields::of(TOKEN_FIELDS, input, Completeness::Full)?;
    let body = TokenInput { token: parsed.take("token").unwrap_or_default() };
    parsed.finish(TOKEN_FIELDS, body.validate())?;
    Ok(body.token)
}

/// `{"token": "…"}`, in drf-jwt `{"pk": 1796000000, "token": "…"}`
#[derive(Serialize)]
pub struct Representation<'a> {
    /// `iat` of the token, in drf-jwt alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pk: Option<Value>,
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
        let credentials = parse_credentials(&input, CREDENTIAL_FIELDS).unwrap();
        assert_eq!((credentials.username.as_str(), credentials.password.as_str()), ("ada", "secret"));
        assert!(!format!("{credentials:?}").contains("secret"));
    }

    #[test]
    fn the_representation_has_the_fields_of_the_list() {
        for (pk, fields) in [(None, TOKEN_FIELDS), (Some(Value::Null), DRF_JWT_ANSWER_FIELDS)] {
            let json = serde_json::to_value(Representation { pk, token: "t" }).unwrap();
            let members: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
            assert_eq!(members, fields.iter().map(|field| field.name).collect::<Vec<_>>());
        }
    }
}
