//! The comparison of both versions of a record that two users changed at the same time.

use std::borrow::Cow;

use askama::Template;
use presspass_domain::model::{Field, Kind, Record, Value};
use presspass_rest::pages::Html;

use super::kinds::input_text;
use super::submitted_text;
use crate::display::{choice_label, value_text};
use crate::page::Page;
use crate::request::Submission;

struct Compared {
    label: Cow<'static, str>,
    mine: String,
    theirs: String,
}

#[derive(Template)]
#[template(path = "conflict.html")]
struct ConflictTemplate {
    fields: Vec<Compared>,
    name: &'static str,
    history: String,
}

/// The fields that differ between what was sent and what is saved now.
pub(super) fn render_comparison(
    page: &Page<'_>,
    fields: impl Iterator<Item = &'static Field>,
    sent: &Submission,
    theirs: &Record,
) -> Html {
    let differing = fields.filter_map(|field| {
        let now = theirs.get(field.name)?;
        let mine = match (field.kind, now) {
            (Kind::Password, _) => return None,
            (Kind::Many(_) | Kind::Boolean, _) if !field.null => {
                submitted_text(field, sent, Some(now), |key| format!("#{key}"))
            }
            // What a browser cannot send unchanged: timestamps to the microsecond, line breaks.
            _ if sent.text(field.name).replace("\r\n", "\n") == input_text(now).replace("\r\n", "\n") => {
                return None;
            }
            _ => submitted_text(field, sent, Some(now), |key| format!("#{key}")).replace("\r\n", "\n"),
        };
        let theirs = match now {
            Value::Text(text) => choice_label(field, text).replace("\r\n", "\n"),
            now => value_text(now),
        };
        (mine != theirs).then_some(Compared { label: field.label(), mine, theirs })
    });
    let template = ConflictTemplate {
        fields: differing.collect(),
        name: page.model().verbose_name(),
        history: page.path_to(theirs.id, "history"),
    };
    Html::of(&template)
}
