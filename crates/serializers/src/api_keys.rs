//! API keys on the wire.

use std::fmt;

use presspass_domain::Timestamp;
use serde::Serialize;
use validator::Validate;

use crate::errors::{Errors, FieldErrors};
use crate::field::{Field, Kind};
use crate::input::Input;
use crate::passwords::{CURRENT, CURRENT_FIELD};
use crate::render::WireTimestamp;
use crate::validation::{Completeness, Taken, no_nul};

/// The name of the field with a key's name.
pub const NAME: &str = "name";

/// The name of the field with a key's scopes.
pub const SCOPES: &str = "scopes";

/// The name of the field with a key's end.
pub const EXPIRES_AT: &str = "expires_at";

/// An example that is never out of date.
const FUTURE: &str = "2099-12-31T00:00:00Z";
const NAME_LENGTH: u64 = 100;
const SCOPES_LENGTH: u64 = 2000;

const NAME_FIELD: Field = Field::text(NAME, "Name", Some(NAME_LENGTH)).example("laptop");
const SCOPES_FIELD: Field = Field::text(SCOPES, "Scopes", Some(SCOPES_LENGTH))
    .help("Permissions such as posts.view_post posts.add_post, or * for all that your account has.")
    .example("posts.view_post posts.add_post");

/// What is taken.
pub const REQUEST_FIELDS: &[Field] = &[
    NAME_FIELD,
    SCOPES_FIELD,
    Field::optional_timestamp(EXPIRES_AT, "Expires at").example(FUTURE),
    CURRENT_FIELD,
];

/// A key in a list, in the order of the wire.
pub const FIELDS: &[Field] = &[ID, NAME_SHOWN, SCOPES_SHOWN, CREATED, EXPIRES, LAST_USED];

/// A key that was made: what is listed, the secret, this once, and what its owner should know.
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

/// REST framework's `DateTimeField`.
const NO_MOMENT: &str = "Datetime has wrong format. Use one of these formats instead: \
                         YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";

/// A key that a client wants.
#[derive(Validate)]
pub struct Wanted {
    /// What its owner calls it.
    #[validate(length(max = "NAME_LENGTH"), custom(function = "no_nul"))]
    pub name: String,
    /// What it may do at most: names of permissions with blanks between, or `*`.
    #[validate(length(max = "SCOPES_LENGTH"), custom(function = "no_nul"))]
    pub scopes: String,
    /// When it ends; `None` is never.
    pub expires_at: Option<Timestamp>,
    /// The password, as it was typed.
    #[validate(custom(function = "no_nul"))]
    pub current_password: String,
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted")
            .field("name", &self.name)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// A key out of what a client sent.
///
/// # Errors
/// The messages by field.
pub fn wanted(input: &Input) -> Result<Wanted, Errors> {
    let mut taken = Taken::from(REQUEST_FIELDS, input, Completeness::Whole)?;
    let timestamp = taken.value(EXPIRES_AT).map(|text| Timestamp::parse_iso(&text));
    let wanted = Wanted {
        name: taken.value(NAME).unwrap_or_default(),
        scopes: taken.value(SCOPES).unwrap_or_default(),
        expires_at: timestamp.and_then(Result::ok),
        current_password: taken.value(CURRENT).unwrap_or_default(),
    };
    taken.finish(REQUEST_FIELDS, wanted.validate())?;
    if matches!(timestamp, Some(Err(_))) {
        let mut errors = FieldErrors::default();
        errors.add(EXPIRES_AT, [NO_MOMENT.into()]);
        return Err(Errors::Fields(errors));
    }
    Ok(wanted)
}

/// A key on the wire, as its owner sees it.
#[derive(Debug, Serialize)]
pub struct Representation<'a> {
    id: i64,
    name: &'a str,
    scopes: &'a str,
    created_at: WireTimestamp,
    expires_at: Option<WireTimestamp>,
    last_used_at: Option<WireTimestamp>,
}

/// What is told of a key.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Its number.
    pub id: i64,
    /// What its owner calls it.
    pub name: &'a str,
    /// What it may do at most.
    pub scopes: &'a str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; `None` is never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used; `None` is never yet.
    pub last_used_at: Option<Timestamp>,
}

impl<'a> From<Told<'a>> for Representation<'a> {
    fn from(Told { id, name, scopes, created_at, expires_at, last_used_at }: Told<'a>) -> Self {
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

/// A key that was made, with its secret.
#[derive(Serialize)]
pub struct Created<'a> {
    /// What is listed of it.
    #[serde(flatten)]
    pub listed: Representation<'a>,
    /// The secret.
    pub key: &'a str,
    /// Why it is of no use here, where it is not.
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

    fn wanted_of(expires_at: Member) -> Result<Wanted, Errors> {
        let text = |text: &str| Member::Text(text.to_owned());
        wanted(&Input::Members(vec![
            (NAME.to_owned(), text(" laptop ")),
            (SCOPES.to_owned(), text("*")),
            (EXPIRES_AT.to_owned(), expires_at),
            (CURRENT.to_owned(), text(" secret")),
        ]))
    }

    #[test]
    fn an_end_may_be_left_out_and_must_be_a_timestamp() {
        for nothing in [Member::Null, Member::Text(" ".to_owned())] {
            let wanted = wanted_of(nothing).unwrap();
            assert_eq!((wanted.name.as_str(), wanted.expires_at), ("laptop", None));
            assert_eq!(wanted.current_password, " secret");
            assert!(!format!("{wanted:?}").contains("secret"));
        }
        let timestamp = "2027-01-01T00:00:00Z";
        let wanted = wanted_of(Member::Text(timestamp.to_owned())).unwrap();
        assert_eq!(wanted.expires_at.unwrap().to_wire(), timestamp);
        let Err(Errors::Fields(errors)) = wanted_of(Member::Text("tomorrow".to_owned())) else { panic!() };
        assert_eq!(errors.of(EXPIRES_AT), [NO_MOMENT]);
        let Err(Errors::Fields(errors)) = wanted_of(Member::Bool) else { panic!() };
        assert_eq!(errors.of(EXPIRES_AT), ["Not a valid string."]);
    }

    #[test]
    fn the_representations_have_the_fields_of_the_lists_in_their_order() {
        let timestamp = Timestamp::parse_iso("2027-01-01T00:00:00Z").unwrap();
        let told = Told {
            id: 1,
            name: "a",
            scopes: "*",
            created_at: timestamp,
            expires_at: None,
            last_used_at: None,
        };
        let listed = Representation::from(told);
        let json = serde_json::to_string(&listed).unwrap();
        let created = serde_json::to_string(&Created { listed, key: "pp_", warning: None }).unwrap();
        for (json, fields) in [(json, FIELDS), (created, CREATED_FIELDS)] {
            let place = |field: &Field| json.find(&format!("\"{}\":", field.name)).unwrap();
            assert!(fields.iter().map(place).is_sorted(), "{json}");
            assert_eq!(json.matches("\":").count(), fields.len());
        }
    }
}
