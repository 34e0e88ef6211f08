//! Both versions of a record that two people changed at once.

use askama::Template;
use presspass_domain::admin::{Field, Kind, Record, Value};
use presspass_rest::pages::Html;

use super::fields::typed;
use super::words_of;
use crate::ask::Submission;
use crate::display::{for_people, words};
use crate::page::Page;

struct Compared {
    label: &'static str,
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

/// What differs between what was sent and what is saved now.
pub(super) fn compared(
    page: &Page<'_>,
    fields: impl Iterator<Item = &'static Field>,
    sent: &Submission,
    theirs: &Record,
) -> Html {
    let differing = fields.filter_map(|field| {
        let now = theirs.get(field.name)?;
        let mine = match (field.kind, now) {
            (Kind::Password, _) => return None,
            (Kind::Timestamp(_), Value::Timestamp(Some(timestamp))) if sent.text(field.name) == typed(*timestamp) => {
                for_people(*timestamp)
            }
            _ => words_of(field, sent, Some(now), |key| format!("number {key}")).replace("\r\n", "\n"),
        };
        let theirs = words(now).replace("\r\n", "\n");
        (mine != theirs).then_some(Compared { label: field.label, mine, theirs })
    });
    let template = ConflictTemplate {
        fields: differing.collect(),
        name: page.model().verbose_name,
        history: page.path_to(theirs.id, "history"),
    };
    Html::of(&template)
}
