//! The input of a foreign key: a select, or where the other model has many records, a line for a key or words of a label.

use presspass_domain::model::{ChoiceQuery, Field, Key, Reference, Relation, Search, Value};
use presspass_rest::pages::{Choice, Widget};

use super::fields::Filled;
use crate::page::{Page, label_of};
use crate::policy::RecordLimits;
use crate::request::AdminError;

/// How many records a select lists.
const LISTED: u32 = 300;
/// How many are offered of those that words find.
const FOUND: u32 = 50;

const NO_CHOICE: &str = "---------";

pub(super) async fn reference(
    page: &Page<'_>,
    field: &'static Field,
    relation: Relation,
    filled: Filled<'_>,
    limits: &RecordLimits,
) -> Result<Widget, AdminError> {
    let value = filled.text(field);
    let offered = limits.choices_for(field.name);
    let listed =
        page.store().choices(relation.to, ChoiceQuery { search: None, limit: Some(LISTED + 1) }).await?;
    if listed.len() <= LISTED as usize {
        let listed = listed.into_iter().filter(|it| offered.is_none_or(|keys| keys.contains(&it.id)));
        return Ok(select((field, relation), listed, &value));
    }
    // Words that were sent and name no record alone: those that have them are offered.
    if relation.to.key_kind().parse(&value).is_none() && filled.sent.is_some() {
        let found = found(page, relation, &value).await?;
        let found: Vec<_> =
            found.into_iter().filter(|it| offered.is_none_or(|keys| keys.contains(&it.id))).collect();
        if !found.is_empty() {
            return Ok(select((field, relation), found.into_iter(), &value));
        }
    }
    let plural = relation.to.verbose_name_plural();
    let list = page.site.find(relation.to.app_label, relation.to.name).map(|admin| {
        let now = match filled.value(field) {
            Some(Value::One(Some(reference))) => format!("Now: {}. ", label_of(&reference.label)),
            _ => String::new(),
        };
        (format!("{now}Open the list of {plural}"), admin.path())
    });
    Ok(Widget::Reference { value, list })
}

fn select(
    (field, relation): (&Field, Relation),
    references: impl Iterator<Item = Reference>,
    value: &str,
) -> Widget {
    let mut choices = Vec::new();
    if field.blank || relation.to.key_kind().parse(value).is_none() {
        choices.push(Choice {
            value: String::new(),
            label: NO_CHOICE.to_owned(),
            is_chosen: value.is_empty(),
        });
    }
    choices.extend(references.map(|it| {
        let key = it.id.to_string();
        Choice { is_chosen: key == value, value: key, label: label_of(&it.label) }
    }));
    Widget::Choice { choices }
}

async fn found(page: &Page<'_>, relation: Relation, words: &str) -> Result<Vec<Reference>, AdminError> {
    let Ok(search) = Search::parse(words) else { return Ok(Vec::new()) };
    if search.words().is_empty() {
        return Ok(Vec::new());
    }
    let query = ChoiceQuery { search: Some(search), limit: Some(FOUND) };
    Ok(page.store().choices(relation.to, query).await?)
}

/// The key that was typed, or the one record whose label has the words that were typed.
pub(super) async fn key_of(
    page: &Page<'_>,
    relation: Relation,
    typed: &str,
) -> Result<Result<Key, String>, AdminError> {
    let typed = typed.trim();
    if let Some(key) = relation.to.key_kind().parse(typed) {
        return Ok(Ok(key));
    }
    let found = found(page, relation, typed).await?;
    let exact = found.iter().filter(|it| it.label == typed).collect::<Vec<_>>();
    if let ([one], _) | (_, [one]) = (exact.as_slice(), found.iter().collect::<Vec<_>>().as_slice()) {
        return Ok(Ok(one.id));
    }
    let plural = relation.to.verbose_name_plural();
    Ok(Err(match found.len() {
        0 => "Select a valid choice. That choice is not one of the available choices.".to_owned(),
        count if count < FOUND as usize => format!("{count} {plural} match “{typed}”. Choose one."),
        _ => format!("Many {plural} match “{typed}”. Choose one of these, or enter more words."),
    }))
}
