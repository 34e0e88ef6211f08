//! The filters of a list: their links, and what they add to its query.

use presspass_auth::StoreError;
use presspass_domain::Timestamp;
use presspass_domain::model::{
    ChoiceQuery, DateRange, Field, Kind, ListQuery, QueryError, Reference, TimestampRange,
};

use super::state::ListState;
use crate::display::{excerpt, path_label};
use crate::model_admin::{ListFilter, ModelAdmin};
use crate::page::label_of;
use crate::site::AdminSite;

/// How many records of another model a filter offers as links; more are in a select.
const LINKS: usize = 30;
/// How many a select offers.
const MAX_CHOICES: u32 = 300;

const RANGES: [(DateRange, &str); 4] = [
    (DateRange::Today, "Today"),
    (DateRange::Past7Days, "Past 7 days"),
    (DateRange::ThisMonth, "This month"),
    (DateRange::ThisYear, "This year"),
];

/// A filter, and its options.
pub(super) struct Facet {
    pub name: String,
    pub title: String,
    pub options: Vec<FacetOption>,
    /// The first day and the day after the last, where they can be typed.
    pub days: Option<Days>,
    /// Related records, where they are too many for links.
    pub select: Option<FacetSelect>,
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

/// A form for one of many records: their keys and labels, and which is chosen.
pub(super) struct FacetSelect {
    pub name: String,
    pub options: Vec<(String, String, bool)>,
    pub hidden: Vec<(String, String)>,
    pub note: Option<String>,
}

impl Facet {
    /// What the filter is set to; `None` where it is not set.
    pub fn current(&self) -> Option<String> {
        let set = self.options.iter().skip(1).find(|option| option.is_current);
        let named = set.map(|option| option.label.clone());
        let selected = || {
            let select = self.select.as_ref()?;
            select.options.iter().find(|(_, _, is_chosen)| *is_chosen).map(|(_, label, _)| label.clone())
        };
        named.or_else(selected).or_else(|| {
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
        Kind::Boolean | Kind::Integer(_) | Kind::Text(_) => &["__exact", "__isnull"],
        Kind::Timestamp | Kind::Date => &["__gte", "__lt", "__isnull"],
        Kind::One(_) | Kind::Many(_) => &["__id__exact", "__isnull"],
        _ => &[],
    }
}

/// Whether a filter of the list has this lookup.
pub(super) fn is_lookup(admin: &ModelAdmin, lookup: &str) -> bool {
    admin.list_filters().any(|filter| {
        let suffix = lookup.strip_prefix(&filter.name);
        suffix.is_some_and(|suffix| suffixes(filter.path.field).contains(&suffix))
    })
}

/// The query with the filters that are set, and a message about each filter whose value cannot be read.
pub(super) fn apply(
    admin: &ModelAdmin,
    state: &ListState,
    mut query: ListQuery,
) -> Result<(ListQuery, Vec<String>), QueryError> {
    let mut ignored = Vec::new();
    for filter in admin.list_filters() {
        let (field, name) = (filter.path.field, filter.name.as_str());
        let value = |suffix: &str| state.lookup(&format!("{name}{suffix}"));
        let Some(set) = suffixes(field).iter().find_map(|suffix| value(suffix)) else { continue };
        let exact = value("__exact");
        let base = query.clone();
        let filtered = match (field.kind, value("__isnull")) {
            (Kind::One(_) | Kind::Many(_), Some(missing)) => {
                flag(missing).filter(|missing| *missing).map(|_| base.related(name, None))
            }
            (_, Some(missing)) => flag(missing).map(|missing| base.present(name, !missing)),
            (Kind::Boolean, None) => exact.and_then(flag).map(|flag| base.flag(name, flag)),
            (Kind::Integer(_), None) => exact.and_then(|it| it.parse().ok()).map(|it| base.number(name, it)),
            (Kind::Text(_), None) => {
                let known = exact.filter(|it| field.choices.iter().any(|(value, _)| value == it));
                known.map(|it| base.text(name, it.to_owned()))
            }
            (Kind::Timestamp | Kind::Date, None) => {
                range(value("__gte"), value("__lt")).map(|it| base.within(name, it))
            }
            (Kind::One(relation) | Kind::Many(relation), None) => {
                let id = value("__id__exact").and_then(|it| relation.to.key_kind().parse(it));
                id.map(|id| base.related(name, Some(id)))
            }
            _ => None,
        };
        match filtered {
            Some(filtered) => query = filtered?,
            None => ignored.push(ignored_message(&filter, set)),
        }
    }
    Ok((query, ignored))
}

fn ignored_message(filter: &ListFilter, value: &str) -> String {
    let value = excerpt(value, 40);
    let expected = match filter.path.field.kind {
        Kind::Timestamp | Kind::Date => "a date",
        _ => "one of its options",
    };
    format!("“{value}” isn’t {expected}, so the filter “{}” was ignored.", path_label(&filter.path))
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
    for filter in admin.list_filters() {
        let field = filter.path.field;
        let links = Links { state, name: &filter.name, field };
        let (mut days, mut select) = (None, None);
        let mut options = vec![links.clear("All")];
        let unknown = || links.option("None", &[("__isnull", "True")]);
        match field.kind {
            Kind::Boolean => {
                options.push(links.option("Yes", &[("__exact", "1")]));
                options.push(links.option("No", &[("__exact", "0")]));
                options.extend(field.null.then(|| links.option("Unknown", &[("__isnull", "True")])));
            }
            Kind::Integer(_) => {
                let numbers = admin.numbers.iter().find(|(name, _)| *name == field.name);
                for (number, label) in numbers.map_or(&[][..], |(_, numbers)| numbers) {
                    options.push(links.option(label, &[("__exact", &number.to_string())]));
                }
            }
            Kind::Text(_) => {
                let of = |(value, label): &(&str, &str)| links.option(label, &[("__exact", value)]);
                options.extend(field.choices.iter().map(of));
                options.extend(field.null.then(unknown));
            }
            Kind::Timestamp | Kind::Date => {
                options = links.ranges(now);
                days = Some(links.days(&options));
            }
            Kind::One(relation) | Kind::Many(relation) => {
                let query = ChoiceQuery { search: None, limit: Some(MAX_CHOICES + 1) };
                let choices = site.store.choices(relation.to, query).await?;
                if choices.len() > LINKS {
                    select = Some(links.select(&choices, &relation.to.verbose_name_plural()));
                } else {
                    let of = |it: &Reference| {
                        links.option(&label_of(&it.label), &[("__id__exact", &it.id.to_string())])
                    };
                    options.extend(choices.iter().map(of));
                }
                options.extend((field.null || matches!(field.kind, Kind::Many(_))).then(unknown));
            }
            _ => continue,
        }
        let title = path_label(&filter.path);
        facets.push(Facet { name: filter.name, title, options, days, select });
    }
    Ok(facets)
}

/// Makes the links of one filter.
struct Links<'s> {
    state: &'s ListState,
    name: &'s str,
    field: &'static Field,
}

impl Links<'_> {
    fn clear(&self, label: &str) -> FacetOption {
        let is_current = suffixes(self.field)
            .iter()
            .all(|suffix| self.state.lookup(&format!("{}{suffix}", self.name)).is_none());
        FacetOption { label: label.to_owned(), href: self.state.filtered_by(self.name, &[]), is_current }
    }

    fn option(&self, label: &str, lookups: &[(&str, &str)]) -> FacetOption {
        let lookups: Vec<(String, String)> = lookups
            .iter()
            .map(|(suffix, value)| (format!("{}{suffix}", self.name), (*value).to_owned()))
            .collect();
        let is_current = lookups.iter().all(|(name, value)| self.state.lookup(name) == Some(value));
        let href = self.state.filtered_by(self.name, &lookups);
        FacetOption { label: label.to_owned(), href, is_current }
    }

    fn ranges(&self, now: Timestamp) -> Vec<FacetOption> {
        // Dates are compared as such.
        let length = if matches!(self.field.kind, Kind::Date) { 10 } else { usize::MAX };
        let text = |timestamp: Timestamp| timestamp.to_python().chars().take(length).collect::<String>();
        let mut options = vec![self.clear("Any date")];
        for (range, label) in RANGES {
            let TimestampRange { from, before } = range.range(now);
            let (from, before) = (from.map(text), before.map(text));
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
            let value = self.state.lookup(&format!("{}{suffix}", self.name));
            let day = value.filter(|_| !is_option).and_then(|it| Timestamp::parse_iso_or_date(it).ok());
            day.map(|day| day.to_wire().chars().take(10).collect()).unwrap_or_default()
        };
        Days { from: typed("__gte"), before: typed("__lt"), hidden: self.state.params_beside(self.name) }
    }

    fn select(&self, choices: &[Reference], plural: &str) -> FacetSelect {
        let name = format!("{}__id__exact", self.name);
        let option = |it: &Reference| {
            let key = it.id.to_string();
            let is_chosen = self.state.lookup(&name) == Some(key.as_str());
            (key, label_of(&it.label), is_chosen)
        };
        let limit = MAX_CHOICES as usize;
        let note = (choices.len() > limit).then(|| format!("These are the first {limit} {plural}."));
        let options = choices.iter().take(limit).map(option).collect();
        FacetSelect { options, hidden: self.state.params_beside(self.name), note, name }
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
