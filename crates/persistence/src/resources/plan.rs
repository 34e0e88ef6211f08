//! From the members of a representation to columns, and from a row to JSON.

use std::ops::ControlFlow;

use diesel::deserialize;
use diesel::row::Row;
use presspass_domain::Direction;
use presspass_domain::model::{Field, Key, KeyKind, Kind, Model, Output, Source as Of, ToMany};

use super::scope::{Builder, Scope, Source};
use super::value::write;
use crate::error::Error;
use crate::json::{push_integer, push_quoted, push_string};
use crate::records::{FieldLocation, Table};
use crate::sql::{Column, Datum, Decodes, Sql, datum, key};
use crate::url::Engine;

/// How deep the order of a model follows foreign keys to other models.
const DEPTH: usize = 4;

/// An object of JSON, out of the columns of a row.
#[derive(Debug, Default)]
pub(super) struct Plan {
    members: Vec<Member>,
    columns: usize,
}

#[derive(Debug)]
struct Member {
    /// `,"title":`
    prefix: Vec<u8>,
    value: MemberValue,
}

#[derive(Debug)]
enum MemberValue {
    Column(&'static Field),
    /// Keys as the engine joined them: `1,4,9`.
    Keys(KeyKind),
    Literal(String),
    One(Plan),
    /// Objects of another query, by the number of that.
    Many(usize),
}

/// Objects that another query reads.
#[derive(Debug)]
pub(super) struct ManyOutput {
    pub through: &'static str,
    pub own: &'static str,
    pub other: &'static str,
    pub to: &'static Model,
    pub outputs: std::sync::Arc<[Output]>,
}

/// Where the objects of another query belong.
#[derive(Debug)]
pub(super) struct Patch {
    /// The place in the JSON.
    pub at: usize,
    pub many: usize,
    /// The key of the record that they are related to.
    pub key: Key,
}

/// What is read of each row.
#[derive(Default)]
pub(super) struct Columns {
    pub sql: Vec<Sql>,
    pub many: Vec<ManyOutput>,
}

/// The table that pairs records with those of another model. Of a foreign key it is the table of the other model.
struct Pairs {
    through: &'static str,
    own: &'static str,
    other: &'static str,
    to: &'static Model,
}

fn pairs(at: Source, relation: ToMany) -> Result<Pairs, Error> {
    let (table, field) = match relation {
        ToMany::Own(field) => (at.table, field),
        ToMany::Reverse(model, field) => (Table::of(model), field),
    };
    match (relation, table.locate(field)?) {
        (ToMany::Own(_), FieldLocation::Many { through, own, other, to, .. }) => {
            Ok(Pairs { through, own, other, to })
        }
        (ToMany::Reverse(model, _), FieldLocation::Many { through, own, other, .. }) => {
            Ok(Pairs { through, own: other, other: own, to: model })
        }
        (ToMany::Reverse(model, _), FieldLocation::One { column, .. }) => {
            Ok(Pairs { through: table.name, own: column, other: "id", to: model })
        }
        _ => Err(Error::Query(format!("{} is no relation of many", field.name))),
    }
}

impl Builder {
    /// Adds the columns of these members.
    pub fn plan(
        &mut self,
        scope: &mut Scope,
        at: Source,
        outputs: &[Output],
        columns: &mut Columns,
    ) -> Result<Plan, Error> {
        let before = columns.sql.len();
        let mut members = Vec::with_capacity(outputs.len());
        for output in outputs {
            let value = match &output.source {
                Of::Column(path) => {
                    let (column, field) = self.resolve(scope, at, path)?;
                    if let Kind::Password = field.kind {
                        return Err(Error::Query("a password is not shown".to_owned()));
                    }
                    columns.sql.push(column.into());
                    MemberValue::Column(field)
                }
                Of::Literal(json) => {
                    columns.sql.push(Sql::new("NULL"));
                    MemberValue::Literal(json.clone())
                }
                Of::Keys(relation) => {
                    columns.sql.push(self.keys(at, *relation)?);
                    MemberValue::Keys(relation.to().map_or(KeyKind::Integer, Model::key_kind))
                }
                Of::One(field, outputs) => {
                    let FieldLocation::One { column, to, .. } = at.table.locate(field)? else {
                        return Err(Error::Query(format!("{} is no foreign key", field.name)));
                    };
                    let next = self.join(scope, at.column(column), to)?;
                    columns.sql.push(next.column("id").into());
                    MemberValue::One(self.plan(scope, next, outputs, columns)?)
                }
                Of::Many(relation, outputs) => {
                    let Pairs { through, own, other, to } = pairs(at, *relation)?;
                    columns.sql.push(at.column("id").into());
                    columns.many.push(ManyOutput { through, own, other, to, outputs: outputs.clone() });
                    MemberValue::Many(columns.many.len() - 1)
                }
            };
            let mut prefix = if members.is_empty() { Vec::new() } else { vec![b','] };
            push_string(&mut prefix, output.name);
            prefix.push(b':');
            members.push(Member { prefix, value });
        }
        Ok(Plan { members, columns: columns.sql.len() - before })
    }

    /// The keys of the related records in one text, in the order of their model.
    fn keys(&mut self, at: Source, relation: ToMany) -> Result<Sql, Error> {
        let Pairs { through, own, other, to } = pairs(at, relation)?;
        let pair = self.source(Table::of(to))?.alias;
        let mut scope = Scope::of(Sql::default().name(through).push(" AS ").name(pair));
        let mut order = Vec::new();
        if !to.ordering.is_empty() {
            let next = self.join(&mut scope, Column(pair, other), to)?;
            order = self.model_order(&mut scope, next, Direction::Ascending, DEPTH)?;
        }
        if order.is_empty() {
            order.push(Sql::from(Column(pair, "id")));
        }
        let (call, cast) = match self.engine {
            Engine::Sqlite => ("(SELECT group_concat(", ""),
            Engine::Postgresql => ("(SELECT string_agg(", "::text"),
        };
        Ok(Sql::new(call)
            .append(Column(pair, other))
            .push(cast)
            .push(", ',' ORDER BY ")
            .join(", ", order)
            .push(") FROM ")
            .append(scope.sql(scope.joined()))
            .push(" WHERE ")
            .append(Column(pair, own))
            .push(" = ")
            .append(at.column("id"))
            .push(")"))
    }

    /// The default order of a model; a foreign key is put in the order of its model.
    pub fn model_order(
        &mut self,
        scope: &mut Scope,
        at: Source,
        direction: Direction,
        depth: usize,
    ) -> Result<Vec<Sql>, Error> {
        let mut terms = Vec::new();
        for name in at.table.model.ordering {
            let (name, way) = Direction::of(name);
            let way = if direction == Direction::Descending { way.reversed() } else { way };
            let Some(field) = at.table.model.field(name) else { continue };
            match at.table.locate(field)? {
                FieldLocation::One { column, to, .. } if !to.ordering.is_empty() && depth > 0 => {
                    let next = self.join(scope, at.column(column), to)?;
                    terms.extend(self.model_order(scope, next, way, depth - 1)?);
                }
                location => terms.extend(location.stored().map(|column| ordered(at.column(column), way))),
            }
        }
        Ok(terms)
    }

    /// The default order of a model, with the depth that we follow.
    pub fn default_order(&mut self, scope: &mut Scope, at: Source) -> Result<Vec<Sql>, Error> {
        self.model_order(scope, at, Direction::Ascending, DEPTH)
    }
}

/// A term of ORDER BY. NULLs come first or last as each engine puts them, as with Django.
pub(super) fn ordered(column: Column, direction: Direction) -> Sql {
    Sql::from(column).push(if direction == Direction::Descending { " DESC" } else { "" })
}

impl Plan {
    /// Writes an object, and moves `at` behind its columns.
    pub fn write<'a, DB: Decodes, R: Row<'a, DB>>(
        &self,
        row: &R,
        at: &mut usize,
        out: &mut Vec<u8>,
        patches: &mut Vec<Patch>,
    ) -> deserialize::Result<()> {
        out.push(b'{');
        for member in &self.members {
            out.extend_from_slice(&member.prefix);
            let here = *at;
            *at += 1;
            match &member.value {
                MemberValue::Column(field) => datum(row, here, |value| write(out, field, &value))?,
                MemberValue::Literal(json) => out.extend_from_slice(json.as_bytes()),
                MemberValue::Keys(kind) => datum(row, here, |value| {
                    out.push(b'[');
                    match value {
                        Datum::Null => {}
                        Datum::Text(keys) if *kind == KeyKind::Uuid => push_uuids(out, keys)?,
                        Datum::Text(keys) => out.extend_from_slice(keys.as_bytes()),
                        Datum::Integer(key) => push_integer(out, key),
                        _ => return Err("keys that are no text".into()),
                    }
                    out.push(b']');
                    Ok(())
                })?,
                MemberValue::One(plan) => {
                    if datum(row, here, |value| Ok(value == Datum::Null))? {
                        *at += plan.columns;
                        out.extend_from_slice(b"null");
                    } else {
                        plan.write(row, at, out, patches)?;
                    }
                }
                MemberValue::Many(many) => {
                    let key = datum(row, here, |value| key(&value).ok_or_else(|| "no key".into()))?;
                    out.push(b'[');
                    patches.push(Patch { at: out.len(), many: *many, key });
                    out.push(b']');
                }
            }
        }
        out.push(b'}');
        Ok(())
    }
}

/// UUIDs that the engine joined, with or without hyphens.
fn push_uuids(out: &mut Vec<u8>, keys: &str) -> deserialize::Result<()> {
    for (at, key) in keys.split(',').enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let key = KeyKind::Uuid.parse(key).ok_or("a key that is no UUID")?;
        push_quoted(out, &key.to_string());
    }
    Ok(())
}

/// What a sink returns for the next row.
pub(super) const NEXT: deserialize::Result<ControlFlow<()>> = Ok(ControlFlow::Continue(()));
