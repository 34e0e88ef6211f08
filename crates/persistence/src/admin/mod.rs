//! The stores of the admin.
//!
//! A resource says where its model lies ([`Table`]); everything else is here, once for all of them.

mod cells;
mod conditions;
mod deletions;
mod differences;
mod list;
mod log;
mod proofs;
mod record;
mod select;
mod sql;
mod table;
mod tables;
mod writes;

use std::sync::{Arc, OnceLock};

use presspass_domain::admin::{
    Actor, Added, AdminLog, ChangeMessage, Changed, ChoiceQuery, Deleted, Deletion, Form, ListQuery,
    LogAction, LogEntry, Model, ModelReader, ModelWriter, Noted, ProofEnder, Record, Reference, Refusal, Row,
    Version,
};
use presspass_domain::{BoxFuture, Slice, StoreError, Window};

pub(crate) use self::cells::Cells;
pub(crate) use self::deletions::{Removal, delete_one};
use self::record::Purpose;
pub(crate) use self::sql::{Bind, Sql};
pub(crate) use self::table::{Dependent, Join, Names, Place, Table};
pub(crate) use self::tables::{CONTENT_TYPES, LOG_ENTRIES, PERMISSIONS};
use self::writes::Writing;
use crate::accounts::{GROUPS, USERS};
use crate::catalogue::{self, Limits};
use crate::connection::{Connection, Raw};
use crate::database::{Database, Length};
use crate::error::Error;
use crate::posts::POSTS;

/// The stores of an admin site on a database.
#[derive(Debug, Clone)]
pub struct Models {
    database: Database,
    /// Whether the original keeps a log here, once it was seen: it does not where it has no admin.
    logs: Arc<OnceLock<()>>,
}

impl Models {
    /// Those of this database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, logs: Arc::default() }
    }

    fn store(&self, table: &'static Table) -> Arc<Store> {
        Arc::new(Store { models: self.clone(), table, limits: Arc::default() })
    }

    /// Posts.
    #[must_use]
    pub fn posts(&self) -> Arc<dyn ModelWriter> {
        self.store(&POSTS)
    }

    /// Accounts.
    #[must_use]
    pub fn users(&self) -> Arc<dyn ModelWriter> {
        self.store(&USERS)
    }

    /// Groups of accounts.
    #[must_use]
    pub fn groups(&self) -> Arc<dyn ModelWriter> {
        self.store(&GROUPS)
    }

    /// Permissions, to choose from.
    #[must_use]
    pub fn permissions(&self) -> Arc<dyn ModelReader> {
        self.store(&PERMISSIONS)
    }

    /// Content types, to choose from.
    #[must_use]
    pub fn content_types(&self) -> Arc<dyn ModelReader> {
        self.store(&CONTENT_TYPES)
    }

    /// Entries of the log, as a list. There are none where the original has no admin.
    #[must_use]
    pub fn log_entries(&self) -> Arc<dyn ModelReader> {
        self.store(&LOG_ENTRIES)
    }

    /// What accounts are known by, to end it.
    #[must_use]
    pub fn proofs(&self) -> Arc<dyn ProofEnder> {
        Arc::new(self.clone())
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> Arc<dyn AdminLog> {
        Arc::new(self.clone())
    }

    /// Reads the log; gives `none` where there is none.
    async fn read_log<T: Send + Clone + 'static>(
        &self,
        none: T,
        work: impl Fn(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let models = self.clone();
        let read = self.database.read(Length::Open, move |connection| {
            if !models.keeps_a_log(connection)? {
                return Ok(none.clone());
            }
            at_one_moment(connection, |connection| work(connection))
        });
        Ok(read.await?)
    }

    fn keeps_a_log(&self, connection: &mut Connection) -> Result<bool, Error> {
        if self.logs.get().is_some() {
            return Ok(true);
        }
        let there = catalogue::has_table(connection, LOG_ENTRIES.name)?;
        if there {
            // Another may have seen it first.
            let _ = self.logs.set(());
        }
        Ok(there)
    }
}

/// The records of one model.
#[derive(Debug)]
struct Store {
    models: Models,
    table: &'static Table,
    /// What its columns hold, once they were looked at.
    limits: Arc<OnceLock<Limits>>,
}

/// Reads that belong together see one moment.
fn at_one_moment<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    let begin = match connection.raw {
        Raw::Sqlite(_) => "BEGIN",
        Raw::Postgresql(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    connection.transaction_by(begin, work)
}

impl Store {
    fn foreign(&self) -> StoreError {
        StoreError::from(Error::Query(format!("this is no {}", self.table.model.verbose_name)))
    }

    /// Runs a read; gives `none` where the table need not be there and is not.
    async fn read<T: Send + Clone + 'static>(
        &self,
        none: T,
        work: impl Fn(&mut Connection, &'static Table) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let table = self.table;
        if table.name == LOG_ENTRIES.name {
            return self.models.read_log(none, move |connection| work(connection, table)).await;
        }
        let read = self.models.database.read(Length::Open, move |connection| {
            at_one_moment(connection, |connection| work(connection, table))
        });
        Ok(read.await?)
    }

    /// Runs a write of a form, as one transaction.
    async fn write<T: Send + 'static>(
        &self,
        form: Form,
        actor: Actor,
        refused: impl FnOnce(Vec<Refusal>) -> T,
        work: impl FnOnce(&Writing, &mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        if !form.model().is(self.table.model) {
            return Err(self.foreign());
        }
        let taken = writes::taken(&form);
        let (table, models, known) = (self.table, self.models.clone(), self.limits.clone());
        let written = self.models.database.write(move |connection| {
            let limits = if let Some(known) = known.get() {
                known.clone()
            } else {
                let found = catalogue::limits(connection, table.name)?;
                known.get_or_init(|| found).clone()
            };
            let logs = models.keeps_a_log(connection)?;
            work(&Writing { table, form, actor, limits, logs }, connection)
        });
        match written.await {
            // Of several who take a name at once, whoever was not first hears it from the engine.
            Err(Error::Conflict) if !taken.is_empty() => Ok(refused(taken)),
            outcome => Ok(outcome?),
        }
    }
}

impl ModelReader for Store {
    fn model(&self) -> &'static Model {
        self.table.model
    }

    fn count(&self) -> BoxFuture<'_, Result<i64, StoreError>> {
        Box::pin(self.read(0, |connection, table| {
            sql::Sql::new(format!("SELECT count(*) FROM \"{}\"", table.name)).count(connection)
        }))
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'_, Result<Slice<Row>, StoreError>> {
        Box::pin(async move {
            if !query.model().is(self.table.model) {
                return Err(self.foreign());
            }
            let none = Slice { items: Vec::new(), count: 0 };
            self.read(none, move |connection, table| list::list(connection, table, &query)).await
        })
    }

    fn find(&self, id: i64) -> BoxFuture<'_, Result<Option<Record>, StoreError>> {
        Box::pin(self.read(None, move |connection, table| record::find(connection, table, id, Purpose::Look)))
    }

    fn find_all(&self, ids: Vec<i64>) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(self.read(Vec::new(), move |connection, table| record::find_all(connection, table, &ids)))
    }

    fn keys(&self, query: ListQuery, most: u32) -> BoxFuture<'_, Result<Vec<i64>, StoreError>> {
        Box::pin(async move {
            if !query.model().is(self.table.model) {
                return Err(self.foreign());
            }
            self.read(Vec::new(), move |connection, table| list::keys(connection, table, &query, most)).await
        })
    }

    fn choices(&self, query: ChoiceQuery) -> BoxFuture<'_, Result<Vec<Reference>, StoreError>> {
        Box::pin(self.read(Vec::new(), move |connection, table| select::choices(connection, table, &query)))
    }
}

impl ModelWriter for Store {
    fn add(&self, form: Form, actor: Actor) -> BoxFuture<'_, Result<Added, StoreError>> {
        Box::pin(self.write(form, actor, Added::Refused, Writing::add))
    }

    fn change(
        &self,
        id: i64,
        version: Version,
        form: Form,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Changed, StoreError>> {
        let work =
            move |writing: &Writing, connection: &mut Connection| writing.change(connection, id, version);
        Box::pin(self.write(form, actor, Changed::Refused, work))
    }

    fn deletion(&self, ids: Vec<i64>) -> BoxFuture<'_, Result<Deletion, StoreError>> {
        Box::pin(async move {
            let table = self.table;
            let read = self.models.database.read(Length::Open, move |connection| {
                at_one_moment(connection, |connection| deletions::deletion(connection, table, &ids))
            });
            Ok(read.await?)
        })
    }

    fn delete(
        &self,
        ids: Vec<i64>,
        version: Version,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Deleted, StoreError>> {
        Box::pin(async move {
            let (table, models, of) = (self.table, self.models.clone(), ids.clone());
            let deleted = self.models.database.write(move |connection| {
                let logs = models.keeps_a_log(connection)?;
                deletions::delete(connection, table, &of, version, actor, logs)
            });
            match deleted.await {
                // A row that refers to one of them was written after the catalogue was read.
                Err(Error::ForeignKey { .. }) => {
                    let deletion = self.deletion(ids).await?;
                    let is_protected = !deletion.protected.is_empty();
                    let now = if is_protected {
                        Deleted::Protected(deletion.protected)
                    } else {
                        Deleted::Stale(deletion)
                    };
                    Ok(now)
                }
                outcome => Ok(outcome?),
            }
        })
    }
}

impl AdminLog for Models {
    fn note(
        &self,
        model: &'static Model,
        object: Reference,
        message: ChangeMessage,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Noted, StoreError>> {
        Box::pin(async move {
            let models = self.clone();
            let noted = self.database.write(move |connection| {
                if !log::may_act(connection, actor)? {
                    return Ok(Noted::ActorGone);
                }
                if models.keeps_a_log(connection)? {
                    log::write(connection, model, &[object], (LogAction::Change, &message), actor)?;
                }
                Ok(Noted::Noted)
            });
            Ok(noted.await?)
        })
    }

    fn recent(&self, account_id: i64, limit: u32) -> BoxFuture<'_, Result<Vec<LogEntry>, StoreError>> {
        Box::pin(self.read_log(Vec::new(), move |connection| log::recent(connection, account_id, limit)))
    }

    fn history(
        &self,
        model: &'static Model,
        id: i64,
        window: Window,
    ) -> BoxFuture<'_, Result<Slice<LogEntry>, StoreError>> {
        let none = Slice { items: Vec::new(), count: 0 };
        Box::pin(self.read_log(none, move |connection| log::history(connection, model, id, window)))
    }

    fn entry(&self, id: i64) -> BoxFuture<'_, Result<Option<LogEntry>, StoreError>> {
        Box::pin(self.read_log(None, move |connection| log::entry(connection, id)))
    }
}

#[cfg(test)]
mod tests;
