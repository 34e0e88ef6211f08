//! The records that refer to the one of a form, edited in it (Django's inlines).
//!
//! The inputs of a row have Django's names: `comment_set-0-text`. A row names its record and the version that it was made
//! of; rows without a record are added, where something is filled in.

use presspass_domain::Window;
use presspass_domain::model::{ChildAction, ChildWrite, Field, ListQuery, Record, Version};
use presspass_rest::pages::{FieldRow, Fieldset, FormField, Widget};

use super::fields::{Filled, form_fields};
use super::read::{self, Errors};
use crate::display::capitalized;
use crate::inline_names::{DELETE, ID, SHOWN, VERSION, section_prefix};
use crate::list::ListState;
use crate::model_admin::{Inline, ModelAdmin};
use crate::page::{Page, label_of};
use crate::request::{AdminError, AdminRequest, Submission};
use crate::site::AdminSite;
use crate::staff::Rights;

/// An inline in a form, for its user.
pub(super) struct Section<'s> {
    inline: &'s Inline,
    key: &'static Field,
    rights: Rights,
    records: Vec<Record>,
    /// Whether there are more than are shown.
    has_more: bool,
}

/// What was sent in the rows of all inlines.
#[derive(Default)]
pub(super) struct SentRows {
    pub writes: Vec<ChildWrite>,
    /// The prefix of the row of each write.
    prefixes: Vec<String>,
    /// Messages by the prefixes of rows and the names of fields.
    pub errors: Vec<(String, String, String)>,
}

impl SentRows {
    /// Adds why the store refused a row.
    pub fn refuse(&mut self, refused: Vec<(usize, Errors)>) {
        for (at, errors) in refused {
            let Some(prefix) = self.prefixes.get(at) else { continue };
            self.errors.extend(errors.into_iter().map(|(name, error)| (prefix.clone(), name, error)));
        }
    }

    fn errors_of(&self, prefix: &str) -> Errors {
        let of_row = self.errors.iter().filter(|(known, ..)| known == prefix);
        of_row.map(|(_, name, error)| (name.clone(), error.clone())).collect()
    }
}

/// The inlines that the user may see, with the records that refer to this one.
pub(super) async fn sections<'s>(
    page: &Page<'s>,
    request: &AdminRequest<'_>,
    record: Option<&Record>,
) -> Result<Vec<(String, Section<'s>)>, AdminError> {
    let mut sections = Vec::new();
    for (at, inline) in page.admin.inlines.iter().enumerate() {
        let model = inline.admin.model;
        let rights = match page.site.find(model.app_label, model.name) {
            Some(registered) => AdminSite::rights(request.staff, registered),
            None => request.staff.rights(model.app_label, model.name),
        };
        let Some(key) = inline.key(page.model()) else { continue };
        if !rights.view && !rights.add {
            continue;
        }
        let (mut records, mut has_more) = (Vec::new(), false);
        if let Some(record) = record.filter(|_| rights.view) {
            let query = ListQuery::new(model, Window::All).related(key.name, Some(record.id))?;
            let mut keys = page.store().keys(query, u32::try_from(SHOWN).unwrap_or(u32::MAX) + 1).await?;
            has_more = keys.len() > SHOWN;
            keys.truncate(SHOWN);
            if !keys.is_empty() {
                records = page.store().find_all(model, keys).await?;
                // As in Django, where the model has no order.
                if model.ordering.is_empty() {
                    records.sort_by_key(|record| record.id);
                }
            }
        }
        sections.push((section_prefix(page.admin, at), Section { inline, key, rights, records, has_more }));
    }
    Ok(sections)
}

impl Section<'_> {
    /// The fields of its model are read and shown as those of a form of its own.
    fn page<'p>(&'p self, page: &Page<'p>, list: &'p ListState) -> Page<'p> {
        Page { site: page.site, admin: &self.inline.admin, rights: self.rights, list }
    }

    fn count(&self) -> usize {
        self.records.len() + if self.rights.add { usize::from(self.inline.extra) } else { 0 }
    }

    fn may_delete(&self) -> bool {
        self.inline.can_delete && self.rights.delete
    }

    /// The record of a row, and its limits.
    fn record(&self, row: usize, sent: Option<&Submission>) -> Option<&Record> {
        // Rows that were sent name their records: others may have been added or deleted since.
        match sent {
            Some(sent) => self.records.iter().find(|record| record.id.to_string() == sent.text(ID)),
            None => self.records.get(row),
        }
    }
}

/// The number of the last row that was sent.
fn last_row(sent: &Submission, prefix: &str) -> Option<usize> {
    let number = |(name, _): &(String, String)| name.strip_prefix(prefix)?.split_once('-')?.0.parse().ok();
    sent.pairs().iter().filter_map(number).max().filter(|row| *row < SHOWN + 255)
}

/// Reads the rows of the inlines.
pub(super) async fn read_rows(
    page: &Page<'_>,
    request: &AdminRequest<'_>,
    sections: &[(String, Section<'_>)],
    sent: &Submission,
) -> Result<SentRows, AdminError> {
    let mut rows = SentRows::default();
    for (prefix, section) in sections {
        let list = ListState::default();
        let child = section.page(page, &list);
        let policy_of = page.site.find(child.model().app_label, child.model().name).unwrap_or(child.admin);
        for row in 0..SHOWN + usize::from(section.inline.extra) {
            let prefix = format!("{prefix}{row}-");
            let sent = sent.below(&prefix);
            if sent.pairs().is_empty() {
                continue;
            }
            let id = sent.get(ID).filter(|id| !id.is_empty());
            let record = section.record(row, Some(&sent));
            let action = match (id, record) {
                // It is gone, or was never of this one.
                (Some(_), None) => {
                    let gone = presspass_domain::model::FieldError::Gone.to_string();
                    rows.errors.push((prefix, String::new(), gone));
                    continue;
                }
                (Some(_), Some(record)) => {
                    let limits = AdminSite::record_limits(request.staff, policy_of, Some(record)).await?;
                    let version = Version::parse(sent.text(VERSION)).unwrap_or(record.version);
                    if sent.has(DELETE) {
                        if !section.may_delete() || limits.read_only_reason.is_some() {
                            continue;
                        }
                        ChildAction::Delete(record.id, version)
                    } else {
                        if !section.rights.change {
                            continue;
                        }
                        let fields = section.inline.row_fields(section.key, false);
                        let (form, errors) =
                            read::read(&child, &fields, &sent, Some(record), &limits).await?;
                        rows.errors
                            .extend(errors.into_iter().map(|(name, error)| (prefix.clone(), name, error)));
                        if form.inputs().is_empty() {
                            continue;
                        }
                        ChildAction::Change(record.id, version, form)
                    }
                }
                (None, _) => {
                    let fields = section.inline.row_fields(section.key, true);
                    if !section.rights.add || sent.has(DELETE) || read::is_untouched(&fields, &sent) {
                        continue;
                    }
                    let limits = AdminSite::record_limits(request.staff, policy_of, None).await?;
                    let (form, errors) = read::read(&child, &fields, &sent, None, &limits).await?;
                    rows.errors.extend(errors.into_iter().map(|(name, error)| (prefix.clone(), name, error)));
                    ChildAction::Add(form)
                }
            };
            rows.writes.push(ChildWrite { key: section.key, model: child.model(), action });
            rows.prefixes.push(prefix);
        }
    }
    Ok(rows)
}

/// The inlines as parts of the form.
pub(super) async fn render(
    page: &Page<'_>,
    request: &AdminRequest<'_>,
    sections: &[(String, Section<'_>)],
    sent: Option<(&Submission, &SentRows)>,
    may_write: bool,
) -> Result<Vec<Fieldset>, AdminError> {
    let mut fieldsets = Vec::new();
    for (prefix, section) in sections {
        let list = ListState::default();
        let child = section.page(page, &list);
        let model = child.model();
        let registered = page.site.find(model.app_label, model.name);
        let mut rows = Vec::new();
        let last_sent = sent.and_then(|(sent, _)| last_row(sent, prefix)).map_or(0, |row| row + 1);
        for row in 0..section.count().max(last_sent) {
            let prefix = format!("{prefix}{row}-");
            let sent_row = sent.map(|(sent, _)| sent.below(&prefix)).filter(|it| !it.pairs().is_empty());
            let record = section.record(row, sent_row.as_ref());
            if record.is_none() && !may_write {
                continue;
            }
            let errors = sent.map(|(_, rows)| rows.errors_of(&prefix)).unwrap_or_default();
            let limits =
                AdminSite::record_limits(request.staff, registered.unwrap_or(child.admin), record).await?;
            let may_change = may_write
                && if record.is_some() { section.rights.change } else { section.rights.add }
                && limits.read_only_reason.is_none();
            let filled = Filled { record, sent: sent_row.as_ref().filter(|_| may_change), errors: &errors };
            let mut fields = Vec::new();
            for field in section.inline.row_fields(section.key, record.is_none()) {
                fields.extend(form_fields(&child, field, filled, &limits, may_change).await?);
            }
            rows.push(field_row(section, row, &prefix, filled, fields, (may_change, registered)));
        }
        let plural = model.verbose_name_plural();
        let description = section.has_more.then(|| {
            format!("Only the first {SHOWN} {plural} are shown. Find the others in the list of {plural}.")
        });
        fieldsets.push(Fieldset {
            legend: Some(capitalized(&plural)),
            description,
            rows,
            ..Fieldset::default()
        });
    }
    Ok(fieldsets)
}

fn field_row(
    section: &Section<'_>,
    row: usize,
    prefix: &str,
    filled: Filled<'_>,
    mut fields: Vec<FormField>,
    (may_change, registered): (bool, Option<&ModelAdmin>),
) -> FieldRow {
    let name = section.inline.admin.model.verbose_name();
    let is_new = filled.record.is_none();
    let legend = match filled.record {
        Some(record) => format!("{} “{}”", capitalized(name), label_of(&record.label)),
        None => format!("Add {name} {}", (row + 1).saturating_sub(section.records.len()).max(1)),
    };
    for field in &mut fields {
        // An empty row is not added, whatever its fields require.
        field.is_required &= !is_new;
        field.is_marked = !is_new;
        if let Widget::Area { rows, .. } = &mut field.widget {
            *rows = 3;
        }
    }
    let mut hidden = Vec::new();
    if let Some(record) = filled.record {
        let sent = filled.sent.map(|sent| sent.text(VERSION).to_owned()).filter(|sent| !sent.is_empty());
        if may_change || section.may_delete() {
            hidden.push((ID, record.id.to_string()));
            hidden.push((VERSION, sent.unwrap_or_else(|| record.version.to_string())));
        }
        if may_change && section.may_delete() {
            let is_checked = filled.sent.is_some_and(|sent| sent.has(DELETE));
            fields.push(FormField::with(DELETE, "Delete", Widget::Checkbox { is_checked }).optional());
        }
    }
    for field in &mut fields {
        field.name = format!("{prefix}{}", field.name);
    }
    let whole = |(name, _): &&(String, String)| {
        !fields.iter().any(|field| field.name.strip_prefix(prefix) == Some(name.as_str()))
    };
    let errors = filled.errors.iter().filter(whole).map(|(_, error)| error.clone()).collect();
    let href = registered.zip(filled.record).map(|(admin, record)| admin.path_to(record.id, "change"));
    let hidden = hidden.into_iter().map(|(name, value)| (format!("{prefix}{name}"), value)).collect();
    let new_fields = section.inline.row_fields(section.key, true);
    let is_touched = filled.sent.is_some_and(|sent| !read::is_untouched(&new_fields, sent));
    let is_open = is_new && (is_touched || !filled.errors.is_empty());
    FieldRow { legend, href, hidden, errors, fields, is_new, is_open }
}
