//! The record engine: lists, reads, writes and deletes the records of any model.
//!
//! A resource describes its table ([`Table`]); everything else is here, once for all of them.

mod children;
mod deletions;
mod differences;
mod labels;
mod list;
pub(crate) mod log;
mod record;
mod refusals;
mod table;
mod writes;

use std::sync::{Arc, OnceLock};

use presspass_auth::{Randomness, StoreError, SystemRandomness};
use presspass_domain::model::{
    Actor, Added, ChangeMessage, Changed, ChildWrite, ChoiceQuery, Deleted, Deletion, Form, Key, ListQuery,
    LogAction, LogEntry, LogWritten, Model, Record, Reference, Refusal, Row, Version,
};
use presspass_domain::{Slice, Window};

use self::children::Child;
pub(crate) use self::deletions::referring_tables;
pub(crate) use self::record::lock;
pub(crate) use self::table::{Cascade, Change, Dependent, FieldLocation, Names, Special, Table};
use self::writes::FormWrite;
pub(crate) use self::writes::relate;
use crate::catalogue::{self, Limits};
use crate::connection::{Connection, Raw};
use crate::database::{Database, Length};
use crate::error::Error;
use crate::origin::has_table;
use crate::resources::Plans;
use crate::sql::Sql;
use crate::url::Engine;

/// The records of all models in a database, and the log of their changes.
#[derive(Debug, Clone)]
pub struct Models {
    pub(crate) database: Database,
    tables: Arc<[ModelTable]>,
    log: OptionalTable,
    /// Where random values of new records come from.
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) plans: Arc<Plans>,
}

/// The table of one model.
#[derive(Debug)]
struct ModelTable {
    table: &'static Table,
    /// The limits of its columns, once they were read.
    limits: OnceLock<Limits>,
    found: OptionalTable,
}

/// Remembers that an optional table exists, once it was found.
#[derive(Debug, Clone, Default)]
struct OptionalTable(Arc<OnceLock<()>>);

impl OptionalTable {
    fn exists(&self, connection: &mut Connection, name: &str) -> Result<bool, Error> {
        if self.0.get().is_none() {
            if !has_table(connection, &[name])? {
                return Ok(false);
            }
            // Another thread may have found it first.
            let _ = self.0.set(());
        }
        Ok(true)
    }
}

/// Runs several reads on the same state of the database.
fn in_snapshot<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    let begin = match connection.raw {
        Raw::Sqlite(_) => "BEGIN",
        Raw::Postgresql(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    connection.transaction_by(begin, work)
}

impl Models {
    pub(crate) fn of_models(database: Database, models: impl Iterator<Item = &'static Model>) -> Self {
        let tables = models.map(|model| ModelTable {
            table: Table::of(model),
            limits: OnceLock::new(),
            found: OptionalTable::default(),
        });
        Self {
            plans: Arc::default(),
            database,
            tables: tables.collect(),
            log: OptionalTable::default(),
            randomness: Arc::new(SystemRandomness),
        }
    }

    /// Takes random values of new records from here.
    #[must_use]
    pub fn with_randomness(self, randomness: Arc<dyn Randomness>) -> Self {
        Self { randomness, ..self }
    }

    /// All models that are described.
    /// The kind of database.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.database.url().engine()
    }

    pub(crate) fn models(&self) -> Vec<&'static Model> {
        self.tables.iter().map(|known| known.table.model).collect()
    }

    fn of(&self, model: &Model) -> Result<&ModelTable, Error> {
        let found = self.tables.iter().find(|known| known.table.model.is(model));
        found.ok_or_else(|| Error::Query(format!("{}.{} has no table", model.app_label, model.name)))
    }

    fn table(&self, model: &Model) -> Result<&'static Table, Error> {
        self.of(model).map(|found| found.table)
    }

    fn limits(&self, connection: &mut Connection, model: &Model) -> Result<Limits, Error> {
        let known = self.of(model)?;
        if let Some(limits) = known.limits.get() {
            return Ok(limits.clone());
        }
        let found = catalogue::limits(connection, known.table.name)?;
        Ok(known.limits.get_or_init(|| found).clone())
    }

    /// A Django project without the admin has no log.
    pub(crate) fn has_log(&self, connection: &mut Connection) -> Result<bool, Error> {
        self.log.exists(connection, log::TABLE)
    }

    /// Writes that a record was changed elsewhere than in the database, in these words.
    pub async fn log_change(
        &self,
        model: &'static Model,
        object: Reference,
        message: ChangeMessage,
        actor: Actor,
    ) -> Result<LogWritten, StoreError> {
        let models = self.clone();
        let written = self.database.write(move |connection| {
            if !log::may_act(connection, actor)? {
                return Ok(LogWritten::ActorGone);
            }
            if models.has_log(connection)? {
                log::write(connection, model, &[object], (LogAction::Change, &message), actor)?;
            }
            Ok(LogWritten::Written)
        });
        Ok(written.await?)
    }

    /// Reads the log; returns `none` where there is no log.
    async fn read_log<T: Send + Clone + 'static>(
        &self,
        none: T,
        work: impl Fn(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let models = self.clone();
        let read = self.database.read(Length::Open, move |connection| {
            if !models.has_log(connection)? {
                return Ok(none.clone());
            }
            in_snapshot(connection, |connection| work(connection))
        });
        Ok(read.await?)
    }

    /// Runs a read; returns `none` where an optional table is missing.
    async fn read<T: Send + Clone + 'static>(
        &self,
        model: &'static Model,
        none: T,
        work: impl Fn(&mut Connection, &'static Table) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let known = self.of(model)?;
        let (table, found) = (known.table, known.found.clone());
        let read = self.database.read(Length::Open, move |connection| {
            if table.special.is_optional && !found.exists(connection, table.name)? {
                return Ok(none.clone());
            }
            in_snapshot(connection, |connection| work(connection, table))
        });
        Ok(read.await?)
    }

    /// Runs a write of a form, as one transaction.
    async fn write<T: Send + 'static>(
        &self,
        (form, children): (Form, Vec<ChildWrite>),
        actor: Actor,
        refused: impl FnOnce(Vec<Refusal>) -> T,
        work: impl FnOnce(&FormWrite, &mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let table = self.table(form.model())?;
        let mut conflicts = refusals::conflicts(&form);
        if conflicts.is_empty() && !children.is_empty() {
            conflicts = vec![refusals::conflict_of_children(&form)];
        }
        let models = self.clone();
        let written = self.database.write(move |connection| {
            let limits = models.limits(connection, form.model())?;
            let has_log = models.has_log(connection)?;
            let children = children
                .into_iter()
                .map(|child| Child::new(&models, connection, child, actor))
                .collect::<Result<_, _>>()?;
            work(
                &FormWrite {
                    table,
                    form,
                    actor,
                    limits,
                    has_log,
                    children,
                    randomness: models.randomness.clone(),
                },
                connection,
            )
        });
        match written.await {
            // Of several forms with the same name at once, the engine refuses all but one.
            Err(Error::Conflict) if !conflicts.is_empty() => Ok(refused(conflicts)),
            outcome => Ok(outcome?),
        }
    }
}

/// A model without a table is [`StoreError::Failed`]. Each write is one transaction with its entries in the log, synced before
/// it is acknowledged.
impl Models {
    pub async fn count(&self, model: &'static Model) -> Result<i64, StoreError> {
        let count = |connection: &mut Connection, table: &'static Table| {
            Sql::new("SELECT count(*) FROM ").name(table.name).count(connection)
        };
        self.read(model, 0, count).await
    }

    /// A list of records. It reads no more than the columns that are asked for and what the label needs, and related
    /// records along with them.
    pub async fn list(&self, query: ListQuery) -> Result<Slice<Row>, StoreError> {
        let none = Slice { items: Vec::new(), count: 0 };
        self.read(query.model(), none, move |connection, _| list::list(connection, &query)).await
    }

    pub async fn find(
        &self,
        model: &'static Model,
        id: impl Into<Key>,
    ) -> Result<Option<Record>, StoreError> {
        let id = id.into();
        self.read(model, None, move |connection, table| record::find(connection, table, id)).await
    }

    /// The records of these keys that exist, in no order. It takes as many statements as for one record.
    pub async fn find_all(&self, model: &'static Model, ids: Vec<Key>) -> Result<Vec<Record>, StoreError> {
        self.read(model, Vec::new(), move |connection, table| record::find_all(connection, table, &ids)).await
    }

    /// The first `limit` keys, ascending, of all records that a query's search and filters let through, whatever its
    /// columns, order and window are.
    pub async fn keys(&self, query: ListQuery, limit: u32) -> Result<Vec<Key>, StoreError> {
        let model = query.model();
        self.read(model, Vec::new(), move |connection, _| list::keys(connection, &query, limit)).await
    }

    /// Records to choose from, for a field that refers to this model.
    pub async fn choices(
        &self,
        model: &'static Model,
        query: ChoiceQuery,
    ) -> Result<Vec<Reference>, StoreError> {
        self.read(model, Vec::new(), move |connection, _| list::choices(connection, model, &query)).await
    }

    /// Adds a record. Fields that the form lacks take the model's default; a field without a default is refused.
    pub async fn add(&self, form: Form, actor: Actor) -> Result<Added, StoreError> {
        self.add_with(form, Vec::new(), actor).await
    }

    /// Adds a record, and others that belong to it.
    pub async fn add_with(
        &self,
        form: Form,
        children: Vec<ChildWrite>,
        actor: Actor,
    ) -> Result<Added, StoreError> {
        self.write((form, children), actor, Added::Refused, FormWrite::add).await
    }

    /// Changes a record that is still as it was when the form was made.
    pub async fn change(
        &self,
        id: impl Into<Key>,
        version: Version,
        form: Form,
        actor: Actor,
    ) -> Result<Changed, StoreError> {
        self.change_with(id, version, form, Vec::new(), actor).await
    }

    /// Changes a record, and others that belong to it.
    pub async fn change_with(
        &self,
        id: impl Into<Key>,
        version: Version,
        form: Form,
        children: Vec<ChildWrite>,
        actor: Actor,
    ) -> Result<Changed, StoreError> {
        let id = id.into();
        let work =
            move |write: &FormWrite, connection: &mut Connection| write.change(connection, id, version);
        self.write((form, children), actor, Changed::Refused, work).await
    }

    /// What deleting these records would delete.
    pub async fn deletion(&self, model: &'static Model, ids: Vec<Key>) -> Result<Deletion, StoreError> {
        let (table, models) = (self.table(model)?, self.models());
        let read = self.database.read(Length::Open, move |connection| {
            in_snapshot(connection, |connection| deletions::deletion(connection, &models, table, &ids))
        });
        Ok(read.await?)
    }

    /// Deletes these records, all or none, where the deletion is still the one that was shown. Ids that are gone are
    /// ignored, as in the summary.
    pub async fn delete(
        &self,
        model: &'static Model,
        ids: Vec<Key>,
        version: Version,
        actor: Actor,
    ) -> Result<Deleted, StoreError> {
        let (table, models, of) = (self.table(model)?, self.clone(), ids.clone());
        let deleted = self.database.write(move |connection| {
            let has_log = models.has_log(connection)?;
            deletions::delete(connection, (&models.models(), has_log), table, &of, version, actor)
        });
        match deleted.await {
            // A row that refers to one of them was written after the plan was made.
            Err(Error::ForeignKey { .. }) => {
                let deletion = self.deletion(model, ids).await?;
                let is_protected = !deletion.protected.is_empty();
                Ok(if is_protected {
                    Deleted::Protected(deletion.protected)
                } else {
                    Deleted::Stale(deletion)
                })
            }
            outcome => Ok(outcome?),
        }
    }

    /// The latest entries that an account wrote into the log, newest first, without differences.
    pub async fn recent(&self, account_id: i64, limit: u32) -> Result<Vec<LogEntry>, StoreError> {
        self.read_log(Vec::new(), move |connection| log::recent(connection, account_id, limit)).await
    }

    /// The entries about a record, newest first, with the differences.
    pub async fn history(
        &self,
        model: &'static Model,
        id: impl Into<Key>,
        window: Window,
    ) -> Result<Slice<LogEntry>, StoreError> {
        let (id, none) = (id.into(), Slice { items: Vec::new(), count: 0 });
        self.read_log(none, move |connection| log::history(connection, model, id, window)).await
    }

    /// One entry, with its differences.
    pub async fn entry(&self, id: i64) -> Result<Option<LogEntry>, StoreError> {
        self.read_log(None, move |connection| log::entry(connection, id)).await
    }
}

#[cfg(test)]
mod tests;
