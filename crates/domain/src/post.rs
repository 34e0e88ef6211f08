//! Posts: entity, changes, queries.

use crate::page::{Direction, Window};
use crate::timestamp::Timestamp;

/// A stored post. Its texts may be invalid: another program may have written them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub id: i64,
    pub title: String,
    pub content: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Post {
    /// In code points.
    pub const TITLE_MAX_LENGTH: usize = 50;
}

/// A post to create. Its texts were validated: they fit their columns and have no NUL, which PostgreSQL cannot store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPost {
    pub title: String,
    pub content: String,
}

/// The changes of a post; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostChanges {
    pub title: Option<String>,
    pub content: Option<String>,
}

impl From<NewPost> for PostChanges {
    fn from(NewPost { title, content }: NewPost) -> Self {
        Self { title: Some(title), content: Some(content) }
    }
}

/// A column that posts can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostColumn {
    Id,
    Title,
    Content,
    CreatedAt,
    UpdatedAt,
}

/// A value of a column, which a list can start after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostPosition {
    Id(i64),
    Title(String),
    Content(String),
    CreatedAt(Timestamp),
    UpdatedAt(Timestamp),
}

/// Which posts a list has; `None` and empty do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostFilter {
    pub title: Option<String>,
    /// Ignores the case of ASCII letters.
    pub title_contains: Option<String>,
    /// Inclusive.
    pub created_from: Option<Timestamp>,
    /// Inclusive.
    pub created_to: Option<Timestamp>,
    /// Inclusive.
    pub updated_from: Option<Timestamp>,
    /// Inclusive.
    pub updated_to: Option<Timestamp>,
    /// Terms that the title or the content must contain; ignores the case of ASCII letters.
    pub search: Vec<String>,
    /// Posts after this value of a column: above it where the direction is ascending, else below it.
    pub beyond: Option<(PostPosition, Direction)>,
}

/// A query for a list of posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostQuery {
    pub filter: PostFilter,
    /// By the primary key where this is empty.
    pub order: Vec<(PostColumn, Direction)>,
    pub window: Window,
}

impl PostQuery {
    /// A part of all posts, ordered by their primary key.
    #[must_use]
    pub fn all(window: Window) -> Self {
        Self { filter: PostFilter::default(), order: Vec::new(), window }
    }
}
