//! Texts (DRF's `CharField` and its kinds) and choices.

use presspass_domain::model::{self, FieldError, Input as Value};

use super::formats;
use crate::errors::Message;
use crate::field::{Field, TextFormat};
use crate::input::Member;
use crate::validation::strip;

const NUL: &str = "Null characters are not allowed.";

/// All validators are run, in DRF's order.
pub(super) fn text(
    field: &Field,
    own: &'static model::Field,
    max_length: Option<u64>,
    member: &Member,
) -> Result<Value, Vec<Message>> {
    let (Member::Number(text) | Member::Text(text)) = member else {
        return Err(vec![invalid(field.format).into()]);
    };
    let text = strip(text);
    if text.is_empty() {
        return if field.blank {
            Ok(Value::Text(String::new()))
        } else {
            Err(vec!["This field may not be blank.".into()])
        };
    }
    let mut messages: Vec<Message> = Vec::new();
    if let Some(pattern) = field.pattern.filter(|pattern| !pattern.matches(text)) {
        messages.push(pattern.message.into());
    }
    if let Some(limit) = max_length.filter(|limit| *limit < text.chars().count() as u64) {
        messages.push(format!("Ensure this field has no more than {limit} characters.").into());
    }
    if text.contains('\0') {
        messages.push(NUL.into());
    }
    let fits = match field.format {
        TextFormat::Any => true,
        TextFormat::Email => formats::is_email(text),
        TextFormat::Url => formats::is_url(text),
        TextFormat::Slug => formats::is_slug(text),
    };
    if !fits {
        messages.push(invalid(field.format).into());
    }
    if !messages.is_empty() {
        return Err(messages);
    }
    let model::Kind::Text(model::TextRules { parse: Some(parse), .. }) = own.kind else {
        return Ok(Value::Text(text.to_owned()));
    };
    parse(text).map(Value::Text).map_err(|error| {
        vec![match error {
            FieldError::Required => "This field may not be blank.".into(),
            error => error.to_string().into(),
        }]
    })
}

const fn invalid(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Any => "Not a valid string.",
        TextFormat::Email => "Enter a valid email address.",
        TextFormat::Url => "Enter a valid URL.",
        TextFormat::Slug => "Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.",
    }
}

/// Choices are compared as they are, without trimming.
pub(super) fn choice(
    field: &Field,
    choices: &'static [(&'static str, &'static str)],
    member: &Member,
) -> Result<String, Message> {
    let text = member.to_python();
    let is_known = (text.is_empty() && field.blank) || choices.iter().any(|(value, _)| *value == text);
    if is_known { Ok(text) } else { Err(format!("\"{text}\" is not a valid choice.").into()) }
}
