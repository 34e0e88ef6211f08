//! The error of tables that do not fit the models.

use std::fmt;

use presspass_persistence::{SchemaProblem, SchemaReport};

/// Tables that cannot be served right: at least one problem, each on its own line.
#[derive(Debug)]
pub(crate) struct SchemaProblems(Vec<SchemaProblem>);

impl SchemaProblems {
    /// Those of a report; `None` where everything fits.
    pub fn of(report: &SchemaReport) -> Option<Self> {
        Self::unless_empty(report.problems.iter().chain(&report.to_create).cloned().collect())
    }

    /// Those that the command `migrate` does not mend.
    pub fn that_stay(report: &SchemaReport) -> Option<Self> {
        Self::unless_empty(report.problems.clone())
    }

    fn unless_empty(problems: Vec<SchemaProblem>) -> Option<Self> {
        (!problems.is_empty()).then_some(Self(problems))
    }
}

impl fmt::Display for SchemaProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            write!(f, "{separator}error: the database does not fit: {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SchemaProblems {}
