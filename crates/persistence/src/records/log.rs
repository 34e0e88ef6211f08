//! Django's log of the admin (`django_admin_log`): what is written with each change, and how it is read.

use presspass_domain::model::{
    Actor, ChangeMessage, ContentType, Difference, Key, LogAction, LogEntry, Model, REPR_LENGTH, Record,
    Reference, Step,
};
use presspass_domain::{Slice, Window};

use super::differences;
use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::sql::{Cells, Sql};

/// The table; a Django project without the admin has none.
pub(super) const TABLE: &str = "django_admin_log";

/// How many entries one statement writes: engines limit how many values they bind.
const BATCH: usize = 1000;

/// Whether the account may still act; on `PostgreSQL` it cannot be deleted from here on.
pub(crate) fn may_act(connection: &mut Connection, actor: Actor) -> Result<bool, Error> {
    let lock = if matches!(connection.raw, Raw::Postgresql(_)) { " FOR KEY SHARE" } else { "" };
    let account = Sql::new("SELECT id, is_active, is_staff FROM auth_user WHERE id = ")
        .bind(actor.account_id)
        .push(lock)
        .first(connection)?;
    account.map_or(Ok(false), |row| Ok(row.flag(1)? && row.flag(2)?))
}

/// The content type of a model, which is created where it is missing, as Django does.
pub(crate) fn content_type(connection: &mut Connection, model: &Model) -> Result<i64, Error> {
    let names = |sql: Sql| sql.bind(model.app_label).push(", ").bind(model.name).push(")");
    let find = || names(Sql::new("SELECT id FROM django_content_type WHERE (app_label, model) = ("));
    if let Some(row) = find().first(connection)? {
        return row.integer(0);
    }
    names(Sql::new("INSERT INTO django_content_type (app_label, model) VALUES ("))
        .push(" ON CONFLICT (app_label, model) DO NOTHING")
        .run(connection)?;
    let created = find().first(connection)?;
    created.ok_or_else(|| Error::Query("a content type cannot be created".to_owned()))?.integer(0)
}

/// Writes an entry for each of these records, and returns their keys.
pub(crate) fn write(
    connection: &mut Connection,
    model: &'static Model,
    objects: &[Reference],
    (action, message): (LogAction, &ChangeMessage),
    actor: Actor,
) -> Result<Vec<i64>, Error> {
    let content_type = content_type(connection, model)?;
    let message = message.to_column();
    let mut keys = Vec::new();
    for batch in objects.chunks(BATCH) {
        let entry = |object: &Reference| {
            Sql::new("(")
                .bind(actor.at)
                .push(", ")
                .bind(object.id.to_string())
                .push(", ")
                .bind(object.label.chars().take(REPR_LENGTH).collect::<String>())
                .push(", ")
                .number(action.flag())
                .push(", ")
                .bind(message.as_str())
                .push(", ")
                .number(content_type)
                .push(", ")
                .number(actor.account_id)
                .push(")")
        };
        let rows = Sql::new(
            "INSERT INTO django_admin_log
                (action_time, object_id, object_repr, action_flag, change_message, content_type_id, user_id) VALUES ",
        )
        .join(", ", batch.iter().map(entry))
        .push(" RETURNING id")
        .load(connection)?;
        for row in &rows {
            keys.push(row.integer(0)?);
        }
    }
    Ok(keys)
}

/// Writes that a record was changed, and how.
pub(super) fn write_change(
    connection: &mut Connection,
    model: &'static Model,
    (before, after): (&Record, &Record),
    (fields, children): (&[&'static str], Vec<Step>),
    actor: Actor,
) -> Result<(), Error> {
    let object = Reference { id: after.id, label: after.label.clone() };
    let own = fields.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let own = (!own.is_empty()).then_some(Step::Changed(own, None));
    let message = ChangeMessage::Steps(own.into_iter().chain(children).collect());
    let keys = write(connection, model, &[object], (LogAction::Change, &message), actor)?;
    let Some(entry) = keys.first() else { return Ok(()) };
    let changed = fields.iter().filter_map(|name| {
        // A password is in neither.
        let (old, new) = (before.get(name)?, after.get(name)?);
        Some(Difference { field: (*name).to_owned(), old: old.clone(), new: new.clone() })
    });
    differences::write(connection, *entry, &changed.collect::<Vec<_>>())
}

const ENTRIES: &str = "SELECT e.id, e.action_time, e.user_id, u.username, c.app_label, c.model, e.object_id,
        e.object_repr, e.action_flag, e.change_message
    FROM django_admin_log AS e
        LEFT JOIN auth_user AS u ON u.id = e.user_id
        LEFT JOIN django_content_type AS c ON c.id = e.content_type_id
    WHERE ";

const NEWEST_FIRST: &str = " ORDER BY e.action_time DESC, e.id DESC";

fn read(row: &Cells) -> Result<LogEntry, Error> {
    let content_type = match (row.optional_text(4)?, row.optional_text(5)?) {
        (Some(app_label), Some(model)) => Some(ContentType { app_label, model }),
        _ => None,
    };
    Ok(LogEntry {
        id: row.integer(0)?,
        at: row.timestamp(1)?.ok_or_else(|| Error::Query("an entry of the log has no time".to_owned()))?,
        user: Reference { id: row.key(2)?, label: row.optional_text(3)?.unwrap_or_default() },
        content_type,
        object_id: row.optional_text(6)?,
        object_repr: row.text(7)?,
        action: LogAction::from_flag(row.integer(8)?),
        message: ChangeMessage::parse(&row.text(9)?),
        differences: Vec::new(),
    })
}

fn load(connection: &mut Connection, query: Sql) -> Result<Vec<LogEntry>, Error> {
    query.load(connection)?.iter().map(read).collect()
}

fn with_differences(connection: &mut Connection, mut entries: Vec<LogEntry>) -> Result<Vec<LogEntry>, Error> {
    let mut all = differences::read(connection, &entries)?;
    for entry in &mut entries {
        entry.differences = all.remove(&entry.id).unwrap_or_default();
    }
    Ok(entries)
}

/// The last actions of an account.
pub(super) fn recent(
    connection: &mut Connection,
    account_id: i64,
    limit: u32,
) -> Result<Vec<LogEntry>, Error> {
    let query = Sql::new(ENTRIES).push("e.user_id = ").bind(account_id).push(NEWEST_FIRST);
    load(connection, query.push(" LIMIT ").number(limit.into()))
}

pub(super) fn entry(connection: &mut Connection, id: i64) -> Result<Option<LogEntry>, Error> {
    let entries = load(connection, Sql::new(ENTRIES).push("e.id = ").bind(id))?;
    Ok(with_differences(connection, entries)?.pop())
}

/// The part of a query that a window is, of as many entries as were counted for it.
fn limited(query: Sql, window: Window, counted: Option<i64>) -> Sql {
    let (limit, offset) = match window {
        Window::All => return query,
        Window::Part { limit, offset } | Window::Uncounted { limit, offset } => (limit.max(0), offset.max(0)),
        Window::Last { size } => {
            let size = size.max(1);
            (size, (counted.unwrap_or_default().max(1) - 1) / size * size)
        }
    };
    query.push(" LIMIT ").number(limit).push(" OFFSET ").number(offset)
}

/// The entries of a record.
pub(super) fn history(
    connection: &mut Connection,
    model: &'static Model,
    id: Key,
    window: Window,
) -> Result<Slice<LogEntry>, Error> {
    let condition =
        Sql::new("e.content_type_id = (SELECT id FROM django_content_type WHERE (app_label, model) = (")
            .bind(model.app_label)
            .push(", ")
            .bind(model.name)
            .push(")) AND e.object_id = ")
            .bind(id.to_string());
    let counted = match window {
        Window::All | Window::Uncounted { .. } => None,
        Window::Part { .. } | Window::Last { .. } => {
            let count = Sql::new("SELECT count(*) FROM django_admin_log AS e WHERE ");
            Some(count.append(condition.clone()).count(connection)?)
        }
    };
    let query = Sql::new(ENTRIES).append(condition).push(NEWEST_FIRST);
    let entries = load(connection, limited(query, window, counted))?;
    let items = with_differences(connection, entries)?;
    let count = counted.unwrap_or_else(|| i64::try_from(items.len()).unwrap_or(i64::MAX));
    Ok(Slice { items, count })
}
