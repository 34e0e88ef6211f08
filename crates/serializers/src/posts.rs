//! Posts on the wire.

use presspass_domain::{Content, NewPost, Post, PostChanges, Title};
use serde::Serialize;
use validator::Validate;

use crate::errors::Errors;
use crate::field::{Field, Kind, Look};
use crate::input::Input;
use crate::render::WireTimestamp;
use crate::validation::{Completeness, Taken, no_nul};

/// How many code points a title may have.
const TITLE_MAX_LENGTH: u64 = Title::MAX_LENGTH as u64;

/// The fields of a post, in the order of the wire.
pub const FIELDS: &[Field] = &[
    Field::read_only("id", "ID", Kind::Integer),
    Field::text("title", "Title", Some(TITLE_MAX_LENGTH)).example("Hello"),
    Field::text("content", "Content", None).look(Look::Area).example("World"),
    Field::read_only("created_at", "Created at", Kind::DateTime),
    Field::read_only("updated_at", "Updated at", Kind::DateTime),
];

/// The rules of the writable fields.
#[derive(Debug, Default, Validate)]
struct Rules {
    #[validate(length(max = "TITLE_MAX_LENGTH"), custom(function = "no_nul"))]
    title: Option<String>,
    #[validate(custom(function = "no_nul"))]
    content: Option<String>,
}

fn validate(input: &Input, completeness: Completeness) -> Result<PostChanges, Errors> {
    let mut taken = Taken::from(FIELDS, input, completeness)?;
    let rules = Rules { title: taken.value("title"), content: taken.value("content") };
    taken.finish(FIELDS, rules.validate())?;
    // The rules are at least as strict as the domain's types, which have the last word all the same.
    let refused = |error: presspass_domain::TextError| Errors::NonField(error.to_string().into());
    Ok(PostChanges {
        title: rules.title.map(Title::parse).transpose().map_err(refused)?,
        content: rules.content.map(Content::parse).transpose().map_err(refused)?,
    })
}

/// A new post, or the whole of an old one, out of what a client sent.
///
/// # Errors
/// The messages by field.
pub fn whole(input: &Input) -> Result<NewPost, Errors> {
    match validate(input, Completeness::Whole)? {
        PostChanges { title: Some(title), content: Some(content) } => Ok(NewPost { title, content }),
        PostChanges { .. } => Err(Errors::NonField("This field is required.".into())),
    }
}

/// The changes to a post, out of what a client sent.
///
/// # Errors
/// The messages by field.
pub fn partial(input: &Input) -> Result<PostChanges, Errors> {
    validate(input, Completeness::Partial)
}

/// A post on the wire.
#[derive(Debug, Serialize)]
pub struct Representation<'a> {
    id: i64,
    title: &'a str,
    content: &'a str,
    created_at: WireTimestamp,
    updated_at: WireTimestamp,
}

impl<'a> From<&'a Post> for Representation<'a> {
    fn from(Post { id, title, content, created_at, updated_at }: &'a Post) -> Self {
        Self {
            id: *id,
            title,
            content,
            created_at: WireTimestamp(*created_at),
            updated_at: WireTimestamp(*updated_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use presspass_domain::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::input::Member;
    use crate::render::{Indent, to_json};

    fn input(members: &[(&str, Member)]) -> Input {
        Input::Members(members.iter().map(|(name, member)| ((*name).to_owned(), member.clone())).collect())
    }

    fn text(text: impl Into<String>) -> Member {
        Member::Text(text.into())
    }

    fn body(errors: &Errors) -> String {
        String::from_utf8(to_json(errors, Indent::Compact)).unwrap()
    }

    #[test]
    fn the_representation_has_the_fields_of_the_list_in_their_order() {
        let post = Post {
            id: 1,
            title: String::new(),
            content: String::new(),
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        };
        let json = String::from_utf8(to_json(&Representation::from(&post), Indent::Compact)).unwrap();
        let mut at = 0;
        for field in FIELDS {
            let found = json.find(&format!("\"{}\":", field.name)).unwrap();
            assert!(found >= at, "{} stands too early", field.name);
            at = found;
        }
        assert_eq!(json.matches("\":").count(), FIELDS.len());
    }

    #[test]
    fn the_rules_and_the_list_share_their_limits() {
        for field in FIELDS.iter().filter(|field| !field.read_only) {
            let Kind::Text { max_length } = field.kind else { panic!("{} is no text", field.name) };
            let limit = usize::try_from(max_length.unwrap_or(100_000)).unwrap();
            let rules = |length: usize| {
                let value = Some("é".repeat(length));
                match field.name {
                    "title" => Rules { title: value, content: None },
                    "content" => Rules { title: None, content: value },
                    other => panic!("{other} has no rules"),
                }
            };
            assert!(rules(limit).validate().is_ok(), "{} of {limit}", field.name);
            assert_eq!(rules(limit + 1).validate().is_err(), max_length.is_some(), "{}", field.name);
        }
    }

    #[test]
    fn errors_come_in_the_order_of_the_fields() {
        let errors = whole(&input(&[("content", Member::Null), ("title", text(" \u{1f} "))])).unwrap_err();
        assert_eq!(
            body(&errors),
            r#"{"title":["This field may not be blank."],"content":["This field may not be null."]}"#
        );
        let errors = whole(&input(&[("content", text("a\0")), ("title", Member::Bool)])).unwrap_err();
        assert_eq!(
            body(&errors),
            r#"{"title":["Not a valid string."],"content":["Null characters are not allowed."]}"#
        );
    }

    #[test]
    fn a_title_that_is_too_long_and_holds_a_nul_is_told_both() {
        let title = "x".repeat(50) + "\0";
        let errors = whole(&input(&[("title", text(title)), ("content", text("c"))])).unwrap_err();
        assert_eq!(
            body(&errors),
            r#"{"title":["Ensure this field has no more than 50 characters.","Null characters are not allowed."]}"#
        );
    }

    #[test]
    fn what_is_no_object_is_refused_by_pythons_name_for_it() {
        assert_eq!(
            body(&whole(&Input::Other("list")).unwrap_err()),
            r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#
        );
        assert_eq!(body(&whole(&Input::Null).unwrap_err()), r#"{"non_field_errors":["No data provided"]}"#);
    }

    #[test]
    fn a_partial_update_takes_what_is_given() {
        let changes = partial(&input(&[("content", text(" c "))])).unwrap();
        assert_eq!((changes.title, changes.content.unwrap().as_str()), (None, "c"));
        assert_eq!(partial(&Input::empty()).unwrap(), PostChanges::default());
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused_with_a_message(title in any::<String>(), content in any::<String>()) {
            let outcome = whole(&input(&[("title", text(title.clone())), ("content", text(content))]));
            if let Ok(post) = outcome {
                prop_assert!(post.title.as_str().chars().count() <= Title::MAX_LENGTH);
                prop_assert_eq!(post.title.as_str(), crate::validation::strip(&title));
            }
        }
    }
}
