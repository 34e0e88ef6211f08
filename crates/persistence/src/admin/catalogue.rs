//! What the database says of its tables: an adopted one may have more of them, and narrower columns.

use std::collections::HashMap;

use super::sql::Sql;
use crate::connection::{Connection, Raw};
use crate::error::Error;

/// What an engine does with a row whose parent is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnDelete {
    /// It goes, too.
    Cascade,
    /// It stays, without its parent.
    Forget,
    /// It forbids it.
    Forbid,
}

/// A column that refers to a table.
#[derive(Debug, Clone)]
pub(super) struct ForeignKey {
    /// The table that refers, as it is named in SQL.
    pub table: String,
    /// The same, to be shown.
    pub name: String,
    /// Its column, as it is named in SQL.
    pub column: String,
    /// The column that it refers to, as it is named in SQL.
    pub to: String,
    pub on_delete: OnDelete,
}

/// A name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Whether there is a table of this name, along `PostgreSQL`'s search path.
pub(super) fn has_table(connection: &mut Connection, name: &str) -> Result<bool, Error> {
    crate::origin::has_table(connection, &format!("('{name}')"))
}

/// The foreign keys that refer to a table, by the name of their own.
pub(super) fn foreign_keys(connection: &mut Connection, table: &str) -> Result<Vec<ForeignKey>, Error> {
    match connection.raw {
        Raw::Sqlite(_) => {
            let rows = Sql::new(
                "SELECT child.name, key.\"from\", coalesce(key.\"to\", 'id'), key.on_delete
                 FROM sqlite_schema AS child, pragma_foreign_key_list(child.name) AS key
                 WHERE child.type = 'table' AND lower(key.\"table\") = lower(",
            )
            .text(table)
            .push(") ORDER BY 1, 2")
            .load(connection)?;
            let read = |row: &super::cells::Cells| {
                let name = row.text(0)?;
                let on_delete = match row.text(3)?.as_str() {
                    "CASCADE" => OnDelete::Cascade,
                    "SET NULL" | "SET DEFAULT" => OnDelete::Forget,
                    _ => OnDelete::Forbid,
                };
                let (column, to) = (quoted(&row.text(1)?), quoted(&row.text(2)?));
                Ok(ForeignKey { table: quoted(&name), name, column, to, on_delete })
            };
            rows.iter().map(read).collect()
        }
        Raw::Postgresql(_) => {
            // Keys of several columns are passed over: the original makes none.
            let rows = Sql::new(
                "SELECT k.conrelid::regclass::text, c.relname::text, quote_ident(own.attname),
                        quote_ident(other.attname), k.confdeltype::text
                 FROM pg_constraint AS k
                    JOIN pg_class AS c ON c.oid = k.conrelid
                    JOIN pg_attribute AS own ON own.attrelid = k.conrelid AND own.attnum = k.conkey[1]
                    JOIN pg_attribute AS other ON other.attrelid = k.confrelid AND other.attnum = k.confkey[1]
                 WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND k.confrelid = to_regclass(",
            )
            .text(table)
            .push(") ORDER BY 2, 3")
            .load(connection)?;
            let read = |row: &super::cells::Cells| {
                let on_delete = match row.text(4)?.as_str() {
                    "c" => OnDelete::Cascade,
                    "n" | "d" => OnDelete::Forget,
                    _ => OnDelete::Forbid,
                };
                let (column, to) = (row.text(2)?, row.text(3)?);
                Ok(ForeignKey { table: row.text(0)?, name: row.text(1)?, column, to, on_delete })
            };
            rows.iter().map(read).collect()
        }
    }
}

/// How many characters the columns of a table hold, those that have a limit.
pub(super) fn lengths(connection: &mut Connection, table: &str) -> Result<HashMap<String, usize>, Error> {
    let rows = match connection.raw {
        Raw::Sqlite(_) => Sql::new("SELECT name, type FROM pragma_table_info(").text(table).push(")"),
        Raw::Postgresql(_) => Sql::new(
            "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
             WHERE attnum > 0 AND NOT attisdropped AND attrelid = to_regclass(",
        )
        .text(table)
        .push(")"),
    }
    .load(connection)?;
    let mut lengths = HashMap::new();
    for row in &rows {
        // `varchar(30)`, or `character varying(30)`.
        let declared = row.text(1)?;
        let limit = declared.split_once('(').and_then(|(kind, rest)| {
            let is_text = kind.starts_with("varchar") || kind.starts_with("char");
            if is_text { rest.strip_suffix(')')?.parse().ok() } else { None }
        });
        lengths.extend(limit.map(|limit| (row.text(0).unwrap_or_default(), limit)));
    }
    Ok(lengths)
}
