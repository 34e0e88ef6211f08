//! The tables of a query: where a path leads, and what is joined for it.

use presspass_domain::model::{Field, Model, Path};

use crate::error::Error;
use crate::records::{FieldLocation, Table};
use crate::sql::{Column, Sql};
use crate::url::Engine;

/// Names of tables in a query; more are not joined.
const ALIASES: [&str; 32] = [
    "t", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15",
    "a16", "a17", "a18", "a19", "a20", "a21", "a22", "a23", "a24", "a25", "a26", "a27", "a28", "a29", "a30",
    "a31",
];

/// A table under its name in a query.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    pub alias: &'static str,
    pub table: &'static Table,
}

impl Source {
    pub const fn column(self, name: &'static str) -> Column {
        Column(self.alias, name)
    }
}

struct Join {
    /// The foreign key.
    key: Column,
    to: Source,
}

/// The tables that a query, or a query inside it, reads.
pub(super) struct Scope {
    /// What it begins with, between FROM and the joins.
    from: Sql,
    joins: Vec<Join>,
}

impl Scope {
    pub const fn of(from: Sql) -> Self {
        Self { from, joins: Vec::new() }
    }

    pub const fn joined(&self) -> usize {
        self.joins.len()
    }

    /// What comes after FROM, with the first joins alone.
    pub fn sql(&self, joins: usize) -> Sql {
        self.from.clone().append(self.joins(joins))
    }

    /// What is joined to this, where its first table is joined to another query itself.
    pub fn joined_on(&self, condition: Sql) -> Sql {
        let first = Sql::new(" LEFT JOIN ").append(self.from.clone()).push(" ON ");
        first.append(condition).append(self.joins(self.joins.len()))
    }

    fn joins(&self, count: usize) -> Sql {
        let joins = self.joins.iter().take(count).map(|Join { key, to }| {
            Sql::new(" LEFT JOIN ")
                .name(to.table.name)
                .push(" AS ")
                .name(to.alias)
                .push(" ON ")
                .append(to.column("id"))
                .push(" = ")
                .append(*key)
        });
        Sql::default().join("", joins)
    }
}

/// Builds one statement.
pub(super) struct Builder {
    pub engine: Engine,
    aliases: usize,
}

impl Builder {
    pub const fn new(engine: Engine) -> Self {
        Self { engine, aliases: 0 }
    }

    pub fn source(&mut self, table: &'static Table) -> Result<Source, Error> {
        let alias = ALIASES.get(self.aliases).copied();
        let alias = alias.ok_or_else(|| Error::Query("a query joins too many tables".to_owned()))?;
        self.aliases += 1;
        Ok(Source { alias, table })
    }

    /// A scope that begins with the table of a model.
    pub fn scope(&mut self, model: &'static Model) -> Result<(Scope, Source), Error> {
        let source = self.source(Table::of(model))?;
        Ok((Scope::of(from(source)), source))
    }

    /// The other record of a foreign key, which is joined once.
    pub fn join(&mut self, scope: &mut Scope, key: Column, to: &'static Model) -> Result<Source, Error> {
        let known = scope.joins.iter().find(|join| (join.key.0, join.key.1) == (key.0, key.1));
        if let Some(join) = known {
            return Ok(join.to);
        }
        let to = self.source(Table::of(to))?;
        scope.joins.push(Join { key, to });
        Ok(to)
    }

    /// The column that a path of foreign keys leads to, and the field that it holds.
    pub fn resolve(
        &mut self,
        scope: &mut Scope,
        mut at: Source,
        path: &Path,
    ) -> Result<(Column, &'static Field), Error> {
        let steps: Vec<&'static Field> = path.through.iter().copied().chain([path.field]).collect();
        let mut steps = steps.as_slice();
        while let Some((field, rest)) = steps.split_first() {
            match at.table.locate(field)? {
                FieldLocation::One { column, to, .. } => match rest {
                    [] => return Ok((at.column(column), field)),
                    // Its key is here already.
                    [last] if **last == to.key => return Ok((at.column(column), field)),
                    _ => at = self.join(scope, at.column(column), to)?,
                },
                FieldLocation::Own { column, .. } if rest.is_empty() => {
                    return Ok((at.column(column), field));
                }
                _ => break,
            }
            steps = rest;
        }
        Err(Error::Query(format!("{}: no column is there", path.field.name)))
    }
}

/// A table under its name, after FROM or JOIN.
pub(super) fn from(source: Source) -> Sql {
    Sql::default().name(source.table.name).push(" AS ").name(source.alias)
}
