//! The folder of a project's migrations.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use anyhow::{Context, bail};
use presspass_persistence::{NewMigration, Script};
use time::OffsetDateTime;
use time::macros::format_description;

const ENGINES: [&str; 2] = ["sqlite", "postgresql"];

/// The models as of the last migration.
const SNAPSHOT: &str = "models.toml";

/// An expression in Rust with all migrations, which [`crate::migrations`] includes.
const EMBEDDED: &str = "embedded.rs";

#[derive(Debug)]
pub(super) struct Folder(PathBuf);

/// The timestamp that a folder's name begins with.
fn stamp(name: &str) -> &str {
    name.split('_').next().unwrap_or_default()
}

impl Folder {
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The snapshot of the last migration; `None` before the first.
    pub fn snapshot(&self) -> anyhow::Result<Option<String>> {
        let path = self.0.join(SNAPSHOT);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// The names of the migrations for an engine, oldest first.
    fn names(&self, engine: &str) -> anyhow::Result<Vec<String>> {
        let path = self.0.join(engine);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.with_context(|| format!("cannot read {}", path.display()))?.file_name();
            let name = name.to_string_lossy().into_owned();
            if self.0.join(engine).join(&name).join("up.sql").is_file() {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Writes a migration and its snapshot; returns the name of its folders, which is later than all others.
    pub fn write(&self, migration: &NewMigration, now: OffsetDateTime) -> anyhow::Result<String> {
        let known = self.names(ENGINES[0])?;
        let mut time = now;
        let name = loop {
            let written = time.format(format_description!("[year]-[month]-[day]-[hour][minute][second]"))?;
            if known.last().is_none_or(|last| stamp(last) < written.as_str()) {
                break format!("{written}_{}", migration.name);
            }
            // Two in one second, or a clock that goes wrong.
            time += Duration::from_secs(1);
        };
        for (engine, Script { up, down }) in
            ENGINES.into_iter().zip([&migration.sqlite, &migration.postgresql])
        {
            let folder = self.0.join(engine).join(&name);
            fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
            write(&folder.join("up.sql"), up)?;
            write(&folder.join("down.sql"), down)?;
        }
        write(&self.0.join(SNAPSHOT), &migration.snapshot)?;
        Ok(name)
    }

    /// Writes the file that the program is compiled with.
    pub fn embed(&self) -> anyhow::Result<()> {
        let names = self.names(ENGINES[0])?;
        let others = self.names(ENGINES[1])?;
        let lone =
            |these: &[String], those: &[String]| these.iter().find(|name| !those.contains(name)).cloned();
        if let Some(name) = lone(&names, &others).or_else(|| lone(&others, &names)) {
            bail!("the migration {name} in {} is there for one database only", self.0.display());
        }
        let mut text = String::from("// Written by `makemigrations`.\n&[\n");
        for name in names {
            let script = |engine: &str| format!("include_str!(\"{engine}/{name}/up.sql\")");
            let (sqlite, postgresql) = (script(ENGINES[0]), script(ENGINES[1]));
            let _ = writeln!(
                text,
                "    presspass::Migration::new(\n        \"{name}\",\n        {sqlite},\n        {postgresql},\n    ),"
            );
        }
        text.push_str("]\n");
        write(&self.0.join(EMBEDDED), &text)
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    // A file that stays the same keeps its time, so that nothing is compiled again.
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(name: &str) -> NewMigration {
        let script = |text: &str| Script { up: format!("-- {text} up\n"), down: format!("-- {text} down\n") };
        NewMigration {
            name: name.to_owned(),
            sqlite: script("sqlite"),
            postgresql: script("postgresql"),
            snapshot: format!("# {name}\n"),
            changes: Vec::new(),
            unfinished: Vec::new(),
        }
    }

    #[test]
    fn migrations_of_one_second_have_an_order() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::new(root.path().join("migrations"));
        assert_eq!(folder.snapshot().unwrap(), None);
        let now = OffsetDateTime::UNIX_EPOCH + Duration::from_hours(500_000);
        assert_eq!(folder.write(&migration("one"), now).unwrap(), "2027-01-15-080000_one");
        assert_eq!(folder.write(&migration("a_two"), now).unwrap(), "2027-01-15-080001_a_two");
        let earlier = now - Duration::from_secs(100);
        assert_eq!(folder.write(&migration("three"), earlier).unwrap(), "2027-01-15-080002_three");
        assert_eq!(folder.snapshot().unwrap().as_deref(), Some("# three\n"));
        folder.embed().unwrap();
        let embedded = fs::read_to_string(folder.path().join(EMBEDDED)).unwrap();
        let (one, two) = (embedded.find("080000_one").unwrap(), embedded.find("080001_a_two").unwrap());
        assert!(one < two, "{embedded}");
        assert!(
            embedded.contains("include_str!(\"postgresql/2027-01-15-080002_three/up.sql\")"),
            "{embedded}"
        );
    }

    #[test]
    fn a_migration_for_one_database_only_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::new(root.path().to_owned());
        folder.write(&migration("one"), OffsetDateTime::UNIX_EPOCH).unwrap();
        fs::remove_dir_all(root.path().join("postgresql")).unwrap();
        let error = folder.embed().unwrap_err().to_string();
        assert!(error.starts_with("the migration 1970-01-01-000000_one in "), "{error}");
        assert!(error.ends_with("is there for one database only"), "{error}");
    }
}
