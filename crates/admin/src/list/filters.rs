//! The filters of a list: their links, and what they add to its query.

use std::borrow::Cow;

use presspass_auth::StoreError;
use presspass_domain::Timestamp;
use presspass_domain::model::{ChoiceQuery, DateRange, Field, Kind, ListQuery, QueryError, TimestampRange};

use super::state::ListState;
use crate::display::excerpt;
use crate::model_admin::ModelAdmin;
use crate::page::label_of;
use crate::site::AdminSite;

/// How many records of another model a filter offers.
const MAX_CHOICES: u32 = 30;

const RANGES: [(DateRange, &str); 4] = [
    (DateRange::Today, "Today"),
    (DateRange::Past7Days, "Past 7 days"),
    (DateRange::ThisMonth, "This month"),
    (DateRange::ThisYear, "This year"),
];

/// A filter, and its options.
pub(super) struct Facet {
    pub name: &'static str,
    pub title: Cow<'static, str>,
    pub options: Vec<FacetOption>,
    /// The first day and the day after the last, where they can be typed.
    pub days: Option<Days>,
}

/// A link that sets a filter.
pub(super) struct FacetOption {
    pub label: String,
    pub href: String,
    pub is_current: bool,
}

/// A form for two days, and the other parameters that it has to send.
pub(super) struct Days {
    pub from: String,
    pub before: String,
    pub hidden: Vec<(String, String)>,
}

impl Facet {
    /// What the filter is set to; `None` where it is not set.
    pub fn current(&self) -> Option<String> {
        let set = self.options.iter().skip(1).find(|option| option.is_current);
        let named = set.map(|option| option.label.clone());
        named.or_else(|| {
            let days = self.days.as_ref()?;
            match (days.from.as_str(), days.before.as_str()) {
                ("", "") => None,
                (from, "") => Some(format!("from {from}")),
                ("", before) => Some(format!("before {before}")),
                (from, before) => Some(format!("from {from}, before {before}")),
            }
        })
    }

    /// The link that clears the filter.
    pub fn clear_href(&self) -> &str {
        self.options.first().map_or("?", |option| option.href.as_str())
    }
}

/// The lookups of a field, by what Django appends to its name.
fn suffixes(field: &Field) -> &'static [&'static str] {
    match field.kind {
        Kind::Boolean | Kind::Integer(_) => &["__exact"],
        Kind::Timestamp => &["__gte", "__lt", "__isnull"],
        Kind::One(_) | Kind::Many(_) => &["__id__exact", "__isnull"],
        _ => &[],
    }
}

/// Whether a filter of the list has this lookup.
pub(super) fn is_lookup(admin: &ModelAdmin, lookup: &str) -> bool {
    fields(admin).any(|field| {
        let suffix = lookup.strip_prefix(field.name);
        suffix.is_some_and(|suffix| suffixes(field).contains(&suffix))
    })
}

fn fields(admin: &ModelAdmin) -> impl Iterator<Item = &'static Field> {
    admin.filters.iter().filter_map(|name| admin.field(name))
}

/// The query with the filters that are set, and a message about each filter whose value cannot be read.
pub(super) fn apply(
    admin: &ModelAdmin,
    state: &ListState,
    mut query: ListQuery,
) -> Result<(ListQuery, Vec<String>), QueryError> {
    let mut ignored = Vec::new();
    for field in fields(admin) {
        let value = |suffix: &str| state.lookup(&format!("{}{suffix}", field.name));
        if suffixes(field).iter().all(|suffix| value(suffix).is_none()) {
            continue;
        }
        let filtered = match field.kind {
            Kind::Boolean => value("__exact").and_then(flag).map(|flag| query.clone().flag(field.name, flag)),
            Kind::Integer(_) => {
                value("__exact").and_then(|it| it.parse().ok()).map(|it| query.clone().number(field.name, it))
            }
            Kind::Timestamp => match value("__isnull") {
                Some(missing) => flag(missing).map(|missing| query.clone().present(field.name, !missing)),
                None => range(value("__gte"), value("__lt")).map(|it| query.clone().within(field.name, it)),
            },
            Kind::One(_) | Kind::Many(_) => match value("__isnull") {
                Some(missing) => match flag(missing) {
                    Some(true) => Some(query.clone().related(field.name, None)),
                    _ => None,
                },
                None => value("__id__exact")
                    .and_then(|it| it.parse().ok())
                    .map(|id| query.clone().related(field.name, Some(id))),
            },
            _ => None,
        };
        if let Some(filtered) = filtered {
            query = filtered?;
        } else {
            let set = suffixes(field).iter().find_map(|suffix| value(suffix));
            ignored.push(ignored_message(field, set));
        }
    }
    Ok((query, ignored))
}

fn ignored_message(field: &Field, value: Option<&str>) -> String {
    let value = excerpt(value.unwrap_or_default(), 40);
    let expected = match field.kind {
        Kind::Timestamp => "a date",
        _ => "one of its options",
    };
    format!("“{value}” isn’t {expected}, so the filter “{}” was ignored.", field.label())
}

/// Python's spellings, which links of Django's admin have.
fn flag(text: &str) -> Option<bool> {
    match text {
        "1" | "True" | "true" => Some(true),
        "0" | "False" | "false" => Some(false),
        _ => None,
    }
}

fn range(from: Option<&str>, before: Option<&str>) -> Option<TimestampRange> {
    let timestamp = |text: Option<&str>| match text {
        None => Some(None),
        Some(text) => Timestamp::parse_iso_or_date(text).ok().map(Some),
    };
    Some(TimestampRange { from: timestamp(from)?, before: timestamp(before)? })
}

/// The filters of a list, with their options.
pub(super) async fn facets(
    site: &AdminSite,
    admin: &ModelAdmin,
    state: &ListState,
    now: Timestamp,
) -> Result<Vec<Facet>, StoreError> {
    let mut facets = Vec::new();
    for field in fields(admin) {
        let links = Links { state, field };
        let mut days = None;
        let options =
            match field.kind {
                Kind::Boolean => vec![
                    links.clear("All"),
                    links.option("Yes", &[("__exact", "1")]),
                    links.option("No", &[("__exact", "0")]),
                ],
                Kind::Integer(_) => {
                    let numbers = admin.numbers.iter().find(|(name, _)| *name == field.name);
                    let numbers = numbers.map_or(&[][..], |(_, numbers)| numbers);
                    let options = numbers
                        .iter()
                        .map(|(number, label)| links.option(label, &[("__exact", &number.to_string())]));
                    std::iter::once(links.clear("All")).chain(options).collect()
                }
                Kind::Timestamp => {
                    let options = links.ranges(now);
                    days = Some(links.days(&options));
                    options
                }
                Kind::One(relation) | Kind::Many(relation) => {
                    let query = ChoiceQuery { search: None, limit: Some(MAX_CHOICES) };
                    let choices = site.store.choices(relation.to, query).await?;
                    let mut options = vec![links.clear("All")];
                    options.extend(choices.iter().map(|it| {
                        links.option(&label_of(&it.label), &[("__id__exact", &it.id.to_string())])
                    }));
                    options.push(links.option("None", &[("__isnull", "True")]));
                    options
                }
                _ => continue,
            };
        facets.push(Facet { name: field.name, title: field.label(), options, days });
    }
    Ok(facets)
}

/// Makes the links of one filter.
struct Links<'s> {
    state: &'s ListState,
    field: &'static Field,
}

impl Links<'_> {
    fn clear(&self, label: &str) -> FacetOption {
        let is_current = suffixes(self.field)
            .iter()
            .all(|suffix| self.state.lookup(&format!("{}{suffix}", self.field.name)).is_none());
        FacetOption {
            label: label.to_owned(),
            href: self.state.filtered_by(self.field.name, &[]),
            is_current,
        }
    }

    fn option(&self, label: &str, lookups: &[(&str, &str)]) -> FacetOption {
        let lookups: Vec<(String, String)> = lookups
            .iter()
            .map(|(suffix, value)| (format!("{}{suffix}", self.field.name), (*value).to_owned()))
            .collect();
        let is_current = lookups.iter().all(|(name, value)| self.state.lookup(name) == Some(value));
        let href = self.state.filtered_by(self.field.name, &lookups);
        FacetOption { label: label.to_owned(), href, is_current }
    }

    fn ranges(&self, now: Timestamp) -> Vec<FacetOption> {
        let mut options = vec![self.clear("Any date")];
        for (range, label) in RANGES {
            let TimestampRange { from, before } = range.range(now);
            let (from, before) = (from.map(Timestamp::to_python), before.map(Timestamp::to_python));
            let mut lookups = Vec::new();
            if let Some(from) = &from {
                lookups.push(("__gte", from.as_str()));
            }
            if let Some(before) = &before {
                lookups.push(("__lt", before.as_str()));
            }
            options.push(self.option(label, &lookups));
        }
        if self.field.null {
            options.push(self.option("No date", &[("__isnull", "True")]));
            options.push(self.option("Has date", &[("__isnull", "False")]));
        }
        options
    }

    /// The days that were typed: an option that is set shows its own.
    fn days(&self, options: &[FacetOption]) -> Days {
        let is_option = options.iter().any(|option| option.is_current);
        let typed = |suffix: &str| {
            let value = self.state.lookup(&format!("{}{suffix}", self.field.name));
            let day = value.filter(|_| !is_option).and_then(|it| Timestamp::parse_iso_or_date(it).ok());
            day.map(|day| day.to_wire().chars().take(10).collect()).unwrap_or_default()
        };
        Days {
            from: typed("__gte"),
            before: typed("__lt"),
            hidden: self.state.params_beside(self.field.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_spelled_as_in_links_of_djangos_admin() {
        assert_eq!((flag("1"), flag("False"), flag("yes")), (Some(true), Some(false), None));
    }

    #[test]
    fn a_range_with_an_end_that_is_no_timestamp_is_ignored() {
        assert!(range(Some("2026-01-01"), None).is_some());
        assert!(range(Some("2026-01-01 00:00:00+00:00"), Some("2026-02-01")).is_some());
        assert!(range(Some("yesterday"), Some("2026-02-01")).is_none());
    }
}
