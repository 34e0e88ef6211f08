//! Rows as they are read: records in JSON, with those that are related to them.

use std::collections::HashMap;
use std::ops::ControlFlow;

use diesel::deserialize;
use diesel::row::Row;
use presspass_domain::model::{Key, Value};

use super::FoundRecord;
use super::plan::{Columns, ManyOutput, NEXT, Patch, Plan};
use super::prepared::Prepared;
use super::scope::{Builder, Scope};
use super::value::value;
use crate::connection::Connection;
use crate::error::Error;
use crate::records::Table;
use crate::sql::{Column, Datum, Decodes, RowSink, Sql, datum, for_each_row, key};

/// Records as they are written.
#[derive(Default)]
pub(super) struct Records {
    /// Objects, one after the other.
    pub json: Vec<u8>,
    /// Where each of them ends.
    pub ends: Vec<usize>,
    pub values: Vec<Vec<Value>>,
    pub patches: Vec<Patch>,
}

pub(super) struct RecordSink<'p> {
    prepared: &'p Prepared,
    records: Records,
}

impl<'p> RecordSink<'p> {
    pub fn of(prepared: &'p Prepared) -> Self {
        Self { prepared, records: Records::default() }
    }

    /// Writes the record whose columns begin here.
    fn record<'a, DB: Decodes, R: Row<'a, DB>>(
        &mut self,
        row: &R,
        mut at: usize,
    ) -> deserialize::Result<ControlFlow<()>> {
        let Records { json, ends, values, patches } = &mut self.records;
        self.prepared.plan.write(row, &mut at, json, patches)?;
        ends.push(json.len());
        if !self.prepared.also.is_empty() {
            let fields = self.prepared.also.iter().zip(at..);
            values.push(
                fields
                    .map(|(field, at)| datum(row, at, |datum| value(field, &datum)))
                    .collect::<Result<_, _>>()?,
            );
        }
        NEXT
    }

    /// What was read.
    pub fn records(self, connection: &mut Connection) -> Result<Records, Error> {
        let mut records = self.records;
        records.fill(connection, &self.prepared.many)?;
        Ok(records)
    }
}

impl RowSink for RecordSink<'_> {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, row: &R) -> deserialize::Result<ControlFlow<()>> {
        self.record(row, 0)
    }
}

/// Records, and where it is asked for the count of all in the last column.
pub(super) struct PartSink<'p> {
    pub records: RecordSink<'p>,
    pub counts: bool,
    pub count: Option<i64>,
}

impl RowSink for PartSink<'_> {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, row: &R) -> deserialize::Result<ControlFlow<()>> {
        if self.counts && self.count.is_none() {
            self.count = datum(row, row.field_count() - 1, |count| match count {
                Datum::Integer(count) => Ok(Some(count)),
                _ => Err("a count that is no number".into()),
            })?;
        }
        self.records.row(row)
    }
}

impl Records {
    /// Runs a statement of this selection.
    pub fn load(connection: &mut Connection, prepared: &Prepared, sql: Sql) -> Result<Self, Error> {
        let mut sink = RecordSink::of(prepared);
        let _ = for_each_row(connection, sql, &mut sink)?;
        sink.records(connection)
    }

    /// Puts the objects of many-to-many relations in their places.
    fn fill(&mut self, connection: &mut Connection, many: &[ManyOutput]) -> Result<(), Error> {
        if self.patches.is_empty() {
            return Ok(());
        }
        let mut related = Vec::new();
        for (number, many) in many.iter().enumerate() {
            let of_this = self.patches.iter().filter(|patch| patch.many == number);
            let mut keys: Vec<Key> = of_this.map(|patch| patch.key).collect();
            keys.sort_unstable();
            keys.dedup();
            related.push(objects_by_key(connection, many, keys)?);
        }
        let old = std::mem::take(&mut self.json);
        let mut ends = self.ends.iter_mut().peekable();
        let mut copied = 0;
        for patch in self.patches.drain(..) {
            while let Some(end) = ends.next_if(|end| **end < patch.at) {
                *end = *end - copied + self.json.len();
            }
            self.json.extend_from_slice(&old[copied..patch.at]);
            copied = patch.at;
            let objects = related.get(patch.many).and_then(|of| of.get(&patch.key));
            self.json.extend_from_slice(objects.map(Vec::as_slice).unwrap_or_default());
        }
        for end in ends {
            *end = *end - copied + self.json.len();
        }
        self.json.extend_from_slice(&old[copied..]);
        Ok(())
    }

    /// The record of a key.
    pub fn only(mut self) -> Option<FoundRecord> {
        self.ends.first()?;
        Some(FoundRecord { json: self.json, values: self.values.pop().unwrap_or_default() })
    }

    /// The objects one by one.
    pub fn objects(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.json[start..*end])
    }

    /// The inside of an array.
    pub fn rows(self) -> Vec<u8> {
        let mut rows = Vec::with_capacity(self.json.len() + self.ends.len());
        for (at, object) in self.objects().enumerate() {
            if at > 0 {
                rows.push(b',');
            }
            rows.extend_from_slice(object);
        }
        rows
    }
}

struct RelatedSink<'p> {
    plan: &'p Plan,
    keys: Vec<Key>,
    records: Records,
}

impl RowSink for RelatedSink<'_> {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, row: &R) -> deserialize::Result<ControlFlow<()>> {
        self.keys.push(datum(row, 0, |datum| key(&datum).ok_or_else(|| "no key".into()))?);
        let Records { json, ends, patches, .. } = &mut self.records;
        self.plan.write(row, &mut 1, json, patches)?;
        ends.push(json.len());
        NEXT
    }
}

/// The related records of these, in the order of their model, by the key of the record that they are related to.
fn objects_by_key(
    connection: &mut Connection,
    many: &ManyOutput,
    keys: Vec<Key>,
) -> Result<HashMap<Key, Vec<u8>>, Error> {
    let mut builder = Builder::new(connection.engine());
    let pair = builder.source(Table::of(many.to))?.alias;
    let mut scope = Scope::of(Sql::default().name(many.through).push(" AS ").name(pair));
    let at = builder.join(&mut scope, Column(pair, many.other), many.to)?;
    let mut columns = Columns { sql: vec![Column(pair, many.own).into()], many: Vec::new() };
    let plan = builder.plan(&mut scope, at, &many.outputs, &mut columns)?;
    let mut order = builder.default_order(&mut scope, at)?;
    order.push(Sql::from(Column(pair, "id")));
    let sql = Sql::new("SELECT ")
        .join(", ", columns.sql)
        .push(" FROM ")
        .append(scope.sql(scope.joined()))
        .push(" WHERE ")
        .append(Column(pair, many.own))
        .push(" IN ")
        .keys(keys)
        .push(" ORDER BY ")
        .join(", ", order);
    let mut sink = RelatedSink { plan: &plan, keys: Vec::new(), records: Records::default() };
    let _ = for_each_row(connection, sql, &mut sink)?;
    let (keys, mut records) = (sink.keys, sink.records);
    records.fill(connection, &columns.many)?;
    let mut all: HashMap<Key, Vec<u8>> = HashMap::new();
    for (key, object) in keys.iter().zip(records.objects()) {
        let objects = all.entry(*key).or_default();
        if !objects.is_empty() {
            objects.push(b',');
        }
        objects.extend_from_slice(object);
    }
    Ok(all)
}

/// A record that is joined to an account; its first column is its key, NULL where there is no such record.
pub(super) struct JoinedRecordSink<'p>(pub RecordSink<'p>);

impl RowSink for JoinedRecordSink<'_> {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, row: &R) -> deserialize::Result<ControlFlow<()>> {
        if datum(row, 0, |key| Ok(key == Datum::Null))? { NEXT } else { self.0.record(row, 1) }
    }
}
