//! Runs a command to its end.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use presspass_test_support::isolated_command;

use super::{PRESSPASS, eventually};

/// What became of a command.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

/// Runs `presspass` in an empty directory, with nobody at a terminal.
pub(crate) fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
    let directory = tempfile::tempdir().expect("a temporary folder can be made");
    run_in(directory.path(), arguments, variables)
}

/// Runs `presspass` in this directory, with nobody at a terminal.
pub(crate) fn run_in(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
    let (mut stdout, mut stderr) = (scratch(), scratch());
    let mut command = isolated_command(PRESSPASS);
    command.args(arguments).envs(variables.iter().copied()).current_dir(directory).stdin(Stdio::null());
    command.stdout(stdout.try_clone().expect("a file can be shared"));
    command.stderr(stderr.try_clone().expect("a file can be shared"));
    let start = Instant::now();
    let mut child = Killed(command.spawn().expect("presspass starts"));
    let status = eventually("the command ends", || child.0.try_wait().expect("a child can be waited for"));
    Finished {
        code: status.code(),
        stdout: read(&mut stdout),
        stderr: read(&mut stderr),
        took: start.elapsed(),
    }
}

/// A child that does not outlive a test that fails.
struct Killed(std::process::Child);

impl Drop for Killed {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn scratch() -> File {
    tempfile::tempfile().expect("a temporary file can be made")
}

fn read(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("a file can be read back");
    String::from_utf8_lossy(&bytes).into_owned()
}
