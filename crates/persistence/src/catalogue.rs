//! The engine's catalogue: a database that Django made may have other tables and columns.

mod check_clauses;

use std::collections::{HashMap, HashSet};

use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::sql::{Cells, Sql};

/// What an engine does with a row whose parent is to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDelete {
    Cascade,
    SetNull,
    Forbid,
}

#[derive(Debug, Clone)]
pub(crate) struct ForeignKey {
    /// Where the table is not on `PostgreSQL`'s search path.
    schema: Option<String>,
    /// The table that refers.
    pub table: String,
    pub column: String,
    /// The column that it refers to.
    pub to: String,
    pub on_delete: OnDelete,
}

impl ForeignKey {
    /// The table that refers, with its schema where that is needed.
    pub fn qualified_table(&self) -> Sql {
        let schema = self.schema.iter().map(|schema| Sql::default().name(schema.clone()).push("."));
        Sql::default().join("", schema).name(self.table.clone())
    }
}

/// The foreign keys that refer to a table, ordered by the table that has them.
pub(crate) fn foreign_keys(connection: &mut Connection, table: &str) -> Result<Vec<ForeignKey>, Error> {
    match connection.raw {
        Raw::Sqlite(_) => {
            let rows = Sql::new(
                "SELECT child.name, key.\"from\", coalesce(key.\"to\", 'id'), key.on_delete
                 FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS key
                 WHERE child.type = 'table' AND lower(key.\"table\") = lower(",
            )
            .bind(table)
            .push(") ORDER BY 1, 2")
            .load(connection)?;
            let read = |row: &Cells| {
                let on_delete = match row.text(3)?.as_str() {
                    "CASCADE" => OnDelete::Cascade,
                    "SET NULL" | "SET DEFAULT" => OnDelete::SetNull,
                    _ => OnDelete::Forbid,
                };
                let (table, column, to) = (row.text(0)?, row.text(1)?, row.text(2)?);
                Ok(ForeignKey { schema: None, table, column, to, on_delete })
            };
            rows.iter().map(read).collect()
        }
        Raw::Postgresql(_) => {
            // Keys of several columns are ignored: Django makes none.
            let rows = Sql::new(
                "SELECT CASE WHEN pg_table_is_visible(c.oid) THEN NULL ELSE n.nspname END, c.relname, own.attname,
                        other.attname, k.confdeltype::text
                 FROM pg_constraint AS k
                    JOIN pg_class AS c ON c.oid = k.conrelid
                    JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    JOIN pg_attribute AS own ON own.attrelid = k.conrelid AND own.attnum = k.conkey[1]
                    JOIN pg_attribute AS other ON other.attrelid = k.confrelid AND other.attnum = k.confkey[1]
                 WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND k.confrelid = to_regclass(",
            )
            .bind(table)
            .push(") ORDER BY 2, 3")
            .load(connection)?;
            let read = |row: &Cells| {
                let on_delete = match row.text(4)?.as_str() {
                    "c" => OnDelete::Cascade,
                    "n" | "d" => OnDelete::SetNull,
                    _ => OnDelete::Forbid,
                };
                let (schema, table) = (row.optional_text(0)?, row.text(1)?);
                let (column, to) = (row.text(2)?, row.text(3)?);
                Ok(ForeignKey { schema, table, column, to, on_delete })
            };
            rows.iter().map(read).collect()
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub name: String,
    /// Its type in lower case, as the engine names it: `varchar(50)`, `character varying(50)`.
    pub declared: String,
    pub is_not_null: bool,
    /// Whether the engine fills it where an INSERT leaves it out: by a default, or by numbering the rows.
    pub is_filled: bool,
}

impl Column {
    /// How many characters it holds, where it is a text with a limit.
    pub fn length(&self) -> Option<usize> {
        let (kind, rest) = self.declared.split_once('(')?;
        let is_text = kind.starts_with("varchar") || kind.starts_with("char");
        if is_text { rest.strip_suffix(')')?.parse().ok() } else { None }
    }
}

/// A list of tables in SQL, to compare with the key of the catalogue's own table.
fn table_list(connection: &Connection, tables: &[&str]) -> Sql {
    let one = |name: &&str| match connection.raw {
        Raw::Sqlite(_) => Sql::default().bind(*name),
        // Along the search path, as the program's statements look for them.
        Raw::Postgresql(_) => Sql::new("to_regclass(").bind(*name).push(")"),
    };
    Sql::new("(").join(", ", tables.iter().map(one)).push(")")
}

/// The columns of these tables, by table and in the table's order. Missing tables and views are left out.
pub(crate) fn columns(
    connection: &mut Connection,
    tables: &[&str],
) -> Result<HashMap<String, Vec<Column>>, Error> {
    let (query, order) = match connection.raw {
        Raw::Sqlite(_) => (
            "SELECT t.name, c.name, lower(c.type), c.\"notnull\",
                    c.dflt_value IS NOT NULL OR (c.pk = 1 AND lower(c.type) = 'integer')
             FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
             WHERE t.type = 'table' AND t.name IN ",
            " ORDER BY t.name, c.cid",
        ),
        Raw::Postgresql(_) => (
            "SELECT t.relname, c.attname, format_type(c.atttypid, c.atttypmod), c.attnotnull,
                    c.atthasdef OR c.attidentity <> ''
             FROM pg_class AS t JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
             WHERE t.relkind IN ('r', 'p') AND t.oid IN ",
            " ORDER BY t.relname, c.attnum",
        ),
    };
    let rows = Sql::new(query).append(table_list(connection, tables)).push(order).load(connection)?;
    let mut found: HashMap<String, Vec<Column>> = HashMap::new();
    for row in &rows {
        let column = Column {
            name: row.text(1)?,
            declared: row.text(2)?,
            is_not_null: row.flag(3)?,
            is_filled: row.flag(4)?,
        };
        found.entry(row.text(0)?).or_default().push(column);
    }
    Ok(found)
}

/// What the columns of a table can hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    /// How many characters, where there is a limit.
    pub lengths: HashMap<String, usize>,
    /// The columns with a UNIQUE constraint of their own.
    pub unique: HashSet<String>,
}

pub(crate) fn limits(connection: &mut Connection, table: &str) -> Result<Limits, Error> {
    let columns = columns(connection, &[table])?.remove(table).unwrap_or_default();
    let lengths = columns.into_iter().filter_map(|column| Some((column.length()?, column.name)));
    let alone = |index: UniqueIndex| match <[_; 1]>::try_from(index.columns) {
        Ok([column]) => column,
        Err(_) => None,
    };
    Ok(Limits {
        lengths: lengths.map(|(length, name)| (name, length)).collect(),
        unique: unique_indexes(connection, &[table])?.into_iter().filter_map(alone).collect(),
    })
}

/// A UNIQUE constraint, or an index that is one. Primary keys are not among them.
#[derive(Debug)]
pub(crate) struct UniqueIndex {
    pub table: String,
    /// Its columns; `None` for an expression.
    pub columns: Vec<Option<String>>,
}

pub(crate) fn unique_indexes(
    connection: &mut Connection,
    tables: &[&str],
) -> Result<Vec<UniqueIndex>, Error> {
    let (query, order) = match connection.raw {
        Raw::Sqlite(_) => (
            "SELECT t.name, i.name, c.name
             FROM sqlite_schema AS t, pragma_index_list(t.name) AS i, pragma_index_info(i.name) AS c
             WHERE t.type = 'table' AND i.\"unique\" AND i.origin <> 'pk' AND t.name IN ",
            " ORDER BY t.name, i.name, c.seqno",
        ),
        Raw::Postgresql(_) => (
            "SELECT t.relname, i.relname, c.attname
             FROM pg_class AS t
                JOIN pg_index AS x ON x.indrelid = t.oid AND x.indisunique AND NOT x.indisprimary
                JOIN pg_class AS i ON i.oid = x.indexrelid
                CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, position)
                LEFT JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum = k.number AND k.number > 0
             WHERE t.oid IN ",
            " ORDER BY t.relname, i.relname, k.position",
        ),
    };
    let rows = Sql::new(query).append(table_list(connection, tables)).push(order).load(connection)?;
    let mut found: Vec<UniqueIndex> = Vec::new();
    let mut last = String::new();
    for row in &rows {
        let (table, index) = (row.text(0)?, row.text(1)?);
        if index != last || found.is_empty() {
            found.push(UniqueIndex { table, columns: Vec::new() });
            last = index;
        }
        if let Some(index) = found.last_mut() {
            index.columns.push(row.optional_text(2)?);
        }
    }
    Ok(found)
}

#[derive(Debug, Clone)]
pub(crate) struct Check {
    pub table: String,
    pub condition: String,
    /// The columns that it names; on `SQLite` all words that may be columns.
    pub columns: Vec<String>,
}

pub(crate) fn checks(connection: &mut Connection, tables: &[&str]) -> Result<Vec<Check>, Error> {
    if let Raw::Sqlite(_) = connection.raw {
        let query = Sql::new("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name IN ");
        let mut found = Vec::new();
        for row in &query.append(table_list(connection, tables)).load(connection)? {
            let (table, sql) = (row.text(0)?, row.text(1)?);
            found.extend(check_clauses::conditions(&sql).into_iter().map(|condition| Check {
                table: table.clone(),
                condition: condition.to_owned(),
                columns: check_clauses::names(condition),
            }));
        }
        return Ok(found);
    }
    let query = Sql::new(
        "SELECT t.relname, k.oid::bigint, pg_get_expr(k.conbin, k.conrelid), c.attname
         FROM pg_class AS t
            JOIN pg_constraint AS k ON k.conrelid = t.oid AND k.contype = 'c'
            JOIN pg_attribute AS c ON c.attrelid = t.oid AND c.attnum = ANY (k.conkey)
         WHERE t.oid IN ",
    );
    let rows = query.append(table_list(connection, tables)).push(" ORDER BY 1, 2").load(connection)?;
    let mut found: Vec<Check> = Vec::new();
    let mut last = 0;
    for row in &rows {
        let number = row.integer(1)?;
        if number != last {
            found.push(Check { table: row.text(0)?, condition: row.text(2)?, columns: Vec::new() });
            last = number;
        }
        if let Some(check) = found.last_mut() {
            check.columns.push(row.text(3)?);
        }
    }
    Ok(found)
}

/// All tables, by name; on `PostgreSQL` those along the search path.
pub(crate) fn tables(connection: &mut Connection) -> Result<Vec<String>, Error> {
    let query = match connection.raw {
        Raw::Sqlite(_) => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        }
        Raw::Postgresql(_) => {
            "SELECT t.relname FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace
             WHERE t.relkind IN ('r', 'p') AND pg_table_is_visible(t.oid) AND n.nspname NOT LIKE 'pg\\_%'
             ORDER BY t.relname"
        }
    };
    Sql::new(query).load(connection)?.iter().map(|row| row.text(0)).collect()
}

/// The columns of a table's primary key, in the order of the table.
pub(crate) fn primary_key(connection: &mut Connection, table: &str) -> Result<Vec<String>, Error> {
    let query = match connection.raw {
        Raw::Sqlite(_) => Sql::new("SELECT name FROM pragma_table_info(").bind(table).push(") WHERE pk > 0"),
        Raw::Postgresql(_) => Sql::new(
            "SELECT c.attname FROM pg_index AS x
                JOIN pg_attribute AS c ON c.attrelid = x.indrelid AND c.attnum = ANY (x.indkey)
             WHERE x.indisprimary AND x.indrelid = to_regclass(",
        )
        .bind(table)
        .push(") ORDER BY c.attnum"),
    };
    query.load(connection)?.iter().map(|row| row.text(0)).collect()
}
