//! The statements that read the records of a selection.

use std::sync::OnceLock;

use presspass_domain::model::{Condition, Field, Key, Lookup, Path, Selection};

use super::plan::{Columns, ManyOutput, Plan, ordered};
use super::scope::{Builder, Scope, Source};
use crate::accounts::claimed_statement;
use crate::connection::Connection;
use crate::error::Error;
use crate::sql::Sql;
use crate::url::Engine;

/// A selection as a statement.
pub(super) struct Prepared {
    pub plan: Plan,
    pub many: Vec<ManyOutput>,
    /// Of the values that are read beside the JSON.
    pub also: Vec<&'static Field>,
    scope: Scope,
    at: Source,
    /// `SELECT … FROM …`
    pub select: Sql,
    pub condition: Option<Sql>,
    /// How many joins the condition needs.
    condition_joins: usize,
    /// How many joins the condition and the order need.
    order_joins: usize,
    order: Vec<Sql>,
    /// Whether the condition has to read the texts of every record.
    pub is_search: bool,
    /// Whether the order was asked for.
    is_ordered: bool,
    /// All that is selected, in one text.
    columns: Sql,
    /// `select`, and behind it how many records the whole list has.
    pub counted: Sql,
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

    pub fn with_account(&self, engine: Engine) -> &Sql {
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

    /// These columns, and behind them how many records the whole list has.
    fn with_count(&self, columns: Sql) -> Sql {
        columns.push(", (").append(self.counting()).push(")")
    }

    /// What is selected of a part of the list, with these columns. Either engine counts once, and not for each row.
    fn selected(&self, columns: Sql, counts: bool) -> Sql {
        self.selecting(if counts { self.with_count(columns) } else { columns }, self.scope.joined())
    }

    /// The keys of a part of the list: nothing is joined to what an OFFSET skips. A search is counted along with them, so that
    /// it reads each record once.
    pub fn keys_of_part(&self, limit: i64, offset: i64, counts: bool) -> Sql {
        let key = Sql::from(self.at.column("id"));
        let select = match (counts, self.is_search) {
            (false, _) => self.selecting(key, self.order_joins),
            (true, true) => self.selecting(key.push(", count(*) OVER ()"), self.order_joins),
            (true, false) => self.selecting(self.with_count(key), self.order_joins),
        };
        self.part(select, limit, offset)
    }

    /// A part of the list. The first records of the whole list, which nearly all lists are, stay prepared where their number
    /// is one of few.
    pub fn part(&self, select: Sql, limit: i64, offset: i64) -> Sql {
        let sql = limited(self.ordered(self.restricted(select)), Some((limit, offset)));
        let is_common_size = limit <= 20 || (limit <= 100 && limit % 10 == 0);
        if offset == 0 && is_common_size && self.condition.is_none() && !self.is_ordered {
            sql.kept()
        } else {
            sql
        }
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
    pub fn of(&self, condition: Sql) -> Sql {
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

fn limited(sql: Sql, limit_offset: Option<(i64, i64)>) -> Sql {
    match limit_offset {
        Some((limit, 0)) => sql.push(" LIMIT ").number(limit),
        Some((limit, offset)) => sql.push(" LIMIT ").number(limit).push(" OFFSET ").number(offset),
        None => sql,
    }
}
