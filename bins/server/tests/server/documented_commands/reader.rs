//! Runs the steps of a page in an empty folder, in one shell.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use presspass_test_support::{free_port, isolated_command};
use regex_lite::Regex;

use super::page::Step;
use crate::common::PRESSPASS;

/// A server would keep the reader's terminal: it goes on behind the block, and the block ends once it listens.
const PRESSPASS_SHIM: &str = r#"#!/bin/sh
case " $* " in
    '  ' | *' serve '* | *' demo '*) ;;
    *) exec "$PROGRAM" "$@" ;;
esac
"$PROGRAM" "$@" >"$FOLDER/server.$$" 2>&1 &
echo $! >>"$FOLDER/servers"
until grep -q 'listens on' "$FOLDER/server.$$"; do
    kill -0 $! || { cat "$FOLDER/server.$$" >&2; exit 1; }
    sleep 0.1
done
"#;

/// The program is built already.
const CARGO_SHIM: &str = r#"#!/bin/sh
case "$*" in
    'build --release') ;;
    'run --release') exec presspass ;;
    *) echo "the test knows no: cargo $*" >&2; exit 1 ;;
esac
"#;

/// Before the blocks: what fails ends the script, also within a pipe; an answer of 400 and above is a failure.
const PROLOGUE: &str = r#"set -e -o pipefail
stop() {
    for server in $(cat "$FOLDER/servers" 2>/dev/null); do
        kill "$server" 2>/dev/null || continue
        while readlink "/proc/$server/exe" >/dev/null; do sleep 0.1; done
    done
}
trap stop EXIT
trap 'echo "line $LINE of the page failed" >&2' ERR
curl() { command curl --silent --show-error --fail-with-body "$@"; }
"#;

/// The reader of a page.
pub(super) struct Reader {
    folder: tempfile::TempDir,
    /// What the page says, and what it is here: ports and names of servers that are not there.
    replaced: Vec<(&'static str, String)>,
    /// More folders with programs.
    programs: Vec<PathBuf>,
    variables: Vec<(&'static str, &'static str)>,
}

impl Reader {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let port = || format!("127.0.0.1:{}", free_port());
        let replaced =
            ["127.0.0.1:8000", "127.0.0.1:8001", "127.0.0.1:8002"].map(|written| (written, port()));
        let reader = Self { folder, replaced: replaced.into(), programs: Vec::new(), variables: Vec::new() };
        fs::create_dir_all(reader.work().join("target/release")).expect("a folder can be made");
        for (name, shim) in [
            ("bin/presspass", PRESSPASS_SHIM),
            ("work/target/release/presspass", PRESSPASS_SHIM),
            ("bin/cargo", CARGO_SHIM),
        ] {
            let path = reader.folder.path().join(name);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder can be made");
            fs::write(&path, shim).expect("a file can be written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode can be set");
        }
        reader
    }

    /// Replaces what cannot be the same here.
    pub(super) fn replace(mut self, written: &'static str, here: impl Into<String>) -> Self {
        self.replaced.push((written, here.into()));
        self
    }

    /// Finds programs in this folder, too.
    pub(super) fn with_programs(mut self, folder: PathBuf) -> Self {
        self.programs.push(folder);
        self
    }

    /// Sets a variable of the environment for all blocks.
    pub(super) fn set(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// The folder in which the blocks run.
    pub(super) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    fn here(&self, text: &str) -> String {
        self.replaced.iter().fold(text.to_owned(), |text, (written, here)| text.replace(written, here))
    }

    /// Runs the steps, and holds what they print against what the page shows.
    pub(super) fn follow(&self, page: &str, steps: &[Step]) {
        let mut script = PROLOGUE.to_owned();
        for step in steps {
            match step {
                Step::Run { line, code, .. } => {
                    let code = self.here(code);
                    writeln!(script, "LINE={line}\n{{\n{code}\n}} >\"$FOLDER/output.{line}\"")
                        .expect("it is text");
                }
                Step::Write { name, content } => {
                    fs::write(self.work().join(name), self.here(content)).expect("a file can be written");
                }
                Step::NotRun { .. } | Step::Sql { .. } => {}
            }
        }
        self.shell(page, &script);
        for step in steps {
            if let Step::Run { line, output: Some(expected), .. } = step {
                let printed = fs::read_to_string(self.folder.path().join(format!("output.{line}")));
                let printed = comparable(&printed.expect("it was written"));
                assert_eq!(printed, comparable(&self.here(expected)), "{page}, line {line}");
            }
        }
    }

    fn shell(&self, page: &str, script: &str) {
        let log = fs::File::create(self.folder.path().join("log")).expect("a file can be made");
        let path = std::env::var("PATH").unwrap_or_default();
        let own = self.folder.path().join("bin");
        let folders =
            [own].into_iter().chain(self.programs.clone()).map(|folder| folder.display().to_string());
        let path = folders.chain([path]).collect::<Vec<_>>().join(":");
        // `timeout` ends all that the script has started, so that nothing outlives the test.
        let mut command = isolated_command("timeout");
        command.args(["--kill-after", "5", "300", "bash", "-c", script]).current_dir(self.work());
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("a file can be shared")).stderr(log);
        command.env("PATH", path).env("PROGRAM", PRESSPASS).env("FOLDER", self.folder.path());
        command.env("PRESSPASS_BIND", self.here("127.0.0.1:8000")).envs(self.variables.iter().copied());
        let status = command.status().expect("timeout starts");
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let outputs = outputs(self.folder.path());
        assert!(status.success(), "{page}: {status}\n{log}\n{outputs}");
    }
}

/// What the blocks and the servers have written, for a test that failed.
fn outputs(folder: &Path) -> String {
    let files = fs::read_dir(folder).expect("the folder can be read").filter_map(Result::ok);
    let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    files.sort();
    let is_output =
        |path: &PathBuf| path.extension().is_some_and(|it| it.to_string_lossy().parse::<u32>().is_ok());
    let texts = files
        .iter()
        .filter(|path| is_output(path))
        .map(|path| format!("{}:\n{}\n", path.display(), fs::read_to_string(path).unwrap_or_default()));
    texts.collect()
}

/// A text without what is another one each time. curl writes no line break after an answer; a page has one.
fn comparable(text: &str) -> String {
    let text = text.replace(['\n', '\r'], "");
    let time = Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z").expect("it is a pattern");
    let token = Regex::new(r"eyJ[A-Za-z0-9_.…-]+").expect("it is a pattern");
    token.replace_all(&time.replace_all(&text, "<time>"), "<token>").into_owned()
}
