//! The JSON form of API keys.

use std::fmt;

use presspass_domain::Timestamp;
use serde::Serialize;
use validator::Validate;

use crate::errors::{Errors, FieldErrors};
use crate::field::{Field, Kind};
use crate::input::Input;
use crate::passwords::{CURRENT, CURRENT_FIELD};
use crate::render::WireTimestamp;
use crate::validation::{Completeness, ParsedFields, no_nul};

pub const NAME: &str = "name";

pub const SCOPES: &str = "scopes";

pub const EXPIRES_AT: &str = "expires_at";

const FUTURE: &str = "2099-12-31T00:00:00Z";
const NAME_LENGTH: u64 = 100;
const SCOPES_LENGTH: u64 = 2000;

const NAME_FIELD: Field = Field::text(NAME, "Name", Some(NAME_LENGTH)).example("laptop");
const SCOPES_FIELD: Field = Field::text(SCOPES, "Scopes", Some(SCOPES_LENGTH))
    .help("Permissions such as posts.view_post posts.add_post, or * for all permissions of your account.")
    .example("posts.view_post posts.add_post");

/// Parses a body into a request for a new key.
pub const REQUEST_FIELDS: &[Field] = &[
    NAME_FIELD,
    SCOPES_FIELD,
    Field::optional_timestamp(EXPIRES_AT, "Expires at").example(FUTURE),
    CURRENT_FIELD,
];

/// A key in a list.
pub const FIELDS: &[Field] = &[ID, NAME_SHOWN, SCOPES_SHOWN, CREATED, EXPIRES, LAST_USED];

/// A new key, with its secret, which is shown once.
pub const CREATED_FIELDS: &[Field] = &[
    ID,
    NAME_SHOWN,
    SCOPES_SHOWN,
    CREATED,
    EXPIRES,
    LAST_USED,
    Field::read_only("key", "Key", Kind::Text { max_length: None })
        .example("pp_0123456789abcdefghijABCDEFGHIJ0123456789abc4fYx2k"),
    Field::read_only("warning", "Warning", Kind::Text { max_length: None }).nullable(),
];

const ID: Field = Field::read_only("id", "ID", Kind::Integer);
const NAME_SHOWN: Field = Field::read_only(NAME, "Name", Kind::Text { max_length: None }).example("laptop");
const SCOPES_SHOWN: Field = Field::read_only(SCOPES, "Scopes", Kind::Text { max_length: None })
    .example("posts.add_post posts.view_post");
const CREATED: Field = Field::read_only("created_at", "Created at", Kind::DateTime);
const EXPIRES: Field = Field::read_only(EXPIRES_AT, "Expires at", Kind::DateTime).nullable().example(FUTURE);
const LAST_USED: Field = Field::read_only("last_used_at", "Last used at", Kind::DateTime).nullable();

/// DRF's `DateTimeField`.
const WRONG_FORMAT: &str = "Datetime has wrong format. Use one of these formats instead: \
                         YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";

#[derive(Validate)]
pub struct ApiKeyRequest {
    #[validate(length(max = "NAME_LENGTH"), custom(function = "no_nul"))]
    pub name: String,
    /// The names of permissions, separated by spaces, or `*`.
    #[validate(length(max = "SCOPES_LENGTH"), custom(function = "no_nul"))]
    pub scopes: String,
    pub expires_at: Option<Timestamp>,
    #[validate(custom(function = "no_nul"))]
    pub current_password: String,
}

impl fmt::Debug for ApiKeyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyRequest")
            .field("name", &self.name)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// Parses a body into a request for a new key.
///
/// # Errors
/// The messages by field.
pub fn parse_request(input: &Input) -> Result<ApiKeyRequest, Errors> {
    let mut parsed = ParsedFields::of(REQUEST_FIELDS, input, Completeness::Full)?;
    let timestamp = parsed.take(EXPIRES_AT).map(|text| Timestamp::parse_iso(&text));
    let request = ApiKeyRequest {
        name: parsed.take(NAME).unwrap_or_default(),
        scopes: parsed.take(SCOPES).unwrap_or_default(),
        expires_at: timestamp.and_then(Result::ok),
        current_password: parsed.take(CURRENT).unwrap_or_default(),
    };
    parsed.finish(REQUEST_FIELDS, request.validate())?;
    if matches!(timestamp, Some(Err(_))) {
        let mut errors = FieldErrors::default();
        errors.add(EXPIRES_AT, [WRONG_FORMAT.into()]);
        return Err(Errors::Fields(errors));
    }
    Ok(request)
}

#[derive(Debug, Serialize)]
pub struct Representation<'a> {
    id: i64,
    name: &'a str,
    scopes: &'a str,
    created_at: WireTimestamp,
    expires_at: Option<WireTimestamp>,
    last_used_at: Option<WireTimestamp>,
}

/// What the owner of a key sees.
#[derive(Debug, Clone, Copy)]
pub struct ApiKeyView<'a> {
    pub id: i64,
    pub name: &'a str,
    pub scopes: &'a str,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}

impl<'a> From<ApiKeyView<'a>> for Representation<'a> {
    fn from(ApiKeyView { id, name, scopes, created_at, expires_at, last_used_at }: ApiKeyView<'a>) -> Self {
        Self {
            id,
            name,
            scopes,
            created_at: WireTimestamp(created_at),
            expires_at: expires_at.map(WireTimestamp),
            last_used_at: last_used_at.map(WireTimestamp),
        }
    }
}

#[derive(Serialize)]
pub struct Created<'a> {
    #[serde(flatten)]
    pub listed: Representation<'a>,
    pub key: &'a str,
    /// Why this server does not accept it.
    pub warning: Option<&'a str>,
}

impl fmt::Debug for Created<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Created").field("listed", &self.listed).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Member;

    fn parsed(expires_at: Member) -> Result<ApiKeyRequest, Errors> {
        let text = |text: &str| Member::Text(text.to_owned());
        parse_request(&Input::Members(vec![
            (NAME.to_owned(), text(" laptop ")),
            (SCOPES.to_owned(), text("*")),
            (EXPIRES_AT.to_owned(), expires_at),
            (CURRENT.to_owned(), text(" secret")),
        ]))
    }

    #[test]
    fn an_expiry_is_optional_and_must_be_a_timestamp() {
        for nothing in [Member::Null, Member::Text(" ".to_owned())] {
            let request = parsed(nothing).unwrap();
            assert_eq!((request.name.as_str(), request.expires_at), ("laptop", None));
            assert_eq!(request.current_password, " secret");
            assert!(!format!("{request:?}").contains("secret"));
        }
        let timestamp = "2027-01-01T00:00:00Z";
        let request = parsed(Member::Text(timestamp.to_owned())).unwrap();
        assert_eq!(request.expires_at.unwrap().to_wire(), timestamp);
        let Err(Errors::Fields(errors)) = parsed(Member::Text("tomorrow".to_owned())) else { panic!() };
        assert_eq!(errors.of(EXPIRES_AT), [WRONG_FORMAT]);
        let Err(Errors::Fields(errors)) = parsed(Member::Bool(true)) else { panic!() };
        assert_eq!(errors.of(EXPIRES_AT), ["Not a valid string."]);
    }

    #[test]
    fn the_representations_have_the_fields_of_the_lists_in_their_order() {
        let timestamp = Timestamp::parse_iso("2027-01-01T00:00:00Z").unwrap();
        let view = ApiKeyView {
            id: 1,
            name: "a",
            scopes: "*",
            created_at: timestamp,
            expires_at: None,
            last_used_at: None,
        };
        let listed = Representation::from(view);
        let json = serde_json::to_string(&listed).unwrap();
        let created = serde_json::to_string(&Created { listed, key: "pp_", warning: None }).unwrap();
        for (json, fields) in [(json, FIELDS), (created, CREATED_FIELDS)] {
            let place = |field: &Field| json.find(&format!("\"{}\":", field.name)).unwrap();
            assert!(fields.iter().map(place).is_sorted(), "{json}");
            assert_eq!(json.matches("\":").count(), fields.len());
        }
    }
}
