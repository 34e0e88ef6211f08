//! Pages of a list.

/// Which part of a list to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    All,
    /// With the count of the whole list.
    Part {
        limit: i64,
        /// How many are skipped.
        offset: i64,
    },
    /// Without the count of the whole list.
    Uncounted {
        limit: i64,
        /// How many are skipped.
        offset: i64,
    },
    /// The last page, with the count of the whole list.
    Last {
        /// The page size.
        size: i64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    /// The name and the direction of Django's form: `-created_at` is descending.
    #[must_use]
    pub fn of(name: &str) -> (&str, Self) {
        name.strip_prefix('-').map_or((name, Self::Ascending), |name| (name, Self::Descending))
    }

    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice<T> {
    pub items: Vec<T>,
    /// The count of the whole list; of this part, where the list was not counted.
    pub count: i64,
}
