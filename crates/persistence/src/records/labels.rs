//! Fields as lists and forms show them: of a foreign key, the label of the other record.

use presspass_domain::model::{Field, Key, Kind, Model, Path, Reference, Value};

use crate::error::Error;

/// How many foreign keys are followed for one label.
const DEPTH: usize = 4;

/// A record as it was read: its key, and the values that were asked for.
pub(super) type KeyedValues = (Key, Vec<(&'static Field, Value)>);

/// What is read of each record: its key, some fields, and what their labels are made of.
pub(super) struct Shown {
    fields: Vec<&'static Field>,
    pub paths: Vec<Path>,
}

impl Shown {
    pub fn new(model: &'static Model, fields: impl IntoIterator<Item = Path>) -> Self {
        let mut shown = Self { fields: Vec::new(), paths: vec![Path::own(&model.key)] };
        for path in fields {
            shown.fields.push(path.field);
            shown.paths.push(path.clone());
            shown.paths.extend(label_columns(&path));
        }
        shown
    }

    /// The key, and the fields out of the values of the paths.
    pub fn read(&self, values: Vec<Value>) -> Result<KeyedValues, Error> {
        let mut values = values.into_iter();
        let id = match values.next() {
            Some(Value::Integer(number)) => Key::Integer(number),
            Some(Value::Uuid(uuid)) => Key::Uuid(uuid),
            _ => return Err(Error::Query("a record has no key".to_owned())),
        };
        let fields = self.fields.iter().map(|field| (*field, shown(field, &mut values, 1)));
        Ok((id, fields.collect()))
    }
}

/// The columns that the label of the other record is made of; none of a field that is no foreign key.
pub(super) fn label_columns(path: &Path) -> Vec<Path> {
    let mut columns = Vec::new();
    add_label_columns(path, 1, &mut columns);
    columns
}

fn add_label_columns(path: &Path, depth: usize, columns: &mut Vec<Path>) {
    let Kind::One(relation) = path.field.kind else { return };
    if depth > DEPTH {
        return;
    }
    for field in relation.to.label_fields() {
        let through = path.through.iter().copied().chain([path.field]).collect();
        let own = Path { through, field };
        columns.push(own.clone());
        add_label_columns(&own, depth + 1, columns);
    }
}

/// A field out of the values of its columns.
fn shown(field: &'static Field, values: &mut dyn Iterator<Item = Value>, depth: usize) -> Value {
    match (field.kind, values.next().unwrap_or(Value::Null)) {
        (Kind::Text(_), Value::Null) => Value::Text(String::new()),
        (Kind::One(relation), own) if depth <= DEPTH => {
            let label = label(relation.to, values, depth);
            match own {
                Value::One(Some(Reference { id, .. })) => Value::One(Some(Reference { id, label })),
                _ => Value::One(None),
            }
        }
        (_, own) => own,
    }
}

/// The label of a record out of the values of its columns; empty where the record is not there.
fn label(model: &'static Model, values: &mut dyn Iterator<Item = Value>, depth: usize) -> String {
    let mut is_missing = true;
    let mut values = values.inspect(|value| {
        is_missing &= matches!(value, Value::Null | Value::One(None) | Value::Timestamp(None));
    });
    let fields = model.label_fields().into_iter();
    let parts: Vec<_> = fields.map(|field| (field, shown(field, &mut values, depth + 1))).collect();
    if is_missing { String::new() } else { model.label_of(&parts) }
}
