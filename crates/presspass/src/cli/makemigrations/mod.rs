//! `presspass makemigrations`: writes the next migration of the project's models.

mod folder;

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use presspass_auth::{Clock as _, SystemClock};
use presspass_persistence::{NewMigration, new_migration};

use self::folder::Folder;
use super::{App, Outcome, print, tell};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The name of the migration, in place of one that tells what changed
    #[arg(long)]
    name: Option<String>,
    /// Write nothing: exit with 1 if a migration is missing
    #[arg(long)]
    check: bool,
    /// Print the migration and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The folder of the migrations [default: migrations, beside the project's Cargo.toml]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Where the migrations are: as told, else where they were compiled from, else where Cargo runs the program.
fn folder(app: &App, arguments: &Arguments) -> PathBuf {
    let beside = |manifest: std::ffi::OsString| Path::new(&manifest).join("migrations");
    let first = app.migrations.first().map(|migrations| PathBuf::from(migrations.folder()));
    let compiled = first.filter(|folder| folder.exists());
    let run = || std::env::var_os("CARGO_MANIFEST_DIR").map(beside);
    let told = arguments.folder.clone();
    told.or(compiled).or_else(run).unwrap_or_else(|| PathBuf::from("migrations"))
}

fn show(migration: &NewMigration) -> anyhow::Result<()> {
    for change in &migration.changes {
        print(&format!("  + {change}"))?;
    }
    Ok(())
}

pub(super) fn run(app: &App, arguments: &Arguments) -> anyhow::Result<Outcome> {
    if let Some(name) = &arguments.name {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            bail!("the name of a migration has letters, digits and underscores only, and {name:?} does not");
        }
    }
    let mut models = app.models();
    for model in &models {
        if let Some(problem) = model.problem() {
            bail!("{problem}");
        }
    }
    // Models of other crates come with their migrations.
    let of_others = app.migrations.get(1..).unwrap_or_default();
    models.retain(|model| !of_others.iter().any(|migrations| migrations.creates(&model.table())));
    let folder = Folder::new(folder(app, arguments));
    let snapshot = folder.snapshot()?;
    let Some(migration) = new_migration(&models, snapshot.as_deref(), arguments.name.as_deref())? else {
        if !arguments.check && !arguments.dry_run && snapshot.is_some() {
            // One that was written by hand, or taken over from another branch.
            folder.embed()?;
        }
        print("No changes detected")?;
        return Ok(Outcome::Success);
    };
    if arguments.check {
        show(&migration)?;
        return Ok(Outcome::Failure);
    }
    if arguments.dry_run {
        for (engine, script) in [("sqlite", &migration.sqlite), ("postgresql", &migration.postgresql)] {
            print(&format!("-- {engine}: up.sql\n{}\n-- {engine}: down.sql\n{}", script.up, script.down))?;
        }
        return Ok(Outcome::Success);
    }
    let name = folder.write(&migration, SystemClock.now())?;
    folder.embed()?;
    print(&format!("{}: {name}", folder.path().display()))?;
    show(&migration)?;
    for todo in &migration.unfinished {
        tell(&format!("edit up.sql and down.sql of both databases: {todo}"));
    }
    if app.migrations.is_empty() {
        tell(
            "So that the program runs its migrations, add .migrations(presspass::migrations!()) to its App.",
        );
    }
    Ok(Outcome::Success)
}
