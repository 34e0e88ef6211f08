//! A program in a pseudo-terminal.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustix::termios::{LocalModes, tcgetattr};

use crate::isolated_command;
use crate::poll::poll;

/// How long the program may take for each step.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A program in a pseudo-terminal, which is its controlling terminal: `/dev/tty` is this one.
///
/// The terminal echoes what is sent unless the program switches that off; [`screen`](Self::screen) shows both.
/// The program is killed when this is dropped.
#[derive(Debug)]
pub struct Terminal {
    child: Child,
    pty: File,
    output: Arc<Mutex<Vec<u8>>>,
    /// How much of the screen [`expect`](Self::expect) has passed.
    seen: usize,
}

impl Terminal {
    /// Runs a program with these arguments, as an [`isolated_command`], in a terminal.
    #[must_use]
    pub fn run<A: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = A>) -> Self {
        let mut command = isolated_command(program);
        command.args(arguments);
        Self::spawn(command)
    }

    /// Runs this command, with its environment and directory, in a terminal.
    #[must_use]
    pub fn spawn(command: Command) -> Self {
        let (pty, user_side) = pty_process::blocking::open().expect("a pseudo-terminal can be opened");
        let child =
            pty_process::blocking::Command::from(command).spawn(user_side).expect("the program starts");
        let (pty, output) = (File::from(OwnedFd::from(pty)), Arc::default());
        thread::spawn({
            let (pty, output) = (pty.try_clone().expect("a terminal can be shared"), Arc::clone(&output));
            move || copy(pty, &output)
        });
        Self { child, pty, output, seen: 0 }
    }

    /// Waits until `text` is on the screen, after what an earlier call found.
    pub fn expect(&mut self, text: &str) {
        let found = poll(TIMEOUT, || {
            let screen = self.bytes();
            let rest = screen.get(self.seen..)?;
            let at = rest.windows(text.len()).position(|window| window == text.as_bytes())?;
            Some(self.seen + at + text.len())
        });
        self.seen = found.unwrap_or_else(|| panic!("the screen does not say {text:?}: {:?}", self.screen()));
    }

    /// Types a line and presses Enter.
    pub fn send_line(&mut self, line: &str) {
        self.send(&format!("{line}\n"));
    }

    /// Waits until the program has switched the terminal's echo off, then types a line. Panics where the program goes on
    /// echoing. A prompt alone is no sign: it may stand there a moment before the echo is off.
    pub fn send_secret(&mut self, line: &str) {
        let hidden = poll(TIMEOUT, || (!self.echoes()).then_some(()));
        assert!(hidden.is_some(), "the terminal echoes: {:?}", self.screen());
        self.send_line(line);
    }

    /// Types these very characters: `\x04` is Ctrl-D, `\x03` Ctrl-C.
    pub fn send(&mut self, text: &str) {
        self.pty.write_all(text.as_bytes()).expect("the terminal takes input");
    }

    /// Whether what is typed now appears on the screen.
    #[must_use]
    pub fn echoes(&self) -> bool {
        tcgetattr(&self.pty).expect("a terminal has modes").local_modes.contains(LocalModes::ECHO)
    }

    /// All that has appeared so far, from the program and by echo; lines end with `\r\n`.
    #[must_use]
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// Waits until the program ends and all its output is on the screen: its exit code, or 128 + the number of the signal
    /// that ended it.
    pub fn wait(&mut self) -> i32 {
        let status =
            poll(TIMEOUT, || self.exit_status()).unwrap_or_else(|| panic!("it goes on: {:?}", self.screen()));
        // The reader lets go of its share at the end of the output.
        let read = poll(TIMEOUT, || (Arc::strong_count(&self.output) == 1).then_some(()));
        assert!(read.is_some(), "something else keeps the terminal open: {:?}", self.screen());
        status
            .code()
            .or_else(|| status.signal().map(|signal| 128 + signal))
            .expect("an ended program has a status")
    }

    fn exit_status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    fn bytes(&self) -> Vec<u8> {
        self.output.lock().expect("the reader does not panic").clone()
    }
}

/// Collects the output until no process has the terminal open any more, which Linux reports as EIO.
fn copy(mut pty: File, output: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = pty.read(&mut buffer) {
        let bytes = buffer.get(..length).unwrap_or_default();
        output.lock().expect("the test does not panic with the lock").extend(bytes);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::Terminal;

    fn sh(script: &str) -> Terminal {
        Terminal::run("sh", ["-c", script])
    }

    #[test]
    fn a_program_is_asked_and_answers() {
        let mut terminal = sh("printf 'Name: '; read name; echo \"Hello $name\"; exit 7");
        terminal.expect("Name: ");
        terminal.send_line("Ünïcode");
        terminal.expect("Hello Ünïcode");
        assert_eq!(terminal.wait(), 7);
        assert_eq!(terminal.screen(), "Name: Ünïcode\r\nHello Ünïcode\r\n");
    }

    #[test]
    fn the_program_has_a_controlling_terminal() {
        let mut terminal = sh("test -t 0 && echo to the terminal >/dev/tty");
        assert_eq!(terminal.wait(), 0);
        assert_eq!(terminal.screen(), "to the terminal\r\n");
    }

    #[test]
    fn a_secret_is_sent_once_the_echo_is_off() {
        let mut terminal =
            sh("printf 'Password: '; stty -echo; read word; stty echo; echo; echo \"${#word} characters\"");
        terminal.expect("Password: ");
        terminal.send_secret("correct horse");
        terminal.expect("13 characters");
        assert_eq!(terminal.wait(), 0);
        assert!(!terminal.screen().contains("correct"), "{:?}", terminal.screen());
    }

    #[test]
    fn each_expectation_looks_behind_the_one_before() {
        let mut terminal = sh("echo one; read _; echo one");
        terminal.expect("one");
        terminal.send_line("");
        terminal.expect("one");
        assert_eq!(terminal.wait(), 0);
    }

    #[test]
    fn a_signal_that_ends_the_program_is_told() {
        // Where these tests run in the background, the shell would inherit that interrupts are ignored.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", "sh", "-c", "printf ready; read _"]);
        let mut terminal = Terminal::spawn(command);
        terminal.expect("ready");
        terminal.send("\x03");
        assert_eq!(terminal.wait(), 130);
    }

    #[test]
    fn a_command_keeps_its_environment() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo $GREETING"]).env("GREETING", "good day");
        let mut terminal = Terminal::spawn(command);
        terminal.expect("good day");
        assert_eq!(terminal.wait(), 0);
    }
}
