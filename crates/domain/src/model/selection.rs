//! What the API reads of a model: which members, which records, in which order.

use std::sync::Arc;

use super::definition::Model;
use super::field::Field;
use super::input::Input;
use super::kind::Kind;
use crate::page::{Direction, Window};

/// A field of a model, or of one that it refers to: `author.username`. The last field may be a many-to-many relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Foreign keys, or at the end many-to-many relations, that lead to the field's model.
    pub through: Vec<&'static Field>,
    pub field: &'static Field,
}

impl Path {
    /// Finds `author.username` or `author__username`; `None` where there is no such field.
    #[must_use]
    pub fn parse(model: &'static Model, text: &str) -> Option<Self> {
        let (mut model, mut through) = (model, Vec::new());
        let text = text.replace("__", ".");
        let mut names = text.split('.').peekable();
        loop {
            let field = model.field(names.next()?)?;
            if names.peek().is_none() {
                return Some(Self { through, field });
            }
            model = field.relation()?.to;
            through.push(field);
        }
    }

    /// A field of the model itself.
    #[must_use]
    pub const fn own(field: &'static Field) -> Self {
        Self { through: Vec::new(), field }
    }

    /// Whether a record may have several values there.
    #[must_use]
    pub fn is_many(&self) -> bool {
        self.through.iter().chain([&self.field]).any(|field| matches!(field.kind, Kind::Many(_)))
    }
}

/// How a value is compared, as in Django.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    Exact,
    IExact,
    Contains,
    IContains,
    StartsWith,
    IStartsWith,
    Gt,
    Gte,
    Lt,
    Lte,
}

/// Which records are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    Compare(Path, Lookup, Input),
    In(Path, Vec<Input>),
    /// Inclusive.
    Range(Path, Input, Input),
    IsNull(Path, bool),
    /// All of them; every record where there are none.
    All(Vec<Condition>),
    /// One of them; no record where there are none.
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

impl Condition {
    /// No record.
    pub const NEVER: Self = Self::Any(Vec::new());
}

/// A member of a record's representation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its name in JSON.
    pub name: &'static str,
    pub source: Source,
}

/// Where the value of a member comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A column; `null` where the way to it ends. A foreign key is the other record's key.
    Column(Path),
    /// The keys of the related records, in the order of their model.
    Keys(ToMany),
    /// The related record of a foreign key as an object, or `null`.
    One(&'static Field, Arc<[Output]>),
    /// This JSON, whatever the record holds.
    Literal(String),
    /// The related records as objects.
    Many(ToMany, Arc<[Output]>),
}

/// A relation to many records.
#[derive(Debug, Clone, Copy)]
pub enum ToMany {
    /// A many-to-many relation of the model.
    Own(&'static Field),
    /// The records of this model whose foreign key or many-to-many relation refers to the record (Django's `related_name`).
    Reverse(&'static Model, &'static Field),
}

impl PartialEq for ToMany {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Own(one), Self::Own(other)) => one == other,
            (Self::Reverse(model, one), Self::Reverse(other_model, other)) => {
                model.is(other_model) && one == other
            }
            _ => false,
        }
    }
}

impl Eq for ToMany {}

impl ToMany {
    /// The model of the related records.
    #[must_use]
    pub fn to(self) -> Option<&'static Model> {
        match self {
            Self::Own(field) => field.relation().map(|relation| relation.to),
            Self::Reverse(model, _) => Some(model),
        }
    }
}

/// A query of the API.
#[derive(Debug, Clone)]
pub struct Selection {
    pub model: &'static Model,
    pub outputs: Arc<[Output]>,
    pub condition: Condition,
    /// By the key where it is empty. It is not completed by the key: Django does not do that either.
    pub order: Vec<(Path, Direction)>,
    pub window: Window,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LOG_ENTRY, USER};

    #[test]
    fn a_path_leads_through_relations() {
        let path = Path::parse(&LOG_ENTRY, "user.username").unwrap();
        assert_eq!((path.through[0].name, path.field.name), ("user", "username"));
        assert_eq!(Path::parse(&LOG_ENTRY, "user__username"), Some(path));
        assert!(Path::parse(&USER, "groups.name").unwrap().is_many());
        for wrong in ["", "user.", "user.pin", "object_repr.x", "nothing"] {
            assert_eq!(Path::parse(&LOG_ENTRY, wrong), None, "{wrong}");
        }
    }
}
