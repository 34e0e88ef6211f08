//! What only the database knows of a form: values that are taken, keys that do not exist, narrower columns.

use std::borrow::Cow;
use std::collections::BTreeSet;

use presspass_domain::model::{Field, FieldError, Form, Input, Key, Model, Refusal};

use super::table::FieldLocation;
use super::table::Table;
use super::writes::FormWrite;
use crate::connection::{Connection, Raw};
use crate::error::Error;
use crate::resources::bind::bind;
use crate::sql::Sql;

/// The refusals where a unique value of this form is taken by the time it is written.
pub(super) fn conflicts(form: &Form) -> Vec<Refusal> {
    let model = form.model();
    let unique = form
        .inputs()
        .iter()
        .filter_map(|(field, _)| Some(Refusal { field, why: FieldError::Taken(field.taken(model)?) }));
    let together = model.unique_together.iter().map(|set| taken_together(model, set));
    unique.chain(together).collect()
}

/// The refusal where records that belong to one conflict with each other.
pub(super) fn conflict_of_children(form: &Form) -> Refusal {
    let why = "Records that belong to this one have the same values, which must be unique.".to_owned();
    Refusal { field: &form.model().key, why: FieldError::Invalid(why) }
}

/// In Django's words.
fn taken_together(model: &'static Model, set: &[&str]) -> Refusal {
    let labels: Vec<Cow<'static, str>> =
        set.iter().filter_map(|name| model.field(name)).map(Field::label).collect();
    let labels = match labels.split_last() {
        Some((last, [])) => last.to_string(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    };
    let mut name = model.verbose_name().to_owned();
    name.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
    let why = FieldError::TakenTogether(format!("{name} with this {labels} already exists."));
    Refusal { field: &model.key, why }
}

/// A value that a form sets beside its own: the key of the record that it belongs to.
pub(super) type More<'m> = &'m [(&'static Field, Input)];

impl FormWrite {
    /// What is wrong with the form, beyond what its model has found already.
    pub fn refusals(
        &self,
        connection: &mut Connection,
        id: Option<Key>,
        more: More<'_>,
    ) -> Result<Vec<Refusal>, Error> {
        let mut refusals = if id.is_none() { self.form.missing() } else { Vec::new() };
        refusals.retain(|refusal| more.iter().all(|(field, _)| field.name != refusal.field.name));
        for (field, input) in self.form.inputs() {
            let why = match input {
                Input::Keys(keys) => self.unknown_key(connection, field, keys)?,
                Input::Key(Some(key)) => self.unknown_key(connection, field, &[*key].into())?,
                Input::Text(text) => self.too_long(field, text)?,
                _ => None,
            };
            let why = match why {
                None => self.taken(connection, field, input, id)?,
                why => why,
            };
            refusals.extend(why.map(|why| Refusal { field, why }));
        }
        if refusals.is_empty() {
            for set in self.table.model.unique_together {
                if self.is_taken_together(connection, set, id, more)? {
                    refusals.push(taken_together(self.table.model, set));
                }
            }
        }
        Ok(refusals)
    }

    /// Columns that an older Django made are narrower than today's.
    fn too_long(&self, field: &Field, text: &str) -> Result<Option<FieldError>, Error> {
        let Some(column) = self.table.locate(field)?.stored() else { return Ok(None) };
        let length = text.chars().count();
        let limit = self.limits.lengths.get(column).filter(|limit| length > **limit);
        Ok(limit.map(|limit| FieldError::TooLong { limit: *limit, length }))
    }

    fn taken(
        &self,
        connection: &mut Connection,
        field: &Field,
        input: &Input,
        id: Option<Key>,
    ) -> Result<Option<FieldError>, Error> {
        let Some(column) = self.table.locate(field)?.stored() else { return Ok(None) };
        let conflict = match field.taken(self.table.model) {
            Some(message) => FieldError::Taken(message),
            None if self.limits.unique.contains(column) => self.unknown_constraint(field),
            None => return Ok(None),
        };
        if input.is_null() {
            return Ok(None);
        }
        let same = Sql::new("SELECT id FROM ").name(self.table.name).push(" WHERE ").name(column);
        let value = bind(connection.engine(), field, input)?;
        let other = same.push(" = ").bind(value).first(connection)?.map(|row| row.key(0)).transpose()?;
        Ok(other.filter(|other| Some(*other) != id).map(|_| conflict))
    }

    /// Django's message for a constraint that only the database has: its project made the field unique.
    fn unknown_constraint(&self, field: &Field) -> FieldError {
        let unique = field.unique();
        FieldError::Invalid(unique.taken(self.table.model).unwrap_or_default().into_owned())
    }

    /// Whether another record has the values of all these fields. NULL equals nothing.
    fn is_taken_together(
        &self,
        connection: &mut Connection,
        set: &[&str],
        id: Option<Key>,
        more: More<'_>,
    ) -> Result<bool, Error> {
        let given = |name: &str| {
            let more = more.iter().find(|(field, _)| field.name == name).map(|(_, input)| input);
            more.or_else(|| self.form.get(name))
        };
        // Nothing of it changes.
        if id.is_some() && set.iter().all(|name| given(name).is_none()) {
            return Ok(false);
        }
        let mut sql = Sql::new("SELECT id FROM ").name(self.table.name).push(" AS t WHERE true");
        for name in set {
            let Some(field) = self.table.model.field(name) else { return Ok(false) };
            let Some(column) = self.table.locate(field)?.stored() else { return Ok(false) };
            sql = sql.push(" AND t.").name(column).push(" = ");
            let default = field.default_value();
            sql = match (given(name).or_else(|| default.as_ref().filter(|_| id.is_none())), id) {
                (Some(input), _) if input.is_null() => return Ok(false),
                (Some(input), _) => sql.bind(bind(connection.engine(), field, input)?),
                (None, None) => return Ok(false),
                (None, Some(id)) => sql
                    .push("(SELECT ")
                    .name(column)
                    .push(" FROM ")
                    .name(self.table.name)
                    .push(" WHERE id = ")
                    .key(id)
                    .push(")"),
            };
        }
        let rows = sql.load(connection)?;
        let others = rows.iter().map(|row| row.key(0)).collect::<Result<Vec<_>, _>>()?;
        Ok(others.into_iter().any(|other| Some(other) != id))
    }

    fn unknown_key(
        &self,
        connection: &mut Connection,
        field: &'static Field,
        keys: &BTreeSet<Key>,
    ) -> Result<Option<FieldError>, Error> {
        let (FieldLocation::One { to, .. } | FieldLocation::Many { to, .. }) = self.table.locate(field)?
        else {
            return Ok(None);
        };
        if keys.is_empty() {
            return Ok(None);
        }
        // They must not be deleted before they are referred to.
        let lock = if matches!(connection.raw, Raw::Postgresql(_)) { " FOR KEY SHARE" } else { "" };
        let rows = Sql::new("SELECT id FROM ")
            .name(Table::of(to).name)
            .push(" WHERE id IN ")
            .keys(keys.iter().copied())
            .push(lock)
            .load(connection)?;
        let known = rows.iter().map(|row| row.key(0)).collect::<Result<BTreeSet<_>, _>>()?;
        Ok(keys.difference(&known).next().map(|key| FieldError::NoSuchChoice(*key)))
    }
}
