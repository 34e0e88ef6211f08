//! What a migration creates and drops, as comments at its beginning: so a database where Django did it already is recognized.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    Table(String),
    Column {
        table: String,
        column: String,
    },
    /// Values of these columns are unique together.
    Unique {
        table: String,
        columns: Vec<String>,
    },
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => write!(f, "table {table}"),
            Self::Column { table, column } => write!(f, "column {table}.{column}"),
            Self::Unique { table, columns } => write!(f, "unique {table} ({})", columns.join(", ")),
        }
    }
}

impl Effect {
    fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.trim().split_once(' ')?;
        Some(match kind {
            "table" => Self::Table(rest.to_owned()),
            "column" => {
                let (table, column) = rest.rsplit_once('.')?;
                Self::Column { table: table.to_owned(), column: column.to_owned() }
            }
            "unique" => {
                let (table, columns) = rest.strip_suffix(')')?.split_once(" (")?;
                let columns = columns.split(", ").map(str::to_owned).collect();
                Self::Unique { table: table.to_owned(), columns }
            }
            _ => return None,
        })
    }

    pub fn table(&self) -> &str {
        match self {
            Self::Table(table) | Self::Column { table, .. } | Self::Unique { table, .. } => table,
        }
    }
}

/// What a migration does, as far as the catalogue shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    pub creates: Vec<Effect>,
    pub drops: Vec<Effect>,
}

const CREATES: &str = "-- creates ";
const DROPS: &str = "-- drops ";

impl Effects {
    /// Reads the comments at the beginning of a script.
    pub fn of(script: &str) -> Self {
        let mut effects = Self::default();
        for line in script.lines().take_while(|line| line.is_empty() || line.starts_with("--")) {
            effects.creates.extend(line.strip_prefix(CREATES).and_then(Effect::parse));
            effects.drops.extend(line.strip_prefix(DROPS).and_then(Effect::parse));
        }
        effects
    }
}

impl fmt::Display for Effects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.creates.iter().try_for_each(|effect| writeln!(f, "{CREATES}{effect}"))?;
        self.drops.iter().try_for_each(|effect| writeln!(f, "{DROPS}{effect}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_read_as_they_were_written_and_only_at_the_beginning() {
        let text = |text: &str| text.to_owned();
        let effects = Effects {
            creates: vec![
                Effect::Table(text("shop_order")),
                Effect::Unique { table: text("shop_order"), columns: vec![text("a"), text("b")] },
            ],
            drops: vec![Effect::Column { table: text("shop_item"), column: text("size") }],
        };
        let script = format!("-- A comment.\n\n{effects}\nSELECT 1;\n-- creates table later\n");
        assert_eq!(Effects::of(&script), effects);
        assert_eq!(Effects::of("-- creates nothing\n-- creates column x\n"), Effects::default());
    }
}
