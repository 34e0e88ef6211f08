//! A document as a tree whose members keep their order: people read it, too.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

/// A value of JSON, and so of YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(Cow<'static, str>),
    /// A list.
    List(Vec<Self>),
    /// Names and values, in this order. No name stands there twice.
    Map(Vec<(Cow<'static, str>, Self)>),
}

impl Node {
    /// A map without members.
    #[must_use]
    pub const fn map() -> Self {
        Self::Map(Vec::new())
    }

    /// A list.
    #[must_use]
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// The map with this member, in the place of one that had its name. What is no map stays as it is.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Self>) -> Self {
        let (name, value) = (name.into(), value.into());
        if let Self::Map(members) = &mut self {
            match members.iter_mut().find(|(known, _)| *known == name) {
                Some((_, old)) => *old = value,
                None => members.push((name, value)),
            }
        }
        self
    }

    /// The map with this member, where there is one.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<impl Into<Self>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The member with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The member with this name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Map(members) => members.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The members of a map; none of what is no map.
    #[must_use]
    pub fn members(&self) -> &[(Cow<'static, str>, Self)] {
        match self {
            Self::Map(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; none of what is no list.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The text, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<K: Into<Cow<'static, str>>, V: Into<Self>> FromIterator<(K, V)> for Node {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        members.into_iter().fold(Self::map(), |map, (name, value)| map.with(name, value))
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Node {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u64> for Node {
    /// No limit or count of ours is beyond `i64`.
    fn from(value: u64) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<&'static str> for Node {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<T: Into<Self>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Self::list(items)
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Node {
    fn from(items: [T; N]) -> Self {
        Self::list(items)
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name.as_ref(), value)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{Indent, to_json};

    #[test]
    fn members_keep_their_order_and_a_name_stands_there_once() {
        let node = Node::map().with("b", 1_i64).with("a", [true]).with("b", "x").with_some("c", None::<bool>);
        assert_eq!(to_json(&node, Indent::Compact), br#"{"b":"x","a":[true]}"#);
        assert_eq!(node.get("b").and_then(Node::text), Some("x"));
        assert_eq!(node.get("c"), None);
    }
}
