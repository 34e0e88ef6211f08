//! `presspass check`: the settings in effect, and what is wrong with them.

use presspass_persistence::{Database, Origin};

use super::{Outcome, print, tell, warn};
use crate::app::startup;
use crate::app::startup::{SchemaProblems, SecretKeyState};
use crate::identity::token_keys;
use crate::settings::{Problems, Settings, report};

mod deploy;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checked {
    /// Whether a server can start.
    Start,
    /// Whether others may use it, too: what is unsafe is an error.
    Deployment,
}

pub(super) fn run(loaded: Result<Settings, Problems>, checked: Checked) -> anyhow::Result<Outcome> {
    let settings = match loaded {
        Ok(settings) => settings,
        Err(problems) => {
            print(problems.report().trim_end())?;
            tell(problems.to_string().trim_end());
            return Ok(Outcome::Failure);
        }
    };
    let mut findings = Findings { checked, lines: Vec::new(), has_errors: false };
    let generated_key = findings.look(&settings);
    print(report(&settings, &generated_key).trim_end())?;
    let warnings = match checked {
        Checked::Start => settings.warnings(),
        Checked::Deployment => {
            findings.warn(&deploy::risks(&settings));
            settings.remarks()
        }
    };
    for warning in warnings {
        warn(&warning);
    }
    for line in findings.lines {
        tell(&line);
    }
    Ok(if findings.has_errors { Outcome::Failure } else { Outcome::Success })
}

/// What is found without making or changing anything. What serving would refuse is an error, and none hides another.
#[derive(Debug)]
struct Findings {
    checked: Checked,
    lines: Vec<String>,
    has_errors: bool,
}

impl Findings {
    /// Checks everything that serving needs; returns where the secret key is, in words.
    fn look(&mut self, settings: &Settings) -> String {
        // A missing key is reported also where the database cannot be reached.
        let origin = self.database(settings);
        let origin = self.keep(origin).unwrap_or(Origin::Empty);
        let generated_key = self.secret_key(settings, origin);
        if let Some(token_keys) = self.keep(token_keys::stored(settings)) {
            self.warn(&token_keys::Folder::warnings(&token_keys.unwrap_or_default()));
        }
        self.keep(startup::check_redis(settings, warn));
        generated_key
    }

    fn database(&mut self, settings: &Settings) -> anyhow::Result<Origin> {
        let url = settings.database_url();
        if url.goes_clear_unasked() && self.checked == Checked::Start {
            self.warn(&[format!(
                "the connection to {url} is not encrypted, as this build's libpq has no TLS; set sslmode=disable if \
                 that is intended, or build with --no-default-features --features system-libpq,redis"
            )]);
        }
        let Some(database) = startup::open_for_reading(settings)? else {
            if let Some(file) = url.file() {
                startup::refuse_if_expected(settings, &url, file)?;
            }
            self.lines.push(format!("{url} does not exist yet; the first start creates it"));
            return Ok(Origin::Empty);
        };
        let origin = Database::origin(&database)?;
        self.lines.push(match origin {
            Origin::Empty => format!("the database {url} is empty; the first start fills it"),
            Origin::Presspass => format!("the database {url} was created by Presspass"),
            Origin::Django => format!("the database {url} was created by Django"),
        });
        self.tables(&database);
        let pending = database.pending_migrations().map_err(anyhow::Error::from);
        if let Some(pending) = self.keep(pending).filter(|pending| !pending.is_empty()) {
            self.lines.push(format!("pending migrations: {}", pending.join(", ")));
        }
        Ok(origin)
    }

    /// Whether the tables fit, and what there is to know of those that do.
    fn tables(&mut self, database: &Database) {
        let report = database.check_schema().map_err(anyhow::Error::from);
        if let Some(report) = self.keep(report) {
            self.warn(&report.warnings);
            if let Some(problems) = SchemaProblems::of(&report) {
                self.lines.push(problems.to_string());
                self.has_errors = true;
            }
        }
        let notes = database.schema_notes().map_err(anyhow::Error::from);
        let notes = self.keep(notes).unwrap_or_default();
        self.lines.extend(notes.iter().map(|note| format!("note: {note}")));
    }

    fn secret_key(&mut self, settings: &Settings, origin: Origin) -> String {
        match self.keep(startup::find_secret_key(settings, origin)) {
            Some(SecretKeyState::Existing { warnings, path, .. }) => {
                self.warn(&warnings);
                path.map_or_else(|| "(given)".to_owned(), |path| format!("(in {})", path.display()))
            }
            Some(SecretKeyState::ToCreate(path)) => {
                format!("(created at the first start, in {})", path.display())
            }
            None => "(missing)".to_owned(),
        }
    }

    /// Takes what is unsafe.
    fn warn(&mut self, warnings: &[String]) {
        let (kind, is_error) = match self.checked {
            Checked::Start => ("warning", false),
            Checked::Deployment => ("unsafe", true),
        };
        self.has_errors |= is_error && !warnings.is_empty();
        self.lines.extend(warnings.iter().map(|warning| format!("{kind}: {warning}")));
    }

    /// What came of a look, or a line about its error.
    fn keep<T>(&mut self, outcome: anyhow::Result<T>) -> Option<T> {
        outcome
            .map_err(|error| {
                self.lines.push(format!("error: {error:#}"));
                self.has_errors = true;
            })
            .ok()
    }
}
