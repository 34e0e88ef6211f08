//! Instructions per request, as valgrind counts them.
//!
//! They are nearly the same on every machine and under every load, so that a change of a few per cent is seen, and CI can refuse
//! one. They are no time: valgrind's processor has no instructions for SHA-256, and waiting costs nothing.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use presspass_test_support::{
    Answer, Client, Profile, RunningServer, ServerCommand, TestDatabase, find_program, presspass_program,
};
use serde_json::{Map, Value, json};

use crate::subject::{self, Read, Target, content};

/// Requests before any count.
const WARM_UP: u32 = 20;
const REQUESTS: u32 = 100;

/// By how much more than the recorded figure a request may cost.
const TOLERANCE: f64 = 0.05;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// End with an error where a request costs over 5 % more than this file says
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    /// Write the figures into this file
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Count those of this binary instead of building one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

/// A kind of request.
struct Kind {
    name: &'static str,
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// What is preferred: the API as JSON, or its page.
    accept: &'static str,
    status: u16,
}

impl Kind {
    fn get(name: &'static str, path: impl Into<String>) -> Self {
        Self { name, method: "GET", path: path.into(), body: None, accept: "*/*", status: 200 }
    }

    fn send(&self, client: &mut Client, target: &Target) -> anyhow::Result<Answer> {
        let request = client.request(self.method, &self.path);
        let request = request.header("Authorization", &target.authorization).header("Accept", self.accept);
        let answer = match &self.body {
            Some(body) => request.json(body).send(),
            None => request.send(),
        };
        ensure!(answer.status == self.status, "{}: {} {}", self.name, answer.status, answer.text());
        Ok(answer)
    }
}

fn kinds(post: &str) -> Vec<Kind> {
    let body = Some(json!({"title": "Title", "content": content()}));
    vec![
        Kind::get("one post", post),
        Kind::get("a list of 20 posts", "/api/posts/?limit=20"),
        Kind::get("the whole list of posts", "/api/posts/"),
        Kind::get("the account of the caller", "/account/"),
        Kind { accept: "text/html", ..Kind::get("the page of a post", post) },
        Kind { method: "PUT", body: body.clone(), ..Kind::get("a changed post", post) },
        Kind { method: "POST", body, status: 201, ..Kind::get("a new post", "/api/posts/") },
    ]
}

/// Counts.
pub(crate) fn count(arguments: &Arguments) -> anyhow::Result<()> {
    let valgrind = find_program("valgrind").context("valgrind is missing: apt-get install valgrind")?;
    let control = find_program("callgrind_control").context("callgrind_control is missing")?;
    let program = presspass_program(arguments.program.as_deref(), Profile::Release)?;
    let recorded = arguments.check.as_deref().map(read).transpose()?;
    let database = TestDatabase::sqlite();
    let counts = tempfile::tempdir()?;
    let file = counts.path().join("counts");
    let command = ServerCommand::new(valgrind)
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(&program);
    let (server, target) = subject::start(&program, command, &database.url(), Read::Detail)?;
    let mut out = std::io::stdout().lock();
    let (mut figures, mut worse) = (Map::new(), Vec::new());
    for (number, kind) in (1..).zip(kinds(&target.path)) {
        let per_request = count_one(&server, &control, &kind, &target)
            .and_then(|()| total(&file.with_extension(number.to_string())))?
            / u64::from(REQUESTS);
        let before = recorded.as_ref().and_then(|recorded| recorded.get(kind.name)?.as_u64());
        writeln!(out, "{per_request:>9}  {}{}", kind.name, change(per_request, before))?;
        if before.is_some_and(|before| ratio(per_request, before) > 1.0 + TOLERANCE) {
            worse.push(kind.name);
        }
        figures.insert(kind.name.to_owned(), per_request.into());
    }
    if let Some(path) = &arguments.record {
        fs::write(path, format!("{:#}\n", Value::Object(figures)))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    ensure!(
        worse.is_empty(),
        "over 5 % more instructions than recorded: {}. If that is worth it, record the new figures with --record",
        worse.join(", ")
    );
    Ok(())
}

/// Has callgrind write what requests of one kind take.
fn count_one(server: &RunningServer, control: &Path, kind: &Kind, target: &Target) -> anyhow::Result<()> {
    let mut client = server.client();
    for _ in 0..WARM_UP {
        kind.send(&mut client, target)?;
    }
    let tell = |what: &str| {
        let output = Command::new(control).arg(what).arg(server.id().to_string()).output()?;
        ensure!(output.status.success(), "callgrind_control: {}", String::from_utf8_lossy(&output.stderr));
        anyhow::Ok(())
    };
    tell("--zero")?;
    for _ in 0..REQUESTS {
        kind.send(&mut client, target)?;
    }
    tell("--dump")
}

/// The instructions in a file of callgrind's.
fn total(file: &Path) -> anyhow::Result<u64> {
    let text =
        fs::read_to_string(file).with_context(|| format!("{}: nothing was counted", file.display()))?;
    let line = text.lines().find_map(|line| line.strip_prefix("totals: "));
    line.and_then(|count| count.trim().parse().ok()).context("callgrind wrote no total")
}

fn read(path: &Path) -> anyhow::Result<Map<String, Value>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{}: no figures", path.display()))
}

#[expect(clippy::cast_precision_loss, reason = "instructions of a request are far below 2^52")]
fn ratio(now: u64, before: u64) -> f64 {
    now as f64 / before as f64
}

fn change(now: u64, before: Option<u64>) -> String {
    before.map_or_else(String::new, |before| {
        format!(" ({:+.1} % of the recorded {before})", 100.0 * (ratio(now, before) - 1.0))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_change_is_shown_in_per_cent_of_what_was_recorded() {
        assert_eq!(change(105, Some(100)), " (+5.0 % of the recorded 100)");
        assert_eq!(change(105, None), "");
    }

    #[test]
    fn the_recorded_figures_are_of_the_kinds_that_are_counted() {
        let recorded = read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.json"))).unwrap();
        let names: BTreeSet<_> = kinds("/").iter().map(|kind| kind.name).collect();
        assert_eq!(recorded.keys().map(String::as_str).collect::<BTreeSet<_>>(), names);
    }

    #[test]
    fn a_file_without_a_total_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("counts");
        fs::write(&file, "summary: 1\ntotals: 1200\n").unwrap();
        assert_eq!(total(&file).unwrap(), 1200);
        fs::write(&file, "").unwrap();
        assert!(total(&file).is_err() && total(&folder.path().join("none")).is_err());
    }
}
