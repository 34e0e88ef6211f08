//! What a project decides in closures: which records a caller sees, who may do what, and what is written.

use std::fmt;
use std::sync::Arc;

use presspass_domain::model::{Condition, Draft, Input, Key, Lookup, Model, Path, Value};
use presspass_persistence::{Transaction, TransactionError};

use crate::identity::caller::Caller;

/// Who sends a request: an account, or an anonymous caller (DRF's `request.user`).
#[derive(Debug, Clone, Default)]
pub struct RequestUser {
    /// The account's key; `None` of anonymous callers.
    pub id: Option<i64>,
    /// Empty for anonymous callers.
    pub username: String,
    /// Whether it may use the admin.
    pub is_staff: bool,
    /// Whether it has every permission.
    pub is_superuser: bool,
}

impl From<Option<&Caller>> for RequestUser {
    fn from(caller: Option<&Caller>) -> Self {
        caller.map_or_else(Self::default, |caller| Self {
            id: Some(caller.id),
            username: caller.username.clone(),
            is_staff: caller.is_staff,
            is_superuser: caller.is_superuser,
        })
    }
}

/// The records that a caller sees (DRF's `get_queryset`): all of them, until something is said.
#[derive(Debug, Clone)]
pub struct Rows {
    model: &'static Model,
    any: Vec<Condition>,
    problem: Option<String>,
}

impl Rows {
    pub(super) const fn of(model: &'static Model) -> Self {
        Self { model, any: Vec::new(), problem: None }
    }

    /// Only those with this value in a field, which may be of a related record: `author.username`.
    #[must_use]
    pub fn is(mut self, field: &str, value: impl Into<Input>) -> Self {
        let condition = self.condition(field, value.into());
        let all = Condition::Any(std::mem::take(&mut self.any));
        self.any = vec![match all {
            Condition::Any(none) if none.is_empty() => condition,
            before => Condition::All(vec![before, condition]),
        }];
        self
    }

    /// And those with this value.
    #[must_use]
    pub fn or_is(mut self, field: &str, value: impl Into<Input>) -> Self {
        let condition = self.condition(field, value.into());
        self.any.push(condition);
        self
    }

    /// No record at all.
    #[must_use]
    pub fn none(mut self) -> Self {
        self.any = vec![Condition::NEVER];
        self
    }

    fn condition(&mut self, field: &str, value: Input) -> Condition {
        let Some(path) = Path::parse(self.model, field) else {
            self.problem = Some(format!("visible names no field: {field}"));
            return Condition::NEVER;
        };
        if value.is_null() {
            Condition::IsNull(path, true)
        } else {
            Condition::Compare(path, Lookup::Exact, value)
        }
    }

    /// The condition, or the name that is no field.
    pub(super) fn into_condition(mut self) -> Result<Condition, String> {
        match self.problem {
            Some(problem) => Err(problem),
            None if self.any.is_empty() => Ok(Condition::All(Vec::new())),
            None if self.any.len() == 1 => Ok(self.any.remove(0)),
            None => Ok(Condition::Any(self.any)),
        }
    }
}

pub(super) type Visible = Arc<dyn Fn(&RequestUser, Rows) -> Rows + Send + Sync>;
pub(super) type OnWrite = Arc<dyn Fn(&RequestUser, &mut Draft) + Send + Sync>;
pub(super) type InTransaction =
    Arc<dyn Fn(&mut Transaction<'_>, &Draft, Key) -> Result<(), Refused> + Send + Sync>;
pub(super) type Validate = Arc<dyn Fn(&RequestUser, &Draft) -> Result<(), Refused> + Send + Sync>;
pub(super) type MayTouch = Arc<dyn Fn(&RequestUser, &str, &[Value]) -> bool + Send + Sync>;

/// Why a hook refuses a write: a 400 with this message. A text is a message for the whole body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// The field that the message belongs to; `None` for the whole body.
    pub field: Option<&'static str>,
    /// What the client reads.
    pub message: String,
}

impl Refused {
    /// A refusal of the value of a field.
    pub fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), message: message.into() }
    }
}

impl From<&str> for Refused {
    fn from(message: &str) -> Self {
        Self { field: None, message: message.to_owned() }
    }
}

/// For `?` in a hook: what a hook could not write is refused to the client. Where the database failed, the response is that of
/// any such failure, and says nothing of this.
impl From<TransactionError> for Refused {
    fn from(error: TransactionError) -> Self {
        Self { field: None, message: error.to_string() }
    }
}

/// A permission on one object (DRF's `has_object_permission`), which sees some values of the record.
#[derive(Clone)]
pub struct ObjectPermission {
    pub(super) fields: &'static [&'static str],
    pub(super) allows: MayTouch,
}

impl ObjectPermission {
    /// A permission that sees these fields: user, method, and the values in their order.
    #[must_use]
    pub fn new(
        fields: &'static [&'static str],
        allows: impl Fn(&RequestUser, &str, &[Value]) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { fields, allows: Arc::new(allows) }
    }

    /// Everybody may read the object; only the account in this field may change it.
    #[must_use]
    pub fn owner_or_read_only(field: &'static [&'static str; 1]) -> Self {
        Self::new(field, |user, method, values| {
            let owner = match values.first() {
                Some(Value::One(Some(owner))) => owner.id.integer(),
                Some(Value::Integer(id)) => Some(*id),
                _ => None,
            };
            matches!(method, "GET" | "HEAD" | "OPTIONS") || (owner.is_some() && owner == user.id)
        })
    }
}

impl fmt::Debug for ObjectPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectPermission").field("fields", &self.fields).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use presspass_domain::model::POST;

    use super::*;

    #[test]
    fn rows_are_all_until_something_is_said() {
        let condition = |rows: Rows| rows.into_condition();
        assert_eq!(condition(Rows::of(&POST)), Ok(Condition::All(Vec::new())));
        assert!(matches!(condition(Rows::of(&POST).is("title", "a")), Ok(Condition::Compare(..))));
        assert!(
            matches!(condition(Rows::of(&POST).is("title", "a").or_is("content", "b")), Ok(Condition::Any(any)) if any.len() == 2)
        );
        assert!(
            matches!(condition(Rows::of(&POST).is("title", "a").is("content", "b")), Ok(Condition::All(all)) if all.len() == 2)
        );
        assert_eq!(condition(Rows::of(&POST).none()), Ok(Condition::NEVER));
        assert_eq!(
            condition(Rows::of(&POST).is("titel", "a")),
            Err("visible names no field: titel".to_owned())
        );
    }

    #[test]
    fn everybody_reads_and_the_owner_writes() {
        let permission = ObjectPermission::owner_or_read_only(&["author"]);
        let user = |id| RequestUser { id, ..RequestUser::default() };
        let owner = [Value::Integer(7)];
        assert!((permission.allows)(&user(None), "GET", &owner));
        assert!((permission.allows)(&user(Some(7)), "DELETE", &owner));
        assert!(!(permission.allows)(&user(Some(8)), "PATCH", &owner));
        assert!(!(permission.allows)(&user(None), "PATCH", &[Value::Null]));
    }
}
