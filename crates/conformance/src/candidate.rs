//! Presspass, as the cases' settings ask for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::SystemTime;
use std::{env, fs, path};

use anyhow::{Context as _, ensure};
use presspass_test_support::{Engine, ServerCommand};

use crate::case::Project;
use crate::database::{self, Sqlite};
use crate::run::Side;
use crate::token::SECRET_KEY;

/// Our settings, those of Django that they follow, and its default. A setting that has none is left out.
const SETTINGS: &[(&str, &str, Option<&str>)] = &[
    ("PRESSPASS_AUTHENTICATORS", "AUTHENTICATORS", Some("jwt,session")),
    ("PRESSPASS_PERMISSIONS", "PERMISSIONS", Some("is_authenticated")),
    ("PRESSPASS_PAGINATION__STYLE", "PAGINATION", Some("limit_offset")),
    ("PRESSPASS_PAGINATION__PAGE_SIZE", "PAGE_SIZE", None),
    ("PRESSPASS_PAGINATION__PAGE_SIZE_QUERY_PARAM", "PAGE_SIZE_QUERY_PARAM", None),
    ("PRESSPASS_PAGINATION__MAX_PAGE_SIZE", "MAX_PAGE_SIZE", None),
    ("PRESSPASS_JWT__EXPIRATION_SECONDS", "JWT_EXPIRATION_SECONDS", Some("300")),
    ("PRESSPASS_JWT__REFRESH_EXPIRATION_SECONDS", "JWT_REFRESH_EXPIRATION_SECONDS", Some("604800")),
    ("PRESSPASS_JWT__LEEWAY_SECONDS", "JWT_LEEWAY_SECONDS", Some("0")),
    ("PRESSPASS_JWT__AUDIENCE", "JWT_AUDIENCE", None),
    ("PRESSPASS_JWT__ISSUER", "JWT_ISSUER", None),
    ("PRESSPASS_JWT__COOKIE", "JWT_AUTH_COOKIE", None),
];
/// The same for those that are `1` or `0` there and `true` or `false` here.
const SWITCHES: &[(&str, &str, &str)] = &[
    ("PRESSPASS_JWT__ALLOW_REFRESH", "JWT_ALLOW_REFRESH", "1"),
    ("PRESSPASS_POSTS__READ_ONLY", "POSTS_READ_ONLY", "0"),
    ("PRESSPASS_POSTS__FILTERS", "POSTS_FILTERS", "1"),
];

fn environment(settings: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    let given = |name: &str| settings.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let values = SETTINGS
        .iter()
        .filter_map(|(ours, theirs, default)| Some((*ours, given(theirs).or(*default)?.to_owned())));
    let switches = SWITCHES
        .iter()
        .map(|(ours, theirs, default)| (*ours, (given(theirs).unwrap_or(default) == "1").to_string()));
    values.chain(switches).collect()
}

/// Starts Presspass on a database of its own.
pub(crate) fn start(
    project: Project,
    settings: &BTreeMap<String, String>,
    engine: Engine,
    sqlite: &dyn Sqlite,
) -> anyhow::Result<Side> {
    static PROGRAMS: [OnceLock<Result<PathBuf, String>>; Project::ALL.len()] =
        [const { OnceLock::new() }; Project::ALL.len()];
    let [sample, magazine] = &PROGRAMS;
    let known = match project {
        Project::Sample => sample,
        Project::Magazine => magazine,
    };
    let program = known.get_or_init(|| program(project).map_err(|error| format!("{error:#}")));
    let program = program.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
    let database = database::filled(project, engine, sqlite)?;
    let folder = tempfile::tempdir()?;
    let server = ServerCommand::new(program)
        .arg("serve")
        .env("DATABASE_URL", database.url())
        .env("SECRET_KEY", SECRET_KEY)
        .env("PRESSPASS_DATA_DIR", folder.path())
        .env("PRESSPASS_THROTTLE__ENABLED", "false")
        .envs(environment(settings))
        .start();
    Ok(Side { server, database, _folder: Some(folder) })
}

/// The project's binary of this build, built where it is missing or older than its sources.
///
/// `cargo test --workspace` has built it. To build it once more would be to build it with fewer features of its
/// dependencies, which is minutes of work for nothing.
fn program(project: Project) -> anyhow::Result<PathBuf> {
    let (name, package) = project.program();
    let own = env::current_exe()?;
    let folder =
        own.ancestors().find(|folder| folder.join("deps").is_dir()).context("no folder of a build")?;
    let program = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if is_fresh(&program).unwrap_or(false) {
        return Ok(program);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "-p", package, "--bin", name]);
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    // .cargo/config.toml, with the flags of SQLite, is looked up from the working directory, and so is a relative
    // CARGO_TARGET_DIR.
    if let Some(target) = env::var_os("CARGO_TARGET_DIR") {
        cargo.arg("--target-dir").arg(path::absolute(target)?);
    }
    let status = cargo.current_dir(root).stdout(Stdio::null()).status().context("cannot run cargo")?;
    ensure!(status.success(), "cargo could not build {name}: {status}");
    ensure!(program.is_file(), "cargo built no {}", program.display());
    Ok(program)
}

/// Whether the program is younger than its sources, which cargo lists beside it; `None` where that cannot be told.
fn is_fresh(program: &Path) -> Option<bool> {
    let changed = |file: &Path| -> Option<SystemTime> { fs::metadata(file).ok()?.modified().ok() };
    let built = changed(program)?;
    let list = fs::read_to_string(program.with_extension("d")).ok()?;
    let (_, sources) = list.split_once(": ")?;
    let locked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    let sources = sources.split_whitespace().map(Path::new).chain([locked.as_path()]);
    sources.map(|source| Some(changed(source)? <= built)).try_fold(true, |all, one| Some(all && one?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::environment;

    #[test]
    fn settings_of_the_original_are_written_in_our_names() {
        let settings = [("POSTS_READ_ONLY", "1"), ("PAGE_SIZE", "4"), ("JWT_AUDIENCE", "")];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = BTreeMap::from_iter(environment(&BTreeMap::from(settings)));
        assert_eq!(environment["PRESSPASS_POSTS__READ_ONLY"], "true");
        assert_eq!(environment["PRESSPASS_JWT__ALLOW_REFRESH"], "true");
        assert_eq!(environment["PRESSPASS_PAGINATION__PAGE_SIZE"], "4");
        assert_eq!(environment["PRESSPASS_AUTHENTICATORS"], "jwt,session");
        assert!(!environment.contains_key("PRESSPASS_JWT__AUDIENCE"));
    }
}
