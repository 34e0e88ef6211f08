//! A model: its names, its fields, its label.

use std::borrow::Cow;

use super::field::Field;
use super::key::KeyKind;
use super::kind::{Kind, Relation};
use super::value::Value;
use crate::page::Direction;

/// A model. Each is a static, and its fields are found by [`Model::field`] alone, so a field that does not exist cannot be
/// queried.
#[derive(Debug)]
pub struct Model {
    /// As in `django_content_type`: `auth`.
    pub app_label: &'static str,
    /// As in `django_content_type`: `user`.
    pub name: &'static str,
    /// `log entry`; empty for the name.
    verbose_name: &'static str,
    /// `log entries`; empty for the verbose name with an `s`.
    verbose_name_plural: &'static str,
    /// The table, where it is not `<app_label>_<name>`.
    table: Option<&'static str>,
    /// The primary key.
    pub key: Field,
    /// All fields but the primary key, in the order of Django's forms.
    pub fields: &'static [Field],
    /// The default order of lists, as in Django: `-created_at` is descending.
    pub ordering: &'static [&'static str],
    /// The order of the admin's lists, where it is another.
    admin_ordering: &'static [&'static str],
    /// Fields whose values may occur together only once.
    pub unique_together: &'static [&'static [&'static str]],
    pub label: Label,
}

/// The label of a record: Python's `str()`.
#[derive(Debug, Clone, Copy)]
pub enum Label {
    /// Django's default: `Article object (1)`.
    Object,
    /// The value of one field.
    Field(&'static str),
    /// Made of several.
    Made {
        /// The columns that it is made from.
        fields: &'static [&'static str],
        /// Makes it from their values, in that order.
        of: fn(&[Value]) -> String,
    },
}

impl Model {
    /// A model with Django's defaults: the key `id` of four bytes, the table `<app_label>_<name>`.
    ///
    /// ```
    /// use presspass_domain::model::{Field, Model};
    ///
    /// pub static TAG: Model = Model::new("magazine", "tag")
    ///     .fields(&[Field::text("name", 30).unique()])
    ///     .ordering(&["name"])
    ///     .label("name");
    /// assert_eq!(TAG.table(), "magazine_tag");
    /// ```
    #[must_use]
    pub const fn new(app_label: &'static str, name: &'static str) -> Self {
        Self {
            app_label,
            name,
            verbose_name: "",
            verbose_name_plural: "",
            table: None,
            key: Field::integer("id").labelled("ID").read_only(),
            fields: &[],
            ordering: &[],
            admin_ordering: &[],
            unique_together: &[],
            label: Label::Object,
        }
    }

    #[must_use]
    pub const fn fields(self, fields: &'static [Field]) -> Self {
        Self { fields, ..self }
    }

    /// Sets the verbose names: `log entry`, `log entries`.
    #[must_use]
    pub const fn verbose(self, name: &'static str, plural: &'static str) -> Self {
        Self { verbose_name: name, verbose_name_plural: plural, ..self }
    }

    /// Sets the table (Django's `db_table`).
    #[must_use]
    pub const fn stored_in(self, table: &'static str) -> Self {
        Self { table: Some(table), ..self }
    }

    /// A key of eight bytes (Django's `BigAutoField`).
    #[must_use]
    pub const fn big_key(self) -> Self {
        Self { key: Field::big_integer("id").labelled("ID").read_only(), ..self }
    }

    /// A random UUID as the key (Django's `UUIDField(primary_key=True, default=uuid.uuid4, editable=False)`).
    #[must_use]
    pub const fn uuid_key(self) -> Self {
        Self { key: Field::uuid("id").random().read_only(), ..self }
    }

    #[must_use]
    pub const fn ordering(self, ordering: &'static [&'static str]) -> Self {
        Self { ordering, ..self }
    }

    /// The order of the admin's lists, where the model has none or another (Django's `ModelAdmin.ordering`).
    #[must_use]
    pub const fn admin_ordering(self, ordering: &'static [&'static str]) -> Self {
        Self { admin_ordering: ordering, ..self }
    }

    #[must_use]
    pub const fn unique_together(self, sets: &'static [&'static [&'static str]]) -> Self {
        Self { unique_together: sets, ..self }
    }

    /// Labels records by this field.
    #[must_use]
    pub const fn label(self, field: &'static str) -> Self {
        Self { label: Label::Field(field), ..self }
    }

    /// Labels records by a function of these fields.
    #[must_use]
    pub const fn label_from(self, fields: &'static [&'static str], of: fn(&[Value]) -> String) -> Self {
        Self { label: Label::Made { fields, of }, ..self }
    }

    /// The name of its table.
    #[must_use]
    pub fn table(&self) -> Cow<'static, str> {
        self.table.map_or_else(|| format!("{}_{}", self.app_label, self.name).into(), Cow::Borrowed)
    }

    /// `log entry`
    #[must_use]
    pub const fn verbose_name(&self) -> &'static str {
        if self.verbose_name.is_empty() { self.name } else { self.verbose_name }
    }

    /// `log entries`
    #[must_use]
    pub fn verbose_name_plural(&self) -> Cow<'static, str> {
        match self.verbose_name_plural {
            "" => format!("{}s", self.verbose_name()).into(),
            plural => plural.into(),
        }
    }

    /// What its keys are.
    #[must_use]
    pub const fn key_kind(&self) -> KeyKind {
        match self.key.kind {
            Kind::Uuid => KeyKind::Uuid,
            _ => KeyKind::Integer,
        }
    }

    /// Finds a field, or the primary key.
    #[must_use]
    pub fn field(&'static self, name: &str) -> Option<&'static Field> {
        self.all_fields().find(|field| field.name == name)
    }

    /// The primary key, then the other fields.
    pub fn all_fields(&'static self) -> impl Iterator<Item = &'static Field> {
        std::iter::once(&self.key).chain(self.fields)
    }

    /// The default order of the admin's lists. Names that are no fields are left out: [`Model::problem`] finds them.
    pub fn order(&'static self) -> impl Iterator<Item = (&'static Field, Direction)> {
        let ordering = if self.admin_ordering.is_empty() { self.ordering } else { self.admin_ordering };
        ordering.iter().filter_map(|name| {
            let (name, direction) = Direction::of(name);
            Some((self.field(name)?, direction))
        })
    }

    /// The fields that the label is made from.
    #[must_use]
    pub fn label_fields(&'static self) -> Vec<&'static Field> {
        let names = match &self.label {
            Label::Object => return vec![&self.key],
            Label::Field(name) => std::slice::from_ref(name),
            Label::Made { fields, .. } => fields,
        };
        names.iter().filter_map(|name| self.field(name)).collect()
    }

    /// The label of a record with these values; further values are ignored.
    #[must_use]
    pub fn label_of(&'static self, values: &[(&'static Field, Value)]) -> String {
        let value = |field: &&'static Field| {
            values.iter().find(|(known, _)| known.name == field.name).map(|(_, value)| value.clone())
        };
        let values: Vec<Value> = self.label_fields().iter().filter_map(value).collect();
        match self.label {
            Label::Object => {
                let mut name = self.name.to_owned();
                name.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
                format!("{name} object ({})", values.first().map(Value::text).unwrap_or_default())
            }
            Label::Field(_) => values.first().map(Value::text).unwrap_or_default(),
            Label::Made { of, .. } => of(&values),
        }
    }

    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        (self.app_label, self.name) == (other.app_label, other.name)
    }

    /// What is wrong with the declaration, in one line; `None` where nothing is.
    #[must_use]
    pub fn problem(&'static self) -> Option<String> {
        let model = || format!("{}.{}", self.app_label, self.name);
        let unknown = |what: &str, name: &str| format!("model {}: {what} names no field: {name}", model());
        for (at, field) in self.fields.iter().enumerate() {
            if self.fields[..at].iter().chain([&self.key]).any(|other| other.name == field.name) {
                return Some(format!("model {}: two fields are named {}", model(), field.name));
            }
            if let Some(problem) = field.problem() {
                return Some(format!("model {}, field {}: {problem}", model(), field.name));
            }
        }
        let column = |name: &str| self.field(name).filter(|field| field.is_column());
        for name in self.ordering.iter().chain(self.admin_ordering) {
            if column(Direction::of(name).0).is_none() {
                return Some(unknown("ordering", name));
            }
        }
        let label: &[&str] = match &self.label {
            Label::Object => &[],
            Label::Field(name) => std::slice::from_ref(name),
            Label::Made { fields, .. } => fields,
        };
        if let Some(name) = label.iter().find(|name| column(name).is_none()) {
            return Some(unknown("label", name));
        }
        let together = self.unique_together.iter().flat_map(|set| set.iter());
        together.into_iter().find(|name| column(name).is_none()).map(|name| unknown("unique_together", name))
    }

    /// The foreign keys of this model that refer to another.
    pub fn keys_to(&'static self, other: &'static Self) -> impl Iterator<Item = (&'static Field, Relation)> {
        self.fields.iter().filter_map(move |field| match field.kind {
            Kind::One(relation) if relation.to.is(other) => Some((field, relation)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CONTENT_TYPE, GROUP, LOG_ENTRY, OnDelete, PERMISSION, POST, USER};

    static SECTION: Model = Model::new("magazine", "section")
        .fields(&[
            Field::text("name", 40).unique(),
            Field::foreign_key("parent", &SECTION, OnDelete::Protect).null(),
            Field::many_to_many("related", &SECTION).blank(),
        ])
        .stored_in("sections")
        .ordering(&["-name"]);

    #[test]
    fn a_model_that_is_declared_in_a_few_lines_has_djangos_names() {
        assert_eq!(SECTION.table(), "sections");
        assert_eq!(SECTION.verbose_name_plural(), "sections");
        assert_eq!(SECTION.field("parent").unwrap().column(), "parent_id");
        let through = SECTION.field("related").unwrap().through(&SECTION).unwrap();
        assert_eq!(
            (&*through.table, &*through.own, &*through.other),
            ("sections_related", "from_section_id", "to_section_id")
        );
        let through = USER.field("groups").unwrap().through(&USER).unwrap();
        assert_eq!(
            (&*through.table, &*through.own, &*through.other),
            ("auth_user_groups", "user_id", "group_id")
        );
        assert_eq!(SECTION.label_of(&[(&SECTION.key, Value::Integer(7))]), "Section object (7)");
        assert_eq!(
            SECTION.order().map(|(field, way)| (field.name, way)).collect::<Vec<_>>(),
            [("name", Direction::Descending)]
        );
    }

    #[test]
    fn what_is_wrong_with_a_declaration_is_said_in_one_line() {
        static ORDER: Model =
            Model::new("shop", "order").fields(&[Field::text("name", 3)]).ordering(&["nmae"]);
        static LABEL: Model = Model::new("shop", "order").label("name");
        static TWICE: Model = Model::new("shop", "order").fields(&[Field::integer("id")]);
        static DEFAULT: Model =
            Model::new("shop", "order").fields(&[Field::integer("number").default("one")]);
        static CHOICE: Model =
            Model::new("shop", "order").fields(&[Field::choice("size", &[("s", "S")]).default("m")]);
        for (model, problem) in [
            (&ORDER, "model shop.order: ordering names no field: nmae"),
            (&LABEL, "model shop.order: label names no field: name"),
            (&TWICE, "model shop.order: two fields are named id"),
            (&DEFAULT, "model shop.order, field number: the default \"one\" is no valid value"),
            (&CHOICE, "model shop.order, field size: the default \"m\" is no valid value"),
        ] {
            assert_eq!(model.problem().as_deref(), Some(problem));
        }
    }

    #[test]
    fn the_models_that_we_know_are_well_declared() {
        for model in [&SECTION, &POST, &USER, &GROUP, &PERMISSION, &CONTENT_TYPE, &LOG_ENTRY] {
            assert_eq!(model.problem(), None);
        }
    }
}
