//! Reads records as JSON: pages, and single ones.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use diesel::deserialize;
use diesel::row::Row;
use presspass_domain::model::{Condition, Field, Key, Lookup, Path, Selection, Value};
use presspass_domain::{AccountClaim, Window};

use super::plan::{Columns, ManyOutput, NEXT, Patch, Plan, ordered};
use super::scope::{Builder, Scope, Source};
use super::value::value;
use super::{FoundFor, FoundRecord, JsonSlice, Plans, PositionedRecords};
use crate::accounts::{claimed_statement, claimed_with};
use crate::connection::Connection;
use crate::error::Error;
use crate::records::Table;
use crate::sql::{Column, Datum, Decodes, RowSink, Sql, datum, for_each_row, key};
use crate::url::Engine;

/// From this OFFSET on, the keys of a page are looked up alone, and its records by these: what is skipped is narrow.
const FAR: i64 = 200;

/// A selection as a statement.
pub(super) struct Prepared {
    pub plan: Plan,
    pub many: Vec<ManyOutput>,
    /// Of the values that are read beside the JSON.
    pub also: Vec<&'static Field>,
    scope: Scope,
    at: Source,
    /// `SELECT … FROM …`
    select: Sql,
    condition: Option<Sql>,
    /// How many joins the condition needs.
    condition_joins: usize,
    /// How many joins the condition and the order need.
    order_joins: usize,
    order: Vec<Sql>,
    /// Whether the condition has to read the texts of every record.
    is_search: bool,
    /// Whether the order was asked for.
    is_ordered: bool,
    /// All that is selected, in one text.
    columns: Sql,
    /// `select`, and behind it how many records the whole list has.
    counted: Sql,
    /// The record of a key, and the account of a claim.
    with_account: OnceLock<Sql>,
}

impl Prepared {
    pub fn new(connection: &Connection, selection: &Selection, also: &[Path]) -> Result<Self, Error> {
        let mut builder = Builder::new(connection.engine());
        let (mut scope, at) = builder.scope(selection.model)?;
        let condition = match &selection.condition {
            Condition::All(all) if all.is_empty() => None,
            condition => Some(builder.condition(&mut scope, at, condition)?),
        };
        let condition_joins = scope.joined();
        let mut order = Vec::new();
        for (path, direction) in &selection.order {
            order.push(ordered(builder.resolve(&mut scope, at, path)?.0, *direction));
        }
        let order_joins = scope.joined();
        let mut columns = Columns::default();
        let plan = builder.plan(&mut scope, at, &selection.outputs, &mut columns)?;
        let mut fields = Vec::new();
        for path in also {
            let (column, field) = builder.resolve(&mut scope, at, path)?;
            columns.sql.push(column.into());
            fields.push(field);
        }
        let is_ordered = !order.is_empty();
        if order.is_empty() {
            order.push(at.column("id").into());
        }
        let Columns { sql: columns, many } = columns;
        // A statement has to select something.
        let all = if columns.is_empty() { Sql::new("1") } else { Sql::default().join(", ", columns) };
        let all = all.rendered(connection.engine());
        let select = Sql::new("SELECT ").append(all.clone()).push(" FROM ").append(scope.sql(scope.joined()));
        let select = select.rendered(connection.engine());
        let mut prepared = Self {
            plan,
            many,
            also: fields,
            scope,
            at,
            select,
            condition,
            condition_joins,
            order_joins,
            order,
            is_search: is_search(&selection.condition),
            is_ordered,
            columns: all,
            counted: Sql::default(),
            with_account: OnceLock::new(),
        };
        prepared.counted = prepared.selected(prepared.columns.clone(), true).rendered(connection.engine());
        Ok(prepared)
    }

    fn with_account(&self, engine: Engine) -> &Sql {
        self.with_account.get_or_init(|| {
            let id = self.at.column("id");
            let columns = Sql::new(", ").append(id).push(", ").append(self.columns.clone());
            let joins = self.scope.joined_on(Sql::from(id).push(" = ").parameter());
            claimed_statement(columns, joins).rendered(engine)
        })
    }

    fn restricted(&self, sql: Sql) -> Sql {
        match &self.condition {
            Some(condition) => sql.push(" WHERE ").append(condition.clone()),
            None => sql,
        }
    }

    fn counting(&self) -> Sql {
        self.restricted(Sql::new("SELECT count(*) FROM ").append(self.scope.sql(self.condition_joins)))
    }

    pub fn count(&self) -> Sql {
        if self.condition.is_none() { self.counting().kept() } else { self.counting() }
    }

    /// What is selected of a part of the list, with these columns. Either engine counts once, and not for each row.
    fn selected(&self, columns: Sql, counts: bool) -> Sql {
        let count = || Sql::new(", (").append(self.counting()).push(")");
        self.selecting(if counts { columns.append(count()) } else { columns }, self.scope.joined())
    }

    /// The keys of a part of the list: nothing is joined to what an OFFSET skips. A search is counted along with them, so that
    /// it reads each record once.
    fn keys_of_part(&self, limit: i64, offset: i64, counts: bool) -> Sql {
        let key = Sql::from(self.at.column("id"));
        let select = match (counts, self.is_search) {
            (false, _) => self.selecting(key, self.order_joins),
            (true, true) => self.selecting(key.push(", count(*) OVER ()"), self.order_joins),
            (true, false) => {
                let counted = key.push(", (").append(self.counting()).push(")");
                self.selecting(counted, self.order_joins)
            }
        };
        self.part(select, limit, offset)
    }

    /// A part of the list. The first records of the whole list, which nearly all lists are, stay prepared where their number
    /// is one of few.
    fn part(&self, select: Sql, limit: i64, offset: i64) -> Sql {
        let sql = limited(self.ordered(self.restricted(select)), Some((limit, offset)));
        let is_usual = limit <= 20 || (limit <= 100 && limit % 10 == 0);
        if offset == 0 && is_usual && self.condition.is_none() && !self.is_ordered { sql.kept() } else { sql }
    }

    fn ordered(&self, sql: Sql) -> Sql {
        sql.push(" ORDER BY ").join(", ", self.order.clone())
    }

    fn selecting(&self, columns: Sql, joins: usize) -> Sql {
        Sql::new("SELECT ").append(columns).push(" FROM ").append(self.scope.sql(joins))
    }

    pub fn sql(&self, limit_offset: Option<(i64, i64)>) -> Sql {
        limited(self.ordered(self.restricted(self.select.clone())), limit_offset)
    }

    /// The keys alone.
    pub fn keys(&self) -> Sql {
        self.ordered(self.restricted(self.selecting(self.at.column("id").into(), self.order_joins)))
    }

    /// The records that meet this condition, in place of that of the selection.
    fn of(&self, condition: Sql) -> Sql {
        self.ordered(self.select.clone().push(" WHERE ").append(condition))
    }

    /// The records of these keys, which are known to meet the condition.
    pub fn of_keys(&self, keys: Vec<Key>) -> Sql {
        self.of(Sql::from(self.at.column("id")).push(" IN ").keys(keys))
    }

    /// The record of this key, where it meets the condition.
    pub fn of_key(&self, key: Key) -> Sql {
        let one = self.select.clone().push(" WHERE ");
        let one = one.append(self.at.column("id")).push(" = ").bind(key);
        match &self.condition {
            Some(condition) => one.push(" AND ").append(condition.clone()),
            None => one.kept(),
        }
    }
}

/// Whether a condition looks for a part of a text.
fn is_search(condition: &Condition) -> bool {
    match condition {
        Condition::Compare(_, lookup, _) => matches!(lookup, Lookup::Contains | Lookup::IContains),
        Condition::All(all) | Condition::Any(all) => all.iter().any(is_search),
        Condition::Not(condition) => is_search(condition),
        Condition::In(..) | Condition::Range(..) | Condition::IsNull(..) => false,
    }
}

/// A record that is joined to an account; its first column is its key, NULL where there is no such record.
struct JoinedRecordSink<'p>(RecordSink<'p>);

impl RowSink for JoinedRecordSink<'_> {
    fn row<'a, DB: Decodes, R: Row<'a, DB>>(&mut self, row: &R) -> deserialize::Result<ControlFlow<()>> {
        if datum(row, 0, |key| Ok(key == Datum::Null))? { NEXT } else { self.0.record(row, 1) }
    }
}

fn limited(sql: Sql, limit_offset: Option<(i64, i64)>) -> Sql {
    match limit_offset {
        Some((limit, 0)) => sql.push(" LIMIT ").number(limit),
        Some((limit, offset)) => sql.push(" LIMIT ").number(limit).push(" OFFSET ").number(offset),
        None => sql,
    }
}

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

struct RecordSink<'p> {
    prepared: &'p Prepared,
    records: Records,
}

impl<'p> RecordSink<'p> {
    fn of(prepared: &'p Prepared) -> Self {
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
    fn records(self, connection: &mut Connection) -> Result<Records, Error> {
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
struct PartSink<'p> {
    records: RecordSink<'p>,
    counts: bool,
    count: Option<i64>,
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
    fn only(mut self) -> Option<FoundRecord> {
        self.ends.first()?;
        Some(FoundRecord { json: self.json, values: self.values.pop().unwrap_or_default() })
    }

    /// The objects one by one.
    pub fn objects(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.json[start..*end])
    }

    /// The inside of an array.
    fn rows(self) -> Vec<u8> {
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

/// The records of a window, and the count of all where the window wants that.
fn load_window(
    connection: &mut Connection,
    prepared: &Prepared,
    window: Window,
) -> Result<(Records, Option<i64>), Error> {
    match window {
        Window::All => Ok((Records::load(connection, prepared, prepared.sql(None))?, None)),
        Window::Uncounted { limit, offset } => load_part(connection, prepared, limit, offset, false),
        Window::Part { limit, offset } => {
            let (records, count) = load_part(connection, prepared, limit, offset, true)?;
            // No row has told the count where there is none.
            let count = match count {
                None if limit > 0 && offset <= 0 => 0,
                None => prepared.count().count(connection)?,
                Some(count) => count,
            };
            Ok((records, Some(count)))
        }
        Window::Last { size } => {
            let (size, count) = (size.max(1), prepared.count().count(connection)?);
            let offset = (count.max(1) - 1) / size * size;
            Ok((load_part(connection, prepared, size, offset, false)?.0, Some(count)))
        }
    }
}

/// These records, and the count of all where it is asked for and there are some: in one statement, or two at a far offset.
fn load_part(
    connection: &mut Connection,
    prepared: &Prepared,
    limit: i64,
    offset: i64,
    counts: bool,
) -> Result<(Records, Option<i64>), Error> {
    let (limit, offset) = (limit.max(0), offset.max(0));
    if offset >= FAR || (counts && prepared.is_search) {
        let rows = prepared.keys_of_part(limit, offset, counts).load(connection)?;
        let keys = rows.iter().map(|row| row.key(0)).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = rows.first() else { return Ok((Records::default(), None)) };
        let count = if counts { Some(first.integer(1)?) } else { None };
        return Ok((Records::load(connection, prepared, prepared.of_keys(keys))?, count));
    }
    let select = if counts { &prepared.counted } else { &prepared.select };
    let mut sink = PartSink { records: RecordSink::of(prepared), counts, count: None };
    let _ = for_each_row(connection, prepared.part(select.clone(), limit, offset), &mut sink)?;
    Ok((sink.records.records(connection)?, sink.count))
}

pub(super) fn select(
    connection: &mut Connection,
    plans: &Plans,
    selection: &Selection,
) -> Result<JsonSlice, Error> {
    let prepared = plans.prepare(connection, selection, &[])?;
    let (records, count) = load_window(connection, &prepared, selection.window)?;
    let len = records.ends.len();
    let count = count.unwrap_or_else(|| i64::try_from(len).unwrap_or(i64::MAX));
    Ok(JsonSlice { rows: records.rows(), len, count })
}

pub(super) fn select_positioned(
    connection: &mut Connection,
    selection: &Selection,
    position: &Path,
) -> Result<PositionedRecords, Error> {
    let prepared = Prepared::new(connection, selection, std::slice::from_ref(position))?;
    let (records, _) = load_window(connection, &prepared, selection.window)?;
    let text = |value: &Value| match value {
        Value::One(Some(reference)) => reference.id.to_string(),
        // Python's `str(None)`.
        Value::Null | Value::One(None) | Value::Timestamp(None) => "None".to_owned(),
        value => value.text(),
    };
    let positions =
        records.values.iter().map(|values| values.first().map(text).unwrap_or_default()).collect();
    Ok(PositionedRecords { items: records.objects().map(<[u8]>::to_vec).collect(), positions })
}

/// These values of the records of a window, and the count of the list, or of these where the window wants none.
pub(crate) fn values(
    connection: &mut Connection,
    selection: &Selection,
    paths: &[Path],
) -> Result<(Vec<Vec<Value>>, i64), Error> {
    let prepared = Prepared::new(connection, selection, paths)?;
    let (records, count) = load_window(connection, &prepared, selection.window)?;
    let count = count.unwrap_or_else(|| i64::try_from(records.ends.len()).unwrap_or(i64::MAX));
    Ok((records.values, count))
}

/// These values of the records that meet this condition, in place of that of the selection, on its table `t`. The clause
/// follows the order.
pub(crate) fn values_of(
    connection: &mut Connection,
    selection: &Selection,
    paths: &[Path],
    condition: Sql,
    clause: Sql,
) -> Result<Vec<Vec<Value>>, Error> {
    let prepared = Prepared::new(connection, selection, paths)?;
    Ok(Records::load(connection, &prepared, prepared.of(condition).append(clause))?.values)
}

/// The keys of a selection, whatever its window is; at most `limit`.
pub(crate) fn keys(
    connection: &mut Connection,
    selection: &Selection,
    limit: i64,
) -> Result<Vec<Key>, Error> {
    let keys = Prepared::new(connection, selection, &[])?.keys_of_part(limit, 0, false);
    keys.load(connection)?.iter().map(|row| row.key(0)).collect()
}

/// The statements that read a part of a list, for tests of their plans: that of its keys, and that of its records.
#[cfg(test)]
pub(crate) fn statements(
    connection: &Connection,
    selection: &Selection,
    paths: &[Path],
    (limit, offset): (i64, i64),
) -> (Sql, Sql) {
    let prepared = Prepared::new(connection, selection, paths).unwrap();
    (prepared.keys_of_part(limit, offset, true), prepared.of_keys(Vec::new()))
}

pub(super) fn count(connection: &mut Connection, selection: &Selection) -> Result<i64, Error> {
    Prepared::new(connection, selection, &[])?.count().count(connection)
}

pub(super) fn find(
    connection: &mut Connection,
    plans: &Plans,
    selection: &Selection,
    key: Key,
    also: &[Path],
) -> Result<Option<FoundRecord>, Error> {
    let prepared = plans.prepare(connection, selection, also)?;
    Ok(Records::load(connection, &prepared, prepared.of_key(key))?.only())
}

/// A record, and the account of a claim.
pub(super) fn find_for(
    connection: &mut Connection,
    plans: &Plans,
    claim: &AccountClaim,
    selection: &Selection,
    key: Key,
    also: &[Path],
) -> Result<Option<FoundFor>, Error> {
    let prepared = plans.prepare(connection, selection, also)?;
    if prepared.condition.is_some() {
        return Err(Error::Query("a record that is joined to an account has no condition".to_owned()));
    }
    let statement = prepared.with_account(connection.engine());
    let mut joined = JoinedRecordSink(RecordSink::of(&prepared));
    let reader = claimed_with(connection, claim, statement, Some(key.into()), &mut joined)?;
    let record = joined.0.records(connection)?.only();
    Ok(reader.map(|reader| FoundFor { reader, record }))
}
