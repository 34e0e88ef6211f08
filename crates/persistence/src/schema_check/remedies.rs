//! The messages of schema problems, and their remedies.

use std::fmt;

use super::needed::NeededTable;

/// A part of a table that does not fit. Printed on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaProblem {
    pub(super) table: String,
    /// Its column, or the columns of a constraint.
    pub(super) column: Option<String>,
    pub(super) misfit: Misfit,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Misfit {
    NoTable {
        remedy: &'static str,
    },
    NoColumn {
        remedy: &'static str,
    },
    Type {
        declared: String,
        needed: &'static str,
    },
    /// NULL is allowed where the program cannot read it.
    Nullable,
    /// NULL is not allowed where the program writes it.
    NotNull,
    /// The database does not number new rows.
    Unnumbered,
    /// A column that the program does not know needs a value.
    Unfilled,
    Short {
        length: usize,
        needed: Option<usize>,
    },
    /// A constraint is missing.
    NotUnique,
    /// A constraint that the program does not know.
    Unique,
    Check {
        condition: String,
    },
}

pub(super) fn missing_table(table: &NeededTable) -> &'static str {
    match table.name {
        _ if table.is_project => {
            "correct its name in the model, or create it: `makemigrations` and `migrate`, or Django's migrate"
        }
        "auth_user" | "auth_user_groups" | "auth_user_user_permissions" => {
            "accounts must be those of django.contrib.auth (AUTH_USER_MODEL = \"auth.User\"), or of a user model \
             that has its tables and columns"
        }
        _ => {
            "add django.contrib.auth and django.contrib.contenttypes to INSTALLED_APPS, and run Django's migrate"
        }
    }
}

pub(super) fn missing_column(table: &NeededTable) -> &'static str {
    match table.name {
        _ if table.is_project => {
            "add it (`makemigrations` and `migrate`, or Django's migrate), or remove the field from the model"
        }
        "auth_user" => {
            "accounts must have all fields of Django's AbstractUser; add it, and run Django's migrate"
        }
        _ => "run Django's migrate",
    }
}

impl Misfit {
    /// Whether something is not there at all, which a migration may add.
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::NoTable { .. } | Self::NoColumn { .. } | Self::NotUnique)
    }
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, column, misfit } = self;
        match (column, misfit) {
            (Some(columns), Misfit::Unique | Misfit::NotUnique) => write!(f, "{table} ({columns}): ")?,
            (Some(column), _) => write!(f, "{table}.{column}: ")?,
            (None, _) => write!(f, "{table}: ")?,
        }
        match misfit {
            Misfit::NoTable { remedy } => write!(f, "there is no such table; {remedy}"),
            Misfit::NoColumn { remedy } => write!(f, "there is no such column; {remedy}"),
            Misfit::Type { declared, needed: needed @ "timestamp with time zone" } => write!(
                f,
                "the type is {declared}, and must be {needed}; convert it \
                 (ALTER COLUMN … TYPE timestamptz USING … AT TIME ZONE …)"
            ),
            Misfit::Type { declared, needed } => {
                let declared = if declared.is_empty() { "unknown" } else { declared };
                let remedy = if needed.starts_with("integer") {
                    "; use AutoField or BigAutoField for keys"
                } else {
                    "; change the field of the model"
                };
                write!(f, "the type is {declared}, and must be {needed}{remedy}")
            }
            Misfit::Nullable => {
                f.write_str("NULL is allowed, and the program cannot show it; remove null=True from the field")
            }
            Misfit::NotNull => {
                f.write_str("NULL is not allowed, and the program writes it; run Django's migrate, or set null=True")
            }
            Misfit::Unnumbered => f.write_str(
                "the database does not number new rows; use AutoField or BigAutoField as the primary key",
            ),
            Misfit::Unfilled => f.write_str(
                "NOT NULL without a default in the database, and the program does not fill it: no row could be \
                 added; set null=True or db_default (Django 5.0 and later), or remove the field",
            ),
            Misfit::Short { length, needed: Some(needed) } => {
                write!(f, "it holds {length} characters, and must hold {needed}; raise max_length")
            }
            Misfit::Short { length, needed: None } => {
                write!(f, "it holds {length} characters, and must hold texts of any length; use TextField")
            }
            Misfit::NotUnique => {
                f.write_str("there is no UNIQUE constraint, and the program relies on it; run Django's migrate")
            }
            Misfit::Unique => f.write_str(
                "a UNIQUE constraint that the program does not know: rows that violate it could not be written; \
                 remove the constraint",
            ),
            Misfit::Check { condition } => write!(
                f,
                "a CHECK constraint that the program does not know ({condition}): rows that violate it could not be \
                 written; remove the constraint"
            ),
        }
    }
}
