//! Cursor pagination of posts.

use presspass_auth::python_int;
use presspass_domain::{Direction, Post, PostColumn, PostFilter, PostPosition, PostQuery, Timestamp, Window};
use presspass_rest::Failure;
use presspass_rest::pagination::{Cursor, CursorPage};

/// The order where the query names none.
const NEWEST_FIRST: (PostColumn, Direction) = (PostColumn::CreatedAt, Direction::Descending);

/// The order that a cursor is a position in, and its first column.
pub(super) struct CursorOrder {
    order: Vec<(PostColumn, Direction)>,
    first: (PostColumn, Direction),
}

impl CursorOrder {
    /// The order that was asked for, or the newest first.
    pub fn new(asked: Vec<(PostColumn, Direction)>) -> Self {
        match asked.first() {
            Some(first) => Self { first: *first, order: asked },
            None => Self { first: NEWEST_FIRST, order: vec![NEWEST_FIRST] },
        }
    }

    /// The query for the page at this cursor: one item more than it has, to see whether the list goes on.
    ///
    /// # Errors
    /// 404 where the cursor's position is no value of the order's first column.
    pub fn query(
        &self,
        filter: PostFilter,
        cursor: Option<&Cursor>,
        size: i64,
    ) -> Result<PostQuery, Failure> {
        let Cursor { offset, reverse, position } = cursor.cloned().unwrap_or_default();
        let turned = |direction| if reverse { opposite(direction) } else { direction };
        let (column, direction) = self.first;
        let beyond = match position {
            Some(text) => Some((parse(column, text).ok_or(Failure::InvalidCursor)?, turned(direction))),
            None => None,
        };
        Ok(PostQuery {
            filter: PostFilter { beyond, ..filter },
            order: self.order.iter().map(|(column, direction)| (*column, turned(*direction))).collect(),
            window: Window::Uncounted { limit: size + 1, offset },
        })
    }

    /// The page out of what the query found. Gives its items in the order of the list.
    ///
    /// # Errors
    /// 404 where the cursor passes over more than there is.
    pub fn page(
        &self,
        cursor: Option<Cursor>,
        size: i64,
        mut found: Vec<Post>,
    ) -> Result<(CursorPage, Vec<Post>), Failure> {
        let positions = found.iter().map(|post| position(self.first.0, post)).collect();
        let reverse = cursor.as_ref().is_some_and(|cursor| cursor.reverse);
        found.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        if reverse {
            found.reverse();
        }
        Ok((CursorPage::new(cursor, size, positions)?, found))
    }
}

const fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Ascending => Direction::Descending,
        Direction::Descending => Direction::Ascending,
    }
}

/// A post's position, as Python's `str` writes the value.
fn position(column: PostColumn, post: &Post) -> String {
    match column {
        PostColumn::Id => post.id.to_string(),
        PostColumn::Title => post.title.clone(),
        PostColumn::Content => post.content.clone(),
        PostColumn::CreatedAt => post.created_at.to_python(),
        PostColumn::UpdatedAt => post.updated_at.to_python(),
    }
}

fn timestamp(text: &str) -> Option<Timestamp> {
    Timestamp::parse_iso_or_date(&python_int::ascii_digits(text)).ok()
}

fn parse(column: PostColumn, text: String) -> Option<PostPosition> {
    match column {
        PostColumn::Id => python_int::parse(&text)?.try_into().ok().map(PostPosition::Id),
        PostColumn::Title => Some(PostPosition::Title(text)),
        PostColumn::Content => Some(PostPosition::Content(text)),
        PostColumn::CreatedAt => timestamp(&text).map(PostPosition::CreatedAt),
        PostColumn::UpdatedAt => timestamp(&text).map(PostPosition::UpdatedAt),
    }
}
