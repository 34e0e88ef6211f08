//! Conditions of the API in SQL.

use presspass_domain::model::{Condition, Field, Input, Kind, Lookup, Path};

use super::bind::bind;
use super::scope::{Builder, Scope, Source};
use crate::error::Error;
use crate::records::{FieldLocation, Table};
use crate::sql::{Bind, Column, Sql, containing, escaped};
use crate::url::Engine;

const NEVER: &str = "1 = 0";

/// A test of one column.
type Test<'t> = &'t dyn Fn(Column, &'static Field) -> Result<Sql, Error>;

impl Builder {
    pub fn condition(&mut self, scope: &mut Scope, at: Source, condition: &Condition) -> Result<Sql, Error> {
        let engine = self.engine;
        match condition {
            Condition::Compare(path, lookup, value) if value.is_null() => match lookup {
                Lookup::Exact | Lookup::IExact => self.is_null(scope, at, path, true),
                _ => Ok(Sql::new(NEVER)),
            },
            Condition::Compare(path, lookup, value) => {
                self.test(scope, at, path, &|column, field| compare(engine, column, field, *lookup, value))
            }
            Condition::In(path, values) => {
                self.test(scope, at, path, &|column, field| is_in(engine, column, field, values))
            }
            Condition::Range(path, from, to) => self.test(scope, at, path, &|column, field| {
                let (from, to) = (bind(engine, field, from)?, bind(engine, field, to)?);
                Ok(Sql::from(column).push(" BETWEEN ").bind(from).push(" AND ").bind(to))
            }),
            Condition::IsNull(path, is_null) => self.is_null(scope, at, path, *is_null),
            Condition::All(all) => self.joined(scope, at, all, " AND ", "1 = 1"),
            Condition::Any(any) => self.joined(scope, at, any, " OR ", NEVER),
            // What is unknown is not the case.
            Condition::Not(condition) => {
                Ok(Sql::new("(").append(self.condition(scope, at, condition)?).push(") IS NOT TRUE"))
            }
        }
    }

    fn joined(
        &mut self,
        scope: &mut Scope,
        at: Source,
        conditions: &[Condition],
        separator: &'static str,
        none: &'static str,
    ) -> Result<Sql, Error> {
        match conditions {
            [] => Ok(Sql::new(none)),
            [one] => self.condition(scope, at, one),
            all => {
                let parts =
                    all.iter().map(|one| self.condition(scope, at, one)).collect::<Result<Vec<_>, _>>()?;
                Ok(Sql::new("(").join(separator, parts).push(")"))
            }
        }
    }

    fn is_null(&mut self, scope: &mut Scope, at: Source, path: &Path, is_null: bool) -> Result<Sql, Error> {
        let present = |column, _: &'static Field| Ok(Sql::from(column).push(" IS NOT NULL"));
        if !path.is_many() {
            let (column, _) = self.resolve(scope, at, path)?;
            return Ok(Sql::from(column).push(if is_null { " IS NULL" } else { " IS NOT NULL" }));
        }
        let present = self.test(scope, at, path, &present)?;
        if !is_null {
            return Ok(present);
        }
        let absent = Sql::new("NOT ").append(present);
        if let Kind::Many(_) = path.field.kind {
            return Ok(absent);
        }
        // As with Django's LEFT JOIN: no related record, or one of them without a value.
        let null = |column, _: &'static Field| Ok(Sql::from(column).push(" IS NULL"));
        let without = self.test(scope, at, path, &null)?;
        Ok(Sql::new("(").append(absent).push(" OR ").append(without).push(")"))
    }

    /// That the column at the end of a path passes a test; of several, one of them.
    fn test(&mut self, scope: &mut Scope, at: Source, path: &Path, test: Test<'_>) -> Result<Sql, Error> {
        let steps: Vec<&'static Field> = path.through.iter().copied().chain([path.field]).collect();
        self.walk(scope, at, &steps, test)
    }

    fn walk(
        &mut self,
        scope: &mut Scope,
        at: Source,
        steps: &[&'static Field],
        test: Test<'_>,
    ) -> Result<Sql, Error> {
        let Some((field, rest)) = steps.split_first() else {
            return Err(Error::Query("a path leads nowhere".to_owned()));
        };
        match at.table.locate(field)? {
            FieldLocation::Own { column, field } if rest.is_empty() => test(at.column(column), field),
            FieldLocation::Own { .. } => Err(Error::Query(format!("{} is no relation", field.name))),
            FieldLocation::One { column, to, field } => match rest {
                [] => test(at.column(column), field),
                [key] if **key == to.key => test(at.column(column), field),
                _ => {
                    let next = self.join(scope, at.column(column), to)?;
                    self.walk(scope, next, rest, test)
                }
            },
            FieldLocation::Many { field, through, own, other, to } => {
                let pair = self.source(Table::of(to))?.alias;
                let mut inner = Scope::of(Sql::default().name(through).push(" AS ").name(pair));
                let key = Column(pair, other);
                let condition = match rest {
                    [] => test(key, field)?,
                    [last] if **last == to.key => test(key, field)?,
                    _ => {
                        let next = self.join(&mut inner, key, to)?;
                        self.walk(&mut inner, next, rest, test)?
                    }
                };
                Ok(Sql::new("EXISTS (SELECT 1 FROM ")
                    .append(inner.sql(inner.joined()))
                    .push(" WHERE ")
                    .append(Column(pair, own))
                    .push(" = ")
                    .append(at.column("id"))
                    .push(" AND ")
                    .append(condition)
                    .push(")"))
            }
        }
    }
}

/// Whether no row can have this value, and the engine would fail on it.
fn cannot_match(engine: Engine, value: &Input) -> bool {
    engine == Engine::Postgresql && matches!(value, Input::Text(text) if text.contains('\0'))
}

fn compare(
    engine: Engine,
    column: Column,
    field: &'static Field,
    lookup: Lookup,
    value: &Input,
) -> Result<Sql, Error> {
    if cannot_match(engine, value) {
        return Ok(Sql::new(NEVER));
    }
    let sign = match lookup {
        Lookup::Exact => " = ",
        Lookup::Gt => " > ",
        Lookup::Gte => " >= ",
        Lookup::Lt => " < ",
        Lookup::Lte => " <= ",
        Lookup::IExact | Lookup::Contains | Lookup::IContains | Lookup::StartsWith | Lookup::IStartsWith => {
            return like(engine, column, field, lookup, value);
        }
    };
    Ok(Sql::from(column).push(sign).bind(bind(engine, field, value)?))
}

fn like(
    engine: Engine,
    column: Column,
    field: &'static Field,
    lookup: Lookup,
    value: &Input,
) -> Result<Sql, Error> {
    let text = match (value, bind(engine, field, value)) {
        (Input::Text(text), _) => text.clone(),
        (_, Ok(Bind::Text(text) | Bind::Cast(text, _))) => text,
        (_, Ok(Bind::Number(key))) => key.0.to_string(),
        (_, Err(error)) => return Err(error),
        _ => return Err(Error::Query(format!("{} holds no text", field.name))),
    };
    let pattern = match lookup {
        Lookup::IExact => escaped(&text),
        Lookup::StartsWith | Lookup::IStartsWith => format!("{}%", escaped(&text)),
        _ => containing(&text),
    };
    let column = match (engine, field.kind) {
        (Engine::Postgresql, Kind::Text(_)) | (Engine::Sqlite, _) => Sql::from(column),
        (Engine::Postgresql, _) => Sql::from(column).push("::text"),
    };
    let pattern = Sql::default().bind(pattern);
    Ok(match lookup {
        Lookup::Contains | Lookup::StartsWith => column.push(" LIKE ").append(pattern),
        _ => Sql::default().folded(column).push(" LIKE ").folded(pattern),
    }
    .push(" ESCAPE '\\'"))
}

fn is_in(engine: Engine, column: Column, field: &'static Field, values: &[Input]) -> Result<Sql, Error> {
    let mut numbers = Vec::new();
    let mut others = Vec::new();
    for value in values.iter().filter(|value| !value.is_null() && !cannot_match(engine, value)) {
        match bind(engine, field, value)? {
            Bind::Number(key) => numbers.push(key.0),
            other => others.push(Sql::default().bind(other)),
        }
    }
    let column = Sql::from(column).push(" IN ");
    Ok(if !others.is_empty() {
        column.push("(").join(", ", others).push(")")
    } else if numbers.is_empty() {
        Sql::new(NEVER)
    } else {
        column.keys(numbers)
    })
}
