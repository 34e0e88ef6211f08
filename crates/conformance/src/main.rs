//! Holds Presspass against the Django project: the cases in `cases/`, and Django's answers to them in `recorded/`.
//!
//! `cargo test` starts the binary `presspass` on `fixture.sql` for each settings group, sends every step and compares
//! the answers, and the rows afterwards, with what is recorded; it needs no Python. `… -- record` asks Django, in
//! `original/`, and writes the recordings anew; `… -- compare` shows where a new recording would differ from us.
//! README.md has the format of a case.

mod answer;
mod candidate;
mod case;
mod comparison;
mod database;
mod deviations;
#[cfg(test)]
mod differences;
mod exceptions;
mod explore;
mod files;
mod fill;
mod fixture;
mod known_tokens;
mod original;
mod recording;
mod rows;
mod run;
#[cfg(test)]
mod tests;
mod token;

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use presspass_auth::SystemClock;
use presspass_test_support::Engine;

use crate::deviations::Deviations;
use crate::exceptions::Expected;
use crate::original::Python;

/// Holds Presspass against the Django project.
#[derive(Debug, Parser)]
#[command(name = "presspass-conformance", version)]
struct Arguments {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Ask Django (needs Python 3 and PostgreSQL) and write its answers to recorded/
    Record {
        /// The case files, by their names without `.json`; all of them where none is named
        files: Vec<String>,
    },
    /// Ask Django (needs Python 3) and Presspass, and print where they differ
    Compare {
        /// Where both keep their rows: sqlite or postgresql
        #[arg(long, default_value = "sqlite", value_parser = database::engine)]
        engine: Engine,
        /// The case files, by their names without `.json`; all of them where none is named
        files: Vec<String>,
    },
    /// Make requests up, ask Django (needs Python 3) and Presspass, and print where they differ
    Explore(explore::Explore),
    /// Fill a database by Django (needs Python 3) and write it to fixture.sql, or to fixture.postgresql.sql:
    /// record afterwards
    Fixture {
        /// sqlite or postgresql
        #[arg(long, default_value = "sqlite", value_parser = database::engine)]
        engine: Engine,
        /// sample or magazine
        #[arg(long, default_value = "sample", value_parser = case::Project::named)]
        project: case::Project,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().work {
        Work::Record { files } => record(&files),
        Work::Compare { engine, files } => compare(engine, &files),
        Work::Explore(arguments) => {
            Ok(if explore::explore(&arguments)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Work::Fixture { engine, project } => {
            fixture::write(project, engine, &original::fixture(project, engine)?)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn record(named: &[String]) -> anyhow::Result<ExitCode> {
    for file in files::chosen(named)? {
        let groups = files::read_cases(&file)?;
        let recordings = |engine| {
            let recordings = groups.iter().map(|group| {
                let original = original::start(group.project, &group.settings, engine)?;
                run::record(group, original, &Python, &SystemClock)
            });
            recordings.collect::<anyhow::Result<Vec<_>>>().context(file.clone())
        };
        let (sqlite, postgresql) = (recordings(Engine::Sqlite)?, recordings(Engine::Postgresql)?);
        files::write_recordings(&file, &sqlite)?;
        files::write_deviations(&file, &Deviations::between(&sqlite, &postgresql))?;
        writeln!(io::stdout(), "{file}: recorded")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn compare(engine: Engine, named: &[String]) -> anyhow::Result<ExitCode> {
    let (mut steps, mut wrong, mut excepted) = (0, 0, 0);
    for file in files::chosen(named)? {
        let mut exceptions = Expected::of(&file);
        for group in files::read_cases(&file)? {
            let original = original::start(group.project, &group.settings, engine)?;
            let theirs = run::record(&group, original, &Python, &SystemClock)?;
            let candidate = candidate::start(group.project, &group.settings, engine, &Python)?;
            let ours = run::record(&group, candidate, &Python, &SystemClock)?;
            steps += group.requests();
            for difference in comparison::differences(&group, engine, &theirs, &ours) {
                if exceptions.has(&difference) {
                    excepted += 1;
                } else {
                    wrong += 1;
                    writeln!(io::stdout(), "{file} › {difference}")?;
                }
            }
        }
        for passing in exceptions.unmet() {
            wrong += 1;
            writeln!(io::stdout(), "{passing}")?;
        }
    }
    let same = steps.saturating_sub(wrong + excepted);
    write!(io::stdout(), "{same} of {steps} answers are the same")?;
    match excepted {
        0 => writeln!(io::stdout())?,
        excepted => writeln!(io::stdout(), ", and {excepted} differ as exceptions.rs says")?,
    }
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
