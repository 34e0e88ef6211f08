//! Follows docs/tutorial.md: writes its files, runs its commands, and compares what they print.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

use presspass_test_support::{find_program, free_port, skip};

/// A block of the page.
#[derive(Debug)]
enum Step {
    /// A file: its path, and its text.
    Write(String, String),
    /// Commands, and the lines that their output has.
    Run { code: String, output: Vec<String>, in_background: bool },
}

/// The blocks of code in their order. A line `` `path`: `` before a block names its file.
fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    let (mut label, mut in_background) = (None, false);
    while let Some(line) = lines.next() {
        if let Some(path) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
            label = Some(path.to_owned());
        }
        in_background |= line == "<!-- in the background -->";
        let Some(language) = line.strip_prefix("```") else { continue };
        let code: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let code = code.join("\n");
        match (language, label.take(), steps.last_mut()) {
            ("sh", ..) => {
                steps.push(Step::Run { code, output: Vec::new(), in_background });
                in_background = false;
            }
            (_, Some(path), _) => steps.push(Step::Write(path, code + "\n")),
            ("text" | "json", None, Some(Step::Run { output, .. })) => {
                output.extend(code.lines().map(str::to_owned));
            }
            (language, ..) => panic!("a block of {language} that belongs to nothing:\n{code}"),
        }
    }
    steps
}

/// A server that a step has started, which ends with the test.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Reader {
    folder: PathBuf,
    /// Where the shell is: `cd` lasts.
    here: PathBuf,
    target: PathBuf,
    port: String,
}

impl Reader {
    fn command(&self, code: &str) -> Command {
        let mut command = Command::new("bash");
        let code = code.replace("127.0.0.1:8000", &format!("127.0.0.1:{}", self.port));
        // It would add the crate to this workspace.
        let code = code.replace("cargo new polls", "mkdir -p polls/src");
        command.args(["-euo", "pipefail", "-c", &format!("{code}\npwd >\"$HERE\"")]);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("PRESSPASS") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(&self.here)
            .env("HERE", self.folder.join(".here"))
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_NET_OFFLINE", "true")
            .env("PRESSPASS_BIND", format!("127.0.0.1:{}", self.port))
            .stdin(Stdio::null());
        command
    }

    fn run(&mut self, code: &str, output: &[String]) {
        let done = self.command(code).output().unwrap();
        let stdout = String::from_utf8_lossy(&done.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{code}\n{stdout}\n{stderr}");
        let said = format!("{stdout}\n{stderr}");
        for line in output {
            assert!(is_said(&said, line), "{code}\n\nlacks:\n{line}\n\nsaid:\n{said}");
        }
        let left = self.folder.join(".here");
        self.here = fs::read_to_string(&left).unwrap().trim().into();
        fs::remove_file(left).unwrap();
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // The crates of this workspace, in the place of published ones.
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = ["presspass", "presspass-test-support"].iter().fold(text.to_owned(), |text, name| {
            let folder = crates.join(name.strip_prefix("presspass-").unwrap_or(name));
            text.replace(
                &format!("{name} = {{ git = \"https://github.com/presspass/presspass\" }}"),
                &format!("{name} = {{ path = {:?} }}", folder.display().to_string()),
            )
        });
        let is_manifest = path.ends_with("Cargo.toml");
        fs::write(&path, if is_manifest { text + "\n[workspace]\n\n" + &profiles() } else { text }).unwrap();
    }
}

/// Whether a line of the page was printed; `…` stands for what changes.
fn is_said(said: &str, line: &str) -> bool {
    let parts: Vec<&str> = line.trim().split('…').collect();
    said.lines().any(|said| {
        let mut rest = said;
        parts.iter().all(|part| match rest.find(part) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    })
}

/// The profiles of the workspace, so that dependencies need not be built again.
fn profiles() -> String {
    let workspace =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml")).unwrap();
    workspace.find("[profile.dev]").map_or_else(String::new, |at| workspace[at..].to_owned())
}

#[test]
fn the_tutorial_can_be_followed() {
    for program in ["bash", "curl"] {
        if find_program(program).is_none() {
            skip(program, &format!("{program} was not found"));
            return;
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/tutorial.md")).unwrap();
    // Below the workspace, so that its .cargo/config.toml holds: what is built is the same, and is not built again.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tutorial");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned();
    let mut reader = Reader { here: folder.clone(), folder, target, port: free_port().to_string() };
    let mut servers = Vec::new();
    for step in steps(&page) {
        match step {
            Step::Write(path, text) => {
                reader.write(&path, &text);
                if path.ends_with("Cargo.toml") {
                    fs::copy(root.join("Cargo.lock"), reader.folder.join(&path).with_file_name("Cargo.lock"))
                        .unwrap();
                }
            }
            Step::Run { code, output, in_background: false } => reader.run(&code, &output),
            Step::Run { code, .. } => {
                // In place of the shell, so that ending it ends the server.
                let mut command =
                    reader.command(&format!("cargo build\nexec \"$CARGO_TARGET_DIR\"/debug/polls # {code}"));
                servers.push(Started(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()));
                let wait =
                    "curl -s --retry 100 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/health/";
                reader.run(wait, &[]);
            }
        }
    }
    assert!(!servers.is_empty(), "the page starts no server");
}
