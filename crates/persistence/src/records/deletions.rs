//! Deleting: what goes with records, what forbids it, and doing it.

use presspass_domain::admin::{
    Actor, ChangeMessage, Deleted, Deletion, Dependents, LogAction, Protection, Version,
};
use sha2::{Digest as _, Sha256};

use super::log;
use super::record::{self, Seen};
use super::select::Select;
use super::table::{Dependent, Names, Table};
use crate::catalogue::{self, ForeignKey, OnDelete, quoted};
use crate::connection::Connection;
use crate::error::Error;
use crate::sql::{Sql, numbers};

/// How far rows are followed that go with rows that go.
const DEPTH: usize = 8;

/// What tables of ours hold, whose rows the engine takes away.
const OURS: [(&str, &str); 2] = [("presspass_session", "sessions"), ("presspass_api_key", "API keys")];

/// What tables of ours hold that is nobody's to look at: marks that end tokens.
const UNTOLD: [&str; 3] = ["presspass_revocation", "presspass_revoked_token", "presspass_difference"];

/// These come and go by themselves: a summary is not stale because of them.
const RESTLESS: [&str; 1] = ["sessions"];

/// Rows of another table that go.
struct Doomed {
    kind: String,
    count: i64,
    names: Vec<String>,
    /// What deletes them, where the engine does not do it by itself.
    delete: Option<String>,
}

#[derive(Default)]
struct Plan {
    doomed: Vec<Doomed>,
    protected: Vec<Protection>,
}

/// Rows that go: a table as SQL names it, as its catalogue names it, and which.
#[derive(Clone)]
struct Rows {
    table: String,
    name: String,
    condition: String,
}

impl Rows {
    /// The rows that refer to these by this key.
    fn referring(&self, key: &ForeignKey) -> Self {
        let Self { table, condition, name } = self;
        let refers = format!("{} IN (SELECT {} FROM {table} WHERE {condition})", key.column, key.to);
        // Rows of one table that refer to each other go together.
        let condition = if key.name == *name { format!("{refers} AND NOT ({condition})") } else { refers };
        Self { table: key.table.clone(), name: key.name.clone(), condition }
    }

    fn count(&self, connection: &mut Connection) -> Result<i64, Error> {
        Sql::new(format!("SELECT count(*) FROM {} WHERE {}", self.table, self.condition)).count(connection)
    }
}

impl Plan {
    fn make(connection: &mut Connection, table: &'static Table, ids: &[i64]) -> Result<Self, Error> {
        let mut plan = Self::default();
        let rows = Rows {
            table: quoted(table.name),
            name: table.name.to_owned(),
            condition: format!("\"id\" IN {}", numbers(ids.iter().copied())),
        };
        for dependent in table.dependents {
            if !catalogue::has_table(connection, dependent.table)? {
                continue;
            }
            let theirs = Rows {
                table: quoted(dependent.table),
                name: dependent.table.to_owned(),
                condition: format!("\"{}\" IN {}", dependent.column, numbers(ids.iter().copied())),
            };
            let count = theirs.count(connection)?;
            if count > 0 {
                plan.follow(connection, &theirs, &[], 1)?;
                let names = names(connection, dependent, &theirs)?;
                let delete = Some(format!("DELETE FROM {} WHERE {}", theirs.table, theirs.condition));
                plan.doomed.push(Doomed { kind: dependent.kind.to_owned(), count, names, delete });
            }
        }
        plan.follow(connection, &rows, table.dependents, 1)?;
        Ok(plan)
    }

    /// What refers to these rows, but for what is known.
    fn follow(
        &mut self,
        connection: &mut Connection,
        rows: &Rows,
        known: &[Dependent],
        depth: usize,
    ) -> Result<(), Error> {
        for key in catalogue::foreign_keys(connection, &rows.name)? {
            let is_known =
                |known: &Dependent| known.table == key.name && quoted(known.column) == quoted_as(&key);
            if known.iter().any(is_known) || key.on_delete == OnDelete::Forget {
                continue;
            }
            let theirs = rows.referring(&key);
            let count = theirs.count(connection)?;
            if count == 0 {
                continue;
            }
            if key.on_delete == OnDelete::Forbid || depth == DEPTH {
                self.protected.push(Protection { table: key.name.clone(), count });
                continue;
            }
            self.follow(connection, &theirs, &[], depth + 1)?;
            let kind =
                OURS.iter().find(|(table, _)| *table == key.name).map_or(key.name.as_str(), |(_, kind)| kind);
            // Nor need be told what of ours only belongs to something that goes.
            let is_ours = key.name.starts_with("presspass_");
            if !UNTOLD.contains(&key.name.as_str()) && (depth == 1 || !is_ours) {
                self.doomed.push(Doomed { kind: kind.to_owned(), count, names: Vec::new(), delete: None });
            }
        }
        Ok(())
    }

    fn into_deletion(self, records: Vec<Seen>) -> Deletion {
        let mut digest = Sha256::new();
        for record in &records {
            digest.update(record.version.to_string());
        }
        let restless = |kind: &str| RESTLESS.contains(&kind);
        let doomed = self.doomed.iter().filter(|doomed| !restless(&doomed.kind));
        let counted = doomed.map(|doomed| (&doomed.kind, doomed.count));
        for (name, count) in counted.chain(self.protected.iter().map(|by| (&by.table, by.count))) {
            digest.update([0]);
            digest.update(name);
            digest.update(count.to_be_bytes());
        }
        let dependents = self.doomed.into_iter().map(|Doomed { kind, count, names, .. }| Dependents {
            kind,
            count,
            names,
        });
        Deletion {
            records: records.into_iter().map(|record| record.reference).collect(),
            dependents: dependents.collect(),
            protected: self.protected,
            version: Version::from_bytes(digest.finalize().into()),
        }
    }
}

/// The column of a key in double quotes, whether its engine's catalogue needs them or not.
fn quoted_as(key: &ForeignKey) -> String {
    if key.column.starts_with('"') { key.column.clone() } else { quoted(&key.column) }
}

fn names(connection: &mut Connection, dependent: &Dependent, rows: &Rows) -> Result<Vec<String>, Error> {
    let Names::Of(table, column) = dependent.names else { return Ok(Vec::new()) };
    let keys = format!("t.\"id\" IN (SELECT \"{column}\" FROM {} WHERE {})", rows.table, rows.condition);
    let limit = i64::try_from(Dependents::NAMES).unwrap_or(i64::MAX);
    let labels = Select { part: Some((limit, 0)), ..Select::labels(table, vec![Sql::new(keys)])? };
    Ok(labels.references(connection)?.into_iter().map(|reference| reference.label).collect())
}

/// What deleting these records would take away.
pub(super) fn deletion(
    connection: &mut Connection,
    table: &'static Table,
    ids: &[i64],
) -> Result<Deletion, Error> {
    let records = record::seen(connection, table, ids)?;
    Ok(Plan::make(connection, table, ids)?.into_deletion(records))
}

/// Deletes these records.
pub(super) fn delete(
    connection: &mut Connection,
    table: &'static Table,
    ids: &[i64],
    version: Version,
    actor: Actor,
    logs: bool,
) -> Result<Deleted, Error> {
    if !log::may_act(connection, actor)? {
        return Ok(Deleted::ActorGone);
    }
    record::lock(connection, table, ids)?;
    let records = record::seen(connection, table, ids)?;
    let ids: Vec<i64> = records.iter().map(|record| record.reference.id).collect();
    if ids.is_empty() {
        return Ok(Deleted::Gone);
    }
    let mut plan = Plan::make(connection, table, &ids)?;
    let statements: Vec<String> = plan.doomed.iter_mut().filter_map(|doomed| doomed.delete.take()).collect();
    let deletion = plan.into_deletion(records);
    if deletion.version != version {
        return Ok(Deleted::Stale(deletion));
    }
    if !deletion.protected.is_empty() {
        return Ok(Deleted::Protected(deletion.protected));
    }
    // Entries of an account that deletes itself would go with it.
    let deletes_itself = table.name == "auth_user" && ids.contains(&actor.account_id);
    for statement in statements {
        Sql::new(statement).run(connection)?;
    }
    if logs && !deletes_itself {
        let message = (LogAction::Deletion, &ChangeMessage::deleted());
        log::write(connection, table.model, &deletion.records, message, actor)?;
    }
    let gone = format!("DELETE FROM \"{}\" WHERE \"id\" IN {}", table.name, numbers(ids));
    let count = Sql::new(gone).run(connection)?;
    Ok(Deleted::Deleted(u64::try_from(count).unwrap_or(u64::MAX)))
}

/// What came of a deletion by one statement.
pub(crate) enum Removal {
    /// This many rows of the table are gone.
    Done(usize),
    /// Rows of these tables refer to the record, and nothing was deleted. Empty where they cannot be named.
    Referenced(Vec<String>),
}

/// Deletes one record by this statement, without a summary that somebody has to confirm. Rows go along whose constraint
/// cascades. Tables that keep the record are looked for only after a constraint has failed, at the commit too: an ordinary
/// deletion costs nothing more, and a row that is written meanwhile cannot slip through.
pub(crate) fn delete_one(
    connection: &mut Connection,
    table: &'static Table,
    id: i64,
    delete: impl Fn(&mut Connection) -> Result<usize, Error>,
) -> Result<Removal, Error> {
    let mut named = None;
    // The row that kept it may be gone when it is looked for: then one more try decides.
    for _ in 0..2 {
        let by_engine = match delete(connection) {
            Ok(count) => return Ok(Removal::Done(count)),
            Err(Error::ForeignKey { table, .. }) => table,
            Err(other) => return Err(other),
        };
        let tables = match Plan::make(connection, table, &[id]) {
            Ok(plan) => plan.protected.into_iter().map(|by| by.table).collect(),
            // Our role may not read that table.
            Err(Error::Query(_)) => Vec::new(),
            Err(other) => return Err(other),
        };
        if !tables.is_empty() {
            return Ok(Removal::Referenced(tables));
        }
        named = by_engine;
    }
    Ok(Removal::Referenced(named.into_iter().collect()))
}
