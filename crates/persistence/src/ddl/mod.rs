//! The statements that create the tables of models, as Django 5.2 writes them.
//!
//! Django goes on using these tables, so types, constraints, indexes and their names are its own. Only the order of columns
//! is that of the declaration.

mod fill;
mod names;
mod statements;
mod table;

pub(crate) use self::fill::Fill;
pub(crate) use self::statements::{
    Statements, add_column, add_unique, create_tables, drop_column, drop_tables, drop_unique, rebuild,
    type_name,
};
pub(crate) use self::table::{Column, Table, Type, tables_of};

/// A name in quotation marks, as both engines read it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as both engines read it.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
