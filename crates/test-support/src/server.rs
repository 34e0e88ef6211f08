//! The program under test, as a server process.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use std::{fmt, thread};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::poll::poll;
use crate::{Client, free_port, isolated_command};

/// A start may migrate a database and hash passwords on a busy machine.
const START: Duration = Duration::from_mins(1);
/// A stop may wait for requests under way.
const STOP: Duration = Duration::from_mins(1);
/// How long Presspass answers everything after SIGTERM.
const DRAIN: &str = "PRESSPASS_DRAIN_SECONDS";
const LOG: Duration = Duration::from_secs(10);

/// A server that is being put together, from an [`isolated_command`].
#[derive(Debug)]
#[must_use = "nothing runs before start()"]
pub struct ServerCommand {
    command: Command,
    directory: TempDir,
    port: Option<u16>,
}

impl ServerCommand {
    /// A server of this program, in an empty working directory that goes away with it.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let directory = tempfile::tempdir().expect("a temporary folder can be made");
        let work = directory.path().join("work");
        fs::create_dir(&work).expect("a folder can be made in a temporary folder");
        let mut command = isolated_command(program);
        command.current_dir(work).stdin(Stdio::null());
        // A test that stops a server does not wait for load balancers.
        command.env(DRAIN, "0");
        Self { command, directory, port: None }
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets environment variables.
    pub fn envs<N: AsRef<OsStr>, V: AsRef<OsStr>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.command.envs(variables);
        self
    }

    /// Leaves an environment variable to its default.
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs the server in this directory: that of an earlier one, say, whose files it finds again.
    pub fn directory(mut self, path: impl AsRef<Path>) -> Self {
        self.command.current_dir(path);
        self
    }

    /// Listens on this port of 127.0.0.1, that of an earlier one, say, in place of a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Starts the server on a free port of 127.0.0.1, which it is told as `PRESSPASS_BIND`, and waits until it accepts
    /// connections. Panics with its stderr where it does not.
    #[must_use]
    pub fn start(self) -> RunningServer {
        self.try_start().unwrap_or_else(|exit| panic!("the server did not start: {exit}"))
    }

    /// [`start`](Self::start), for tests of servers that refuse to.
    ///
    /// # Errors
    /// [`EarlyExit`] where the server ends before it accepts a connection.
    pub fn try_start(mut self) -> Result<RunningServer, EarlyExit> {
        let port = self.port.unwrap_or_else(free_port);
        let output = |name| File::create(self.directory.path().join(name)).expect("a file can be made");
        self.command.env("PRESSPASS_BIND", format!("127.0.0.1:{port}"));
        self.command.stdout(output("stdout")).stderr(output("stderr"));
        let child = self.command.spawn();
        let child = child.unwrap_or_else(|error| panic!("{}: {error}", self.command.get_program().display()));
        let mut server = RunningServer { child, port, directory: self.directory };
        let accepts = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        let ready = poll(START, || match server.exit_status() {
            Some(status) => Some(Err(status)),
            None => accepts().then_some(Ok(())),
        });
        match ready {
            Some(Ok(())) => Ok(server),
            Some(Err(status)) => Err(EarlyExit { status, stdout: server.stdout(), stderr: server.stderr() }),
            None => panic!("the server accepts no connection: {}", server.stderr()),
        }
    }
}

/// A server that ended before it accepted a connection.
#[derive(Debug)]
pub struct EarlyExit {
    /// How it ended.
    pub status: ExitStatus,
    /// All that it wrote to stdout.
    pub stdout: String,
    /// All that it wrote to stderr.
    pub stderr: String,
}

impl fmt::Display for EarlyExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}{}", self.status, self.stdout, self.stderr)
    }
}

impl std::error::Error for EarlyExit {}

/// A server that accepts connections. It is killed when this is dropped; its stderr is shown where the test failed.
#[derive(Debug)]
pub struct RunningServer {
    child: Child,
    port: u16,
    directory: TempDir,
}

impl RunningServer {
    /// The port of 127.0.0.1 on which it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `http://127.0.0.1:<port><path>`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// A new client of this server, with a connection of its own.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.port)
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The working directory that was made for it.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        self.directory.path().join("work")
    }

    /// All that it has written to stdout so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.output("stdout")
    }

    /// All that it has written to stderr so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.output("stderr")
    }

    /// Waits, for at most 10 s, until stderr holds `text`: a log line may follow the answer that it speaks of.
    pub fn expect_stderr(&self, text: &str) {
        let seen = poll(LOG, || self.stderr().contains(text).then_some(()));
        assert!(seen.is_some(), "stderr does not say {text:?}: {}", self.stderr());
    }

    /// Asks it to stop (SIGTERM) and waits until it has.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        poll(STOP, || self.exit_status())
            .unwrap_or_else(|| panic!("SIGTERM did not end it: {}", self.stderr()))
    }

    /// Kills it as a crash would (SIGKILL) and waits until it is gone.
    pub fn kill(&mut self) -> ExitStatus {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a child can be waited for")
    }

    /// How it ended, if it has.
    pub fn exit_status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    /// Sends it a signal, where it still runs.
    pub fn signal(&mut self, signal: Signal) {
        // A process that was waited for is gone, and its id may be another's.
        if self.exit_status().is_none() {
            kill_process(Pid::from_child(&self.child), signal).expect("a child can be signalled");
        }
    }

    fn output(&self, name: &str) -> String {
        let bytes = fs::read(self.directory.path().join(name)).expect("the server's output can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        if thread::panicking() {
            eprintln!("the server said:\n{}", self.stderr());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::Command;

    use super::{RunningServer, ServerCommand};
    use crate::{find_program, skip};

    /// A server in Python, since this crate has none of its own.
    const PROGRAM: &str = r#"
import http.server, os, signal, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = repr({"arguments": sys.argv[1:], "directory": os.listdir(), "a": os.environ.get("A")}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
def stop(*_):
    print("good bye", file=sys.stderr)
    sys.exit(3)
signal.signal(signal.SIGTERM, stop)
print("welcome", flush=True)
host, port = os.environ["PRESSPASS_BIND"].split(":")
http.server.HTTPServer((host, int(port)), Handler).serve_forever()
"#;

    fn start() -> Option<RunningServer> {
        let Some(python) = find_program("python3") else {
            skip("python", "python3 was not found");
            return None;
        };
        Some(ServerCommand::new(python).args(["-c", PROGRAM]).arg("serve").env("A", "1").start())
    }

    #[test]
    fn a_server_answers_with_its_arguments_its_environment_and_an_empty_directory() {
        let Some(server) = start() else { return };
        let answer = server.client().request("GET", "/").send();
        assert_eq!(answer.text(), "{'arguments': ['serve'], 'directory': [], 'a': '1'}");
        assert_eq!(server.stdout(), "welcome\n");
        server.expect_stderr("\"GET / HTTP/1.1\" 200");
        assert_eq!(server.url("/a"), format!("http://127.0.0.1:{}/a", server.port()));
    }

    #[test]
    fn a_server_is_asked_to_stop_and_its_last_words_are_kept() {
        let Some(mut server) = start() else { return };
        assert_eq!(server.terminate().code(), Some(3));
        assert_eq!(server.terminate().code(), Some(3), "asking twice is no error");
        assert_eq!(server.stderr(), "good bye\n");
    }

    #[test]
    fn a_server_can_be_killed() {
        let Some(mut server) = start() else { return };
        assert_eq!(server.kill().signal(), Some(9));
    }

    #[test]
    fn a_dropped_server_is_gone() {
        let Some(server) = start() else { return };
        let (id, port) = (server.id(), server.port());
        drop(server);
        let alive = Command::new("kill").args(["-0", &id.to_string()]).output().expect("kill runs");
        assert!(!alive.status.success());
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }

    #[test]
    fn a_server_that_refuses_to_start_says_why() {
        let exit = ServerCommand::new("sh").args(["-c", "echo a; echo 'no key' >&2; exit 4"]).try_start();
        let exit = exit.expect_err("it does not start");
        assert_eq!(
            (exit.status.code(), exit.stdout.as_str(), exit.stderr.as_str()),
            (Some(4), "a\n", "no key\n")
        );
        assert_eq!(exit.to_string(), "exit status: 4\na\nno key\n");
    }

    #[test]
    #[should_panic(expected = "no key")]
    fn a_start_that_fails_shows_stderr() {
        drop(ServerCommand::new("sh").args(["-c", "echo 'no key' >&2; exit 4"]).start());
    }
}
