//! The records that the forms of a page offer for relations.

use presspass_domain::model::{ChoiceQuery, Model, USER};
use presspass_persistence::Models;
use presspass_rest::pages::RelatedRecords;
use presspass_rest::{Call, Failure};
use presspass_serializers::{Field, Kind, Origin};

use super::Registered;
use super::hooks::RequestUser;

/// Offers them to callers that may write here: others have no form. Accounts are offered to staff alone, who see them in
/// the admin.
///
/// # Errors
/// Where the store fails.
pub(super) async fn offer(
    call: &Call<'_>,
    registered: &Registered,
    store: &Models,
    user: &RequestUser,
) -> Result<(), Failure> {
    if !call.has_form() {
        return Ok(());
    }
    let relation = |field: &Field| match field.origin {
        Origin::Own(own) if !field.read_only && matches!(field.kind, Kind::Key(_) | Kind::Keys(_)) => {
            own.relation().map(|relation| relation.to)
        }
        _ => None,
    };
    let fields = registered.fields.iter().filter_map(|field| Some((field.name, relation(field)?)));
    let filters =
        registered.resolved.filters.iter().filter_map(|filter| Some((filter.name, filter.related()?)));
    let wanted: Vec<(&'static str, &'static Model)> =
        fields.chain(filters).filter(|(_, model)| user.is_staff || !model.is(&USER)).collect();
    let mut related = RelatedRecords::default();
    for (at, (name, model)) in wanted.iter().enumerate() {
        if wanted[..at].iter().any(|(_, known)| known.is(model)) {
            continue;
        }
        let limit = u32::try_from(RelatedRecords::MOST + 1).ok();
        let records = store.choices(model, ChoiceQuery { search: None, limit }).await?;
        if records.len() > RelatedRecords::MOST {
            continue;
        }
        let records: Vec<_> = records.into_iter().map(|record| (record.id, record.label)).collect();
        let others = wanted[at..].iter().filter(|(_, other)| other.is(model));
        for (other, _) in others.filter(|(other, _)| other != name) {
            related.offer(other, records.clone());
        }
        related.offer(name, records);
    }
    related.keep_for(call.request());
    Ok(())
}
