//! What an operator should know about tables that fit.

use presspass_domain::model::{GROUP, Model, USER};

use super::needed;
use crate::catalogue::{self, OnDelete};
use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::origin::{Origin, origin_of};
use crate::records::Table;
use crate::sql::Sql;

/// The models of the library whose records users change.
static EDITED: [&Model; 2] = [&USER, &GROUP];

/// The actions of Django's permissions.
const ACTIONS: [&str; 4] = ["add", "change", "delete", "view"];

/// A SQLite file does not tell whether its project has time zones.
const TIMES: &str = "SQLite knows no time zones, so times are read and written as UTC, as with USE_TZ = True. A \
    project with USE_TZ = False and another TIME_ZONE than UTC does not fit: all times would be off. Set USE_TZ = True \
    in Django and convert the stored times first";

fn codename(action: &str, model: &Model) -> String {
    format!("{action}_{}", model.name)
}

/// Warns of permissions that accounts cannot be given, because their rows are not there.
pub(super) fn missing_permissions(
    connection: &mut Connection,
    project: &[&'static Model],
) -> Result<Vec<String>, Error> {
    let mut warnings = Vec::new();
    for model in EDITED.iter().chain(project) {
        let rows = Sql::new(
            "SELECT p.codename FROM auth_permission AS p
                JOIN django_content_type AS c ON c.id = p.content_type_id
             WHERE c.app_label = ",
        )
        .bind(model.app_label)
        .push(" AND c.model = ")
        .bind(model.name)
        .load(connection)?;
        let there = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
        let missing: Vec<String> = ACTIONS
            .iter()
            .map(|action| codename(action, model))
            .filter(|codename| !there.contains(codename))
            .map(|codename| format!("{}.{codename}", model.app_label))
            .collect();
        if !missing.is_empty() {
            warnings.push(format!(
                "auth_permission has no {}: only superusers can do what these permissions allow; Django's migrate \
                 adds them, where the app is called {}",
                missing.join(", "),
                model.app_label
            ));
        }
    }
    Ok(warnings)
}

/// Whether a table is known, so that its references need no mention.
fn is_known(name: &str, needed: &[needed::NeededTable]) -> bool {
    name.starts_with("presspass_") || needed.iter().any(|table| table.name == name)
}

pub(super) fn notes(connection: &mut Connection, project: &[&'static Model]) -> Result<Vec<String>, Error> {
    let origin = origin_of(connection)?;
    let mut notes = Vec::new();
    if origin == Origin::Empty {
        return Ok(notes);
    }
    let needed = needed::tables(project);
    for table in EDITED.iter().chain(project).map(|model| Table::of(model)) {
        let known = needed.iter().find(|needed| needed.name == table.name);
        let is_extra = |name: &String| {
            known.is_some_and(|known| known.columns.iter().all(|column| column.name != *name))
        };
        let columns = catalogue::columns(connection, &[table.name])?.remove(table.name).unwrap_or_default();
        let extra: Vec<String> = columns.into_iter().map(|column| column.name).filter(is_extra).collect();
        if !extra.is_empty() {
            let (table, extra) = (table.name, extra.join(", "));
            notes.push(format!("{table} has other columns, which are neither shown nor written: {extra}"));
        }
        for key in catalogue::foreign_keys(connection, table.name)? {
            if is_known(&key.table, &needed) {
                continue;
            }
            let one = table.model.verbose_name();
            let what = match key.on_delete {
                OnDelete::Cascade => format!("its rows are deleted with their {one}"),
                OnDelete::SetNull => format!("its rows stay, without the {one} that is deleted"),
                OnDelete::Forbid => format!("a {one} with such rows cannot be deleted"),
            };
            notes.push(format!("{}.{} refers to {}: {what}", key.table, key.column, table.name));
        }
    }
    if origin == Origin::Django && matches!(connection.raw, Raw::Sqlite(_)) {
        notes.push(TIMES.to_owned());
    }
    Ok(notes)
}
