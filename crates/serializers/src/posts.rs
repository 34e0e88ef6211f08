//! The JSON form of posts.

use presspass_domain::{NewPost, Post, PostChanges};
use serde::Serialize;
use validator::Validate;

use crate::errors::Errors;
use crate::field::{Field, Kind, Look};
use crate::input::Input;
use crate::render::WireTimestamp;
use crate::validation::{Completeness, ParsedFields, no_nul};

const TITLE_MAX_LENGTH: u64 = Post::TITLE_MAX_LENGTH as u64;

/// In the order of the JSON members.
pub const FIELDS: &[Field] = &[
    Field::read_only("id", "ID", Kind::Integer),
    Field::text("title", "Title", Some(TITLE_MAX_LENGTH)).example("Hello"),
    Field::text("content", "Content", None).look(Look::Area).example("World"),
    Field::read_only("created_at", "Created at", Kind::DateTime),
    Field::read_only("updated_at", "Updated at", Kind::DateTime),
];

/// The writable fields and their rules.
#[derive(Debug, Default, Validate)]
struct PostInput {
    #[validate(length(max = "TITLE_MAX_LENGTH"), custom(function = "no_nul"))]
    title: Option<String>,
    #[validate(custom(function = "no_nul"))]
    content: Option<String>,
}

fn parse(input: &Input, completeness: Completeness) -> Result<PostInput, Errors> {
    let mut parsed = ParsedFields::of(FIELDS, input, completeness)?;
    let post = PostInput { title: parsed.take("title"), content: parsed.take("content") };
    parsed.finish(FIELDS, post.validate())?;
    Ok(post)
}

/// A new post, or the replacement of one (POST and PUT).
///
/// # Errors
/// The messages by field.
pub fn parse_create(input: &Input) -> Result<NewPost, Errors> {
    let PostInput { title, content } = parse(input, Completeness::Full)?;
    Ok(NewPost { title: title.unwrap_or_default(), content: content.unwrap_or_default() })
}

/// The changes to a post (PATCH).
///
/// # Errors
/// The messages by field.
pub fn parse_update(input: &Input) -> Result<PostChanges, Errors> {
    let PostInput { title, content } = parse(input, Completeness::Partial)?;
    Ok(PostChanges { title, content })
}

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
    fn the_rules_and_the_fields_have_the_same_limits() {
        for field in FIELDS.iter().filter(|field| !field.read_only) {
            let Kind::Text { max_length } = field.kind else { panic!("{} is no text", field.name) };
            let limit = usize::try_from(max_length.unwrap_or(100_000)).unwrap();
            let rules = |length: usize| {
                let value = Some("é".repeat(length));
                match field.name {
                    "title" => PostInput { title: value, content: None },
                    "content" => PostInput { title: None, content: value },
                    other => panic!("{other} has no rules"),
                }
            };
            assert!(rules(limit).validate().is_ok(), "{} of {limit}", field.name);
            assert_eq!(rules(limit + 1).validate().is_err(), max_length.is_some(), "{}", field.name);
        }
    }

    #[test]
    fn errors_come_in_the_order_of_the_fields() {
        let errors =
            parse_create(&input(&[("content", Member::Null), ("title", text(" \u{1f} "))])).unwrap_err();
        assert_eq!(
            body(&errors),
            r#"{"title":["This field may not be blank."],"content":["This field may not be null."]}"#
        );
        let errors =
            parse_create(&input(&[("content", text("a\0")), ("title", Member::Bool(true))])).unwrap_err();
        assert_eq!(
            body(&errors),
            r#"{"title":["Not a valid string."],"content":["Null characters are not allowed."]}"#
        );
    }

    #[test]
    fn a_title_that_is_too_long_and_has_a_nul_has_two_errors() {
        let title = "x".repeat(50) + "\0";
        let errors = parse_create(&input(&[("title", text(title)), ("content", text("c"))])).unwrap_err();
        assert_eq!(
            body(&errors),
            r#"{"title":["Ensure this field has no more than 50 characters.","Null characters are not allowed."]}"#
        );
    }

    #[test]
    fn a_body_that_is_no_object_is_refused_by_pythons_name_for_its_type() {
        assert_eq!(
            body(&parse_create(&Input::Other("list")).unwrap_err()),
            r#"{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}"#
        );
        assert_eq!(
            body(&parse_create(&Input::Null).unwrap_err()),
            r#"{"non_field_errors":["No data provided"]}"#
        );
    }

    #[test]
    fn a_partial_update_changes_the_fields_that_are_sent() {
        let changes = parse_update(&input(&[("content", text(" c "))])).unwrap();
        assert_eq!((changes.title, changes.content.as_deref()), (None, Some("c")));
        assert_eq!(parse_update(&Input::empty()).unwrap(), PostChanges::default());
    }

    proptest! {
        #[test]
        fn any_text_is_accepted_or_refused_with_a_message(title in any::<String>(), content in any::<String>()) {
            let outcome = parse_create(&input(&[("title", text(title.clone())), ("content", text(content))]));
            if let Ok(post) = outcome {
                prop_assert!(post.title.chars().count() <= Post::TITLE_MAX_LENGTH);
                prop_assert_eq!(post.title.as_str(), crate::validation::strip(&title));
            }
        }
    }
}
