//! Records for the API: JSON out of rows, drafts into tables, by the description of their model.

pub(crate) mod bind;
mod conditions;
mod found;
mod plan;
mod plans;
mod prepared;
pub(crate) mod read;
pub(crate) mod remove;
mod scope;
mod stream;
mod transaction;
pub(crate) mod value;
mod violations;
mod write;
mod writes;

use std::cell::RefCell;
use std::ops::ControlFlow;

use presspass_auth::StoreError;
use presspass_domain::model::{Key, Model, Path, Selection, Value};
use presspass_domain::{AccountClaim, ClaimedAccount};

pub(crate) use self::plans::Plans;
pub use self::transaction::{Transaction, TransactionError};
pub use self::writes::{Created, Removed, Updated, WriteHook, WriteHooks};
use crate::connection::Connection;
use crate::database::{Length, RunningRead};
use crate::records::{Models, Table};
use crate::sql::Sql;

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonSlice {
    /// Objects in compact JSON, separated by commas: the inside of an array.
    pub rows: Vec<u8>,
    /// How many there are.
    pub len: usize,
    /// How many the whole list has; those of this page, where it was not counted.
    pub count: i64,
}

/// Records, each with its position in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionedRecords {
    /// Objects in compact JSON.
    pub items: Vec<Vec<u8>>,
    /// Python's `str()` of a column of each.
    pub positions: Vec<String>,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRecord {
    /// An object in compact JSON.
    pub json: Vec<u8>,
    /// The values that were asked for beside it; a related record without its label.
    pub values: Vec<Value>,
}

/// A record that was looked up together with its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFor {
    pub reader: ClaimedAccount,
    pub record: Option<FoundRecord>,
}

/// Receives records one by one, on a thread that it may block. `Break` ends the stream.
pub type JsonSink = Box<dyn FnMut(&[u8]) -> ControlFlow<()> + Send>;

/// Records of any model that has a table, as the API reads them.
impl Models {
    /// Reads a page.
    pub async fn select(&self, selection: Selection) -> Result<JsonSlice, StoreError> {
        let plans = self.plans.clone();
        let read =
            self.database.read(Length::Open, move |connection| read::select(connection, &plans, &selection));
        Ok(read.await?)
    }

    /// Reads a page without a count, with the positions of its records by this column.
    pub async fn select_positioned(
        &self,
        selection: Selection,
        position: Path,
    ) -> Result<PositionedRecords, StoreError> {
        let read = self
            .database
            .read(Length::Open, move |connection| read::select_positioned(connection, &selection, &position));
        Ok(read.await?)
    }

    /// Emits all records of a selection, whatever its window is, as they were when it began. However many they are, they are
    /// not held in memory. An error may come after some were emitted; a caller that drops the future must have the sink
    /// break, too.
    pub async fn stream_json(&self, selection: Selection, sink: JsonSink) -> Result<(), StoreError> {
        let sink = RefCell::new(sink);
        let work = move |connection: &mut Connection, read: &RunningRead| {
            let mut sink = sink.borrow_mut();
            stream::stream(connection, &selection, &mut |object| read.while_paused(|| sink(object)))
        };
        Ok(self.database.read_streamed(work).await?)
    }

    /// Reads one record that the condition of a selection lets through.
    pub async fn find_json(
        &self,
        selection: Selection,
        key: impl Into<Key>,
        also: &[Path],
    ) -> Result<Option<FoundRecord>, StoreError> {
        let (plans, key, also) = (self.plans.clone(), key.into(), also.to_vec());
        let read = self
            .database
            .read(Length::Short, move |connection| read::find(connection, &plans, &selection, key, &also));
        Ok(read.await?)
    }

    /// Reads one record together with its reader's account and the revocations of that: in one statement. `None` where there
    /// is no such account, active or not. The selection has no condition.
    pub async fn find_json_for(
        &self,
        reader: AccountClaim,
        selection: Selection,
        key: impl Into<Key>,
        also: &[Path],
    ) -> Result<Option<FoundFor>, StoreError> {
        let (plans, key, also) = (self.plans.clone(), key.into(), also.to_vec());
        let read = self.database.read(Length::Short, move |connection| {
            read::find_for(connection, &plans, &reader, &selection, key, &also)
        });
        Ok(read.await?)
    }

    /// Whether there is a record of this key.
    pub async fn exists(&self, model: &'static Model, key: impl Into<Key>) -> Result<bool, StoreError> {
        let key = key.into();
        let table = Table::of(model).name;
        let read = self.database.read(Length::Short, move |connection| {
            let found =
                Sql::new("SELECT id FROM ").name(table).push(" WHERE id = ").bind(key).first(connection)?;
            Ok(found.is_some())
        });
        Ok(read.await?)
    }
}
