//! Parts of a list.

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// All of it.
    All,
    /// So many from here on, and the count of all.
    Part {
        /// How many at the most.
        limit: i64,
        /// How many are passed over before them.
        offset: i64,
    },
    /// So many from here on, and no count.
    Uncounted {
        /// How many at the most.
        limit: i64,
        /// How many are passed over before them.
        offset: i64,
    },
    /// Its last page, and the count of all.
    Last {
        /// How many a page has.
        size: i64,
    },
}

/// In which direction a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice<T> {
    /// The items of the part.
    pub items: Vec<T>,
    /// How many the whole list has, or this part where nobody counted.
    pub count: i64,
}
