//! A Redis server for a test.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::poll::poll;
use crate::{find_program, free_port, skip};

const PASSWORD: &str = "Tr0ub4dor-redis";
/// It takes milliseconds; a machine that compiles at the same time is much slower.
const START: Duration = Duration::from_mins(1);

/// Serves until stdin ends. Stdin is a pipe from the test process, so this happens also when that process is killed.
/// `$1` is the program, `$2` the folder, `$3` the port, `$4` the password.
const WATCHDOG: &str = r#"
exec 3<&0
"$1" --bind 127.0.0.1 --port "$3" --requirepass "$4" --dir "$2" --pidfile "$2/pid" --save '' --appendonly no \
    --logfile "$2/log" 3<&- &
server=$!
{ cat <&3; kill -KILL "$server"; } &
wait "$server"
"#;

/// A Redis server on a free port of 127.0.0.1, with a password. It ends when this is dropped, and with the process that
/// started it.
///
/// It keeps nothing on disk: after [`stop`](Self::stop) and [`start`](Self::start) it listens where it did, and is empty.
#[derive(Debug)]
pub struct TestRedis {
    program: PathBuf,
    folder: TempDir,
    port: u16,
    /// Holds the pipe; `None` while it is stopped.
    watchdog: Option<Child>,
}

impl TestRedis {
    /// A running server; `None`, after [`skip`] of `redis`, where Redis is not installed.
    #[must_use]
    pub fn running() -> Option<Self> {
        let Some(program) = find_program("redis-server") else {
            skip("redis", "redis-server was not found on PATH");
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut redis = Self { program, folder, port: free_port(), watchdog: None };
        redis.start();
        Some(redis)
    }

    /// Where it is, with its password: `redis://:password@127.0.0.1:port/0`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://:{PASSWORD}@127.0.0.1:{}/0", self.port)
    }

    /// The password within [`url`](Self::url): a test can look for it where it must not be.
    #[must_use]
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Starts it again, and waits until it answers.
    pub fn start(&mut self) {
        if self.watchdog.is_some() {
            return;
        }
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "redis"]).arg(&self.program).arg(self.folder.path());
        watchdog.arg(self.port.to_string()).arg(PASSWORD);
        watchdog.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        watchdog.process_group(0); // Ctrl-C reaches the tests alone; the pipe tells the watchdog
        self.watchdog = Some(watchdog.spawn().expect("sh starts"));
        let answers = poll(START, || self.try_command("PING").filter(|answer| answer == "+PONG"));
        let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert!(answers.is_some(), "Redis did not start: {}", log());
    }

    /// Ends it at once, as a crash does.
    pub fn stop(&mut self) {
        if let Some(mut watchdog) = self.watchdog.take() {
            drop(watchdog.stdin.take());
            watchdog.wait().expect("a child can be waited for");
        }
    }

    /// Stops its clock: it takes connections and answers nothing.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on after [`freeze`](Self::freeze).
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Sends a command of words without blanks, and gives the first line of the answer, as the protocol has it: `+OK`,
    /// `:3`.
    #[must_use = "the answer may be an error"]
    pub fn command(&self, command: &str) -> String {
        self.try_command(command).expect("Redis answers")
    }

    fn try_command(&self, command: &str) -> Option<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok()?;
        stream.set_read_timeout(Some(START)).ok()?;
        stream.write_all(format!("AUTH {PASSWORD}\r\n{command}\r\nQUIT\r\n").as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let mut lines = answer.lines();
        lines.next().filter(|authenticated| *authenticated == "+OK")?;
        Some(lines.next()?.to_owned())
    }

    fn signal(&self, signal: Signal) {
        let text = fs::read_to_string(self.folder.path().join("pid")).expect("it wrote its process id");
        let id = text.trim().parse().ok().and_then(Pid::from_raw).expect("a process id is a number");
        kill_process(id, signal).expect("its own process can be signalled");
    }
}

impl Drop for TestRedis {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::TestRedis;

    #[test]
    fn a_server_that_was_stopped_starts_where_it_was_and_is_empty() {
        let Some(mut redis) = TestRedis::running() else { return };
        let url = redis.url();
        assert_eq!(redis.command("SET key value"), "+OK");
        assert_eq!(redis.command("DBSIZE"), ":1");
        redis.stop();
        assert_eq!(redis.try_command("PING"), None);
        redis.start();
        assert_eq!((redis.command("DBSIZE").as_str(), redis.url()), (":0", url));
    }

    #[test]
    fn a_frozen_server_can_be_stopped() {
        let Some(mut redis) = TestRedis::running() else { return };
        redis.freeze();
        redis.stop();
        assert_eq!(redis.try_command("PING"), None);
    }
}
