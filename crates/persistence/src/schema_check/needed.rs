//! What the program needs of Django's tables, from the same descriptions that the record engine uses.

use presspass_domain::model::{
    CONTENT_TYPE, GROUP, IntegerSize, KeyKind, Kind as FieldKind, LOG_ENTRY, Model, PERMISSION, TextRules,
    USER, Unique,
};

use crate::records::{FieldLocation, Table};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A key of a number, or what refers to one.
    Key,
    Number(IntegerSize),
    Boolean,
    Text(Length),
    Timestamp,
    Float,
    Decimal,
    Date,
    Time,
    Duration,
    Uuid,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// Any number: the program only reads it, or checks the limit before it writes.
    Any,
    AtLeast(usize),
    Unlimited,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Null {
    /// It must not: the program cannot read it.
    Never,
    /// It must be allowed: the program writes it.
    Allowed,
    Either,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct NeededColumn {
    pub name: &'static str,
    pub kind: Kind,
    pub null: Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Reads,
    /// It inserts rows, and checks neither lengths nor unique values before.
    Inserts,
    /// It inserts rows by forms, which check both.
    InsertsChecked,
}

#[derive(Debug)]
pub(super) struct NeededTable {
    pub name: &'static str,
    pub access: Access,
    /// Whether everything works without it. Its columns must fit where it exists.
    pub is_optional: bool,
    /// Whether it is described by the project.
    pub is_project: bool,
    pub columns: Vec<NeededColumn>,
    /// The columns whose values together must be unique: statements name these constraints.
    pub unique: Vec<Vec<&'static str>>,
}

/// The length of Django's column for a password, which our hashes fit into.
const PASSWORD: Length = Length::AtLeast(128);

/// A text that Django leaves NULL, which is read as empty.
const NULL_TEXT: (&str, &str) = ("django_admin_log", "object_id");

const fn key_of(model: &Model) -> Kind {
    match model.key_kind() {
        KeyKind::Integer => Kind::Key,
        KeyKind::Uuid => Kind::Uuid,
    }
}

const fn column(name: &'static str, kind: Kind) -> NeededColumn {
    NeededColumn { name, kind, null: Null::Never }
}

/// A table without a model in the admin, which is read where it exists.
fn read(name: &'static str, columns: &[NeededColumn]) -> NeededTable {
    let columns = columns.to_vec();
    NeededTable {
        name,
        access: Access::Reads,
        is_optional: true,
        is_project: false,
        columns,
        unique: Vec::new(),
    }
}

/// A table of pairs. Its constraint leaves out pairs that exist already.
fn pairs(name: &'static str, own: NeededColumn, other: NeededColumn) -> NeededTable {
    let unique = vec![vec![own.name, other.name]];
    let columns = vec![column("id", Kind::Key), own, other];
    NeededTable { name, access: Access::Inserts, is_optional: false, is_project: false, columns, unique }
}

fn length(rules: TextRules, access: Access) -> Length {
    match (access, rules.max_length) {
        (Access::Reads | Access::InsertsChecked, _) => Length::Any,
        (Access::Inserts, Some(length)) => Length::AtLeast(length),
        (Access::Inserts, None) => Length::Unlimited,
    }
}

fn kind(kind: FieldKind, access: Access) -> Kind {
    match kind {
        FieldKind::Text(rules) => Kind::Text(length(rules, access)),
        FieldKind::Password => Kind::Text(PASSWORD),
        FieldKind::Integer(rules) => Kind::Number(rules.size),
        FieldKind::Float => Kind::Float,
        FieldKind::Decimal { .. } => Kind::Decimal,
        FieldKind::Boolean => Kind::Boolean,
        FieldKind::Date => Kind::Date,
        FieldKind::Time => Kind::Time,
        FieldKind::Timestamp => Kind::Timestamp,
        FieldKind::Duration => Kind::Duration,
        FieldKind::Uuid => Kind::Uuid,
        FieldKind::Json => Kind::Json,
        FieldKind::One(relation) | FieldKind::Many(relation) => key_of(relation.to),
    }
}

/// A table of a model, and the tables of its relations.
fn of_model(model: &'static Model, access: Access, unique: &[&[&'static str]]) -> Vec<NeededTable> {
    let table = Table::of(model);
    let mut columns = vec![column("id", key_of(model))];
    let mut related = Vec::new();
    let mut unique: Vec<Vec<&'static str>> = unique.iter().map(|names| names.to_vec()).collect();
    for location in table.fields() {
        let (name, field) = match *location {
            FieldLocation::Own { column, field } | FieldLocation::One { column, field, .. } => {
                (column, field)
            }
            FieldLocation::Many { through, own, other, to, .. } => {
                related.push(pairs(through, column(own, key_of(model)), column(other, key_of(to))));
                continue;
            }
        };
        let null = if field.null { Null::Allowed } else { Null::Never };
        columns.push(NeededColumn { name, kind: kind(field.kind, access), null });
        unique.extend((field.unique != Unique::No).then(|| vec![name]));
    }
    let is_optional = table.special.is_optional;
    let name = table.name;
    let mut all = vec![NeededTable { name, access, is_optional, is_project: false, columns, unique }];
    all.append(&mut related);
    all
}

/// A table that Django made for its own models: foreign keys and the log's texts may be NULL there or not.
fn of_django(model: &'static Model, access: Access, unique: &[&[&'static str]]) -> Vec<NeededTable> {
    let mut all = of_model(model, access, unique);
    for table in &mut all {
        let name = table.name;
        let is_lenient = |column: &&mut NeededColumn| {
            (column.kind == Kind::Key && column.name != "id") || (name, column.name) == NULL_TEXT
        };
        table.columns.iter_mut().filter(is_lenient).for_each(|column| column.null = Null::Either);
    }
    all
}

/// A table of a model of the project.
fn of_project(model: &'static Model) -> Vec<NeededTable> {
    let mut all = of_model(model, Access::Inserts, &[]);
    let column = |name: &&'static str| {
        let stored = model.field(name).and_then(|field| Table::of(model).locate(field).ok()?.stored());
        stored.unwrap_or(name)
    };
    for table in &mut all {
        table.is_project = true;
        if table.name == Table::of(model).name {
            table.unique.extend(model.unique_together.iter().map(|set| set.iter().map(column).collect()));
        }
    }
    all
}

/// All tables of Django that the program names in a statement, and those of the project.
pub(super) fn tables(project: &[&'static Model]) -> Vec<NeededTable> {
    let mut all = of_django(&USER, Access::InsertsChecked, &[]);
    all.extend(of_django(&GROUP, Access::InsertsChecked, &[]));
    all.extend(of_django(&PERMISSION, Access::Reads, &[]));
    // The admin creates rows that are missing.
    all.extend(of_django(&CONTENT_TYPE, Access::Inserts, &[&["app_label", "model"]]));
    all.extend(of_django(&LOG_ENTRY, Access::Inserts, &[]));
    let text = Kind::Text(Length::Any);
    all.push(read("django_session", &[column("session_key", text), column("expire_date", Kind::Timestamp)]));
    all.push(read("authtoken_token", &[column("key", text), column("user_id", Kind::Key)]));
    for model in project {
        let known = all.iter().any(|table| table.name == Table::of(model).name);
        if !known {
            all.extend(of_project(model));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of `schema.rs`, as `table.column`, of tables that are not ours.
    fn columns_of_statements() -> Vec<String> {
        let mut table = "";
        let mut found = Vec::new();
        for line in include_str!("../schema.rs").lines().map(str::trim) {
            if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
                table = name;
            }
            if let Some((name, _)) = line.split_once(" -> ").filter(|_| !table.starts_with("presspass_")) {
                found.push(format!("{table}.{name}"));
            }
        }
        found
    }

    #[test]
    fn every_column_of_djangos_that_a_statement_names_is_compared() {
        let needed: Vec<String> = tables(&[])
            .iter()
            .flat_map(|table| table.columns.iter().map(|column| format!("{}.{}", table.name, column.name)))
            .collect();
        let named = columns_of_statements();
        assert!(named.len() > 25, "{named:?}");
        for column in named {
            assert!(needed.contains(&column), "{column} is missing");
        }
    }
}
