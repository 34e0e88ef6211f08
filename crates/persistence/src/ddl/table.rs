//! The tables of a model, before they are written for an engine.

use std::fmt;

use presspass_domain::model::{Field, Format, IntegerRules, IntegerSize, Kind, Model, Unique};

use super::fill::Fill;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text(usize),
    Lines,
    Integer { size: IntegerSize, is_positive: bool },
    Float,
    Decimal { digits: u8, places: u8 },
    Boolean,
    Date,
    Time,
    Timestamp,
    Duration,
    Uuid,
    Json,
}

/// As a snapshot has it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(length) => return write!(f, "text({length})"),
            Self::Decimal { digits, places } => return write!(f, "decimal({digits}, {places})"),
            Self::Integer { size, is_positive } => {
                let positive = if *is_positive { "positive " } else { "" };
                let size = match size {
                    IntegerSize::Small => "small ",
                    IntegerSize::Regular => "",
                    IntegerSize::Big => "big ",
                };
                return write!(f, "{positive}{size}integer");
            }
            Self::Lines => "lines",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::Duration => "duration",
            Self::Uuid => "uuid",
            Self::Json => "json",
        })
    }
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a clause of its own")]
pub(crate) struct Column {
    /// The name of its field.
    pub field: String,
    pub name: String,
    pub kind: Type,
    pub is_key: bool,
    pub null: bool,
    pub unique: bool,
    /// Whether it has an index that is not unique.
    pub has_index: bool,
    /// The table and the column that it refers to.
    pub refers_to: Option<(String, String)>,
    /// The value of rows that exist already, where the column is added to them.
    pub fill: Option<Fill>,
}

/// As a snapshot has it: what a migration would change.
impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        let flags = [
            (self.is_key, "key"),
            (self.null, "null"),
            (self.unique, "unique"),
            (self.has_index && self.refers_to.is_none(), "index"),
        ];
        flags.iter().filter(|(is_set, _)| *is_set).try_for_each(|(_, flag)| write!(f, ", {flag}"))?;
        match &self.refers_to {
            Some((table, column)) => write!(f, ", refers to {table}.{column}"),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub name: String,
    /// Its model, or the one with the many-to-many relation.
    pub model: &'static Model,
    /// The many-to-many relation that it is for.
    pub relation: Option<String>,
    pub columns: Vec<Column>,
    /// Columns whose values are unique together.
    pub unique_together: Vec<Vec<String>>,
}

/// What a column holds that refers to a record of this model.
fn key_type(model: &'static Model) -> Type {
    match model.key.kind {
        Kind::Uuid => Type::Uuid,
        Kind::Text(rules) => rules.max_length.map_or(Type::Lines, Type::Text),
        Kind::Integer(IntegerRules { size, .. }) => Type::Integer { size, is_positive: false },
        _ => Type::Integer { size: IntegerSize::Regular, is_positive: false },
    }
}

/// The type of a field's column; `None` where it has none.
fn type_of(field: &Field) -> Option<Type> {
    Some(match field.kind {
        Kind::Text(rules) => match (rules.lines, rules.max_length) {
            (presspass_domain::model::Lines::One, Some(length)) => Type::Text(length),
            // Django's TextField has no limit in the database.
            _ => Type::Lines,
        },
        Kind::Integer(IntegerRules { size, is_positive, .. }) => Type::Integer { size, is_positive },
        Kind::Float => Type::Float,
        Kind::Decimal { digits, places } => Type::Decimal { digits, places },
        Kind::Boolean => Type::Boolean,
        Kind::Date => Type::Date,
        Kind::Time => Type::Time,
        Kind::Timestamp => Type::Timestamp,
        Kind::Duration => Type::Duration,
        Kind::Uuid => Type::Uuid,
        Kind::Json => Type::Json,
        Kind::Password => Type::Text(128),
        Kind::One(relation) => key_type(relation.to),
        Kind::Many(_) => return None,
    })
}

fn refers_to(model: &'static Model) -> (String, String) {
    (model.table().into_owned(), model.key.column().into_owned())
}

fn column(field: &Field, is_key: bool) -> Option<Column> {
    let kind = type_of(field)?;
    let unique = field.unique != Unique::No;
    let is_slug = matches!(field.kind, Kind::Text(rules) if rules.format == Format::Slug);
    let refers_to = match field.kind {
        Kind::One(relation) => Some(refers_to(relation.to)),
        _ => None,
    };
    Some(Column {
        field: field.name.to_owned(),
        name: field.column().into_owned(),
        kind,
        is_key,
        null: field.null,
        unique,
        has_index: !unique && (is_slug || refers_to.is_some()),
        refers_to,
        fill: Fill::of(field),
    })
}

/// The table of pairs of a many-to-many relation. Its key has the size of the model's: Django sets both by
/// `DEFAULT_AUTO_FIELD`.
fn pairs(model: &'static Model, field: &'static Field) -> Option<Table> {
    let (through, relation) = (field.through(model)?, field.relation()?);
    let side = |name: &str, to: &'static Model| Column {
        field: name.to_owned(),
        name: name.to_owned(),
        kind: key_type(to),
        is_key: false,
        null: false,
        unique: false,
        has_index: true,
        refers_to: Some(refers_to(to)),
        fill: None,
    };
    let key_size = match key_type(model) {
        Type::Integer { size, .. } => size,
        _ => IntegerSize::Regular,
    };
    let key = Column {
        kind: Type::Integer { size: key_size, is_positive: false },
        is_key: true,
        has_index: false,
        refers_to: None,
        ..side("id", model)
    };
    Some(Table {
        name: through.table,
        model,
        relation: Some(field.name.to_owned()),
        columns: vec![key, side(&through.own, model), side(&through.other, relation.to)],
        unique_together: vec![vec![through.own, through.other]],
    })
}

/// The table of a model, and those of its many-to-many relations.
pub(crate) fn tables_of(model: &'static Model) -> Vec<Table> {
    let columns = std::iter::once(column(&model.key, true))
        .chain(model.fields.iter().map(|field| column(field, false)));
    let name = |field: &&'static str| model.field(field).map(|field| field.column().into_owned());
    let own = Table {
        name: model.table().into_owned(),
        model,
        relation: None,
        columns: columns.flatten().collect(),
        unique_together: model
            .unique_together
            .iter()
            .map(|set| set.iter().filter_map(name).collect())
            .collect(),
    };
    std::iter::once(own).chain(model.fields.iter().filter_map(|field| pairs(model, field))).collect()
}
