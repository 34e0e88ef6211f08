//! A post.

use crate::timestamp::Timestamp;
use crate::page::{Direction, Window};
use crate::text::{TextError, check};

/// A post as it is kept. Its texts are as the database has them: another program may have written them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its primary key.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its content.
    pub content: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// A title that may be written: not blank, at most [`Title::MAX_LENGTH`] code points, no NUL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// How many code points a title may have.
    pub const MAX_LENGTH: usize = 50;

    /// Checks a title.
    ///
    /// # Errors
    /// Where it is blank, too long or holds a NUL.
    pub fn parse(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        check(&text, Some(Self::MAX_LENGTH)).map(|()| Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A content that may be written: not blank, no NUL, of any length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content(String);

impl Content {
    /// Checks a content.
    ///
    /// # Errors
    /// Where it is blank or holds a NUL.
    pub fn parse(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        check(&text, None).map(|()| Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A post that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPost {
    /// Its title.
    pub title: Title,
    /// Its content.
    pub content: Content,
}

/// What is to change in a post; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostChanges {
    /// Its new title.
    pub title: Option<Title>,
    /// Its new content.
    pub content: Option<Content>,
}

impl From<NewPost> for PostChanges {
    fn from(NewPost { title, content }: NewPost) -> Self {
        Self { title: Some(title), content: Some(content) }
    }
}

/// A column that posts can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostColumn {
    /// The primary key.
    Id,
    /// The title.
    Title,
    /// The content.
    Content,
    /// When it was made.
    CreatedAt,
    /// When it was last written.
    UpdatedAt,
}

/// A value of a column, which a list can begin behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostPosition {
    /// A primary key.
    Id(i64),
    /// A title.
    Title(String),
    /// A content.
    Content(String),
    /// When it was made.
    CreatedAt(Timestamp),
    /// When it was last written.
    UpdatedAt(Timestamp),
}

/// Which posts are wanted; what is `None` or empty does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostFilter {
    /// Those with this title.
    pub title: Option<String>,
    /// Those whose title contains this; the case of ASCII letters does not count.
    pub title_contains: Option<String>,
    /// Those made at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Those made at this moment or earlier.
    pub created_to: Option<Timestamp>,
    /// Those last written at this moment or later.
    pub updated_from: Option<Timestamp>,
    /// Those last written at this moment or earlier.
    pub updated_to: Option<Timestamp>,
    /// Those in whose title or content each of these terms is contained; the case of ASCII letters does not count.
    pub search: Vec<String>,
    /// Those beyond this value of a column: above it where the direction is ascending, else below it.
    pub beyond: Option<(PostPosition, Direction)>,
}

/// A list of posts that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostQuery {
    /// Which posts.
    pub filter: PostFilter,
    /// In which order; by the primary key where this is empty.
    pub order: Vec<(PostColumn, Direction)>,
    /// Which part of the list.
    pub window: Window,
}

impl PostQuery {
    /// A part of all posts, by their primary key.
    #[must_use]
    pub fn all(window: Window) -> Self {
        Self { filter: PostFilter::default(), order: Vec::new(), window }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_of_50_characters_passes_and_one_of_51_does_not() {
        assert!(Title::parse("é".repeat(50)).is_ok());
        assert_eq!(Title::parse("é".repeat(51)), Err(TextError::TooLong { limit: 50 }));
    }

    #[test]
    fn blank_texts_and_nul_are_refused() {
        assert_eq!(Content::parse(" \n"), Err(TextError::Blank));
        assert_eq!(Content::parse("a\0"), Err(TextError::Nul));
    }
}
