//! The machine: its cores, which process runs on which, and other load.

use std::ffi::OsStr;
use std::process::Command;
use std::{fmt, fs, thread};

use presspass_test_support::{ServerCommand, find_program};

/// Who runs on which core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pinning {
    /// The server under test on one core, the load on another.
    Apart {
        /// The server's core, as Linux numbers them.
        server: usize,
        /// wrk's.
        load: usize,
    },
    /// Wherever the system puts them: there is no second core, or no taskset.
    Free,
}

impl Pinning {
    /// What this machine allows.
    pub fn of_this_machine() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        match (find_program("taskset"), allowed_cores(&status).as_slice()) {
            (Some(_), [server, load, ..]) => Self::Apart { server: *server, load: *load },
            _ => Self::Free,
        }
    }

    /// A server on its core.
    pub fn server(self, program: impl AsRef<OsStr>) -> ServerCommand {
        match self {
            // taskset turns into the program: its process id is the server's.
            Self::Apart { server, .. } => {
                ServerCommand::new("taskset").args(["-c", &server.to_string()]).arg(program)
            }
            Self::Free => ServerCommand::new(program),
        }
    }

    /// A program that makes the load, on its core.
    pub fn load(self, program: impl AsRef<OsStr>) -> Command {
        match self {
            Self::Apart { load, .. } => {
                let mut command = Command::new("taskset");
                command.args(["-c", &load.to_string()]).arg(program);
                command
            }
            Self::Free => Command::new(program),
        }
    }
}

impl fmt::Display for Pinning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apart { server, load } => write!(f, "server on core {server}, wrk on core {load}"),
            Self::Free => f.write_str("server and wrk on any core"),
        }
    }
}

/// The cores of `Cpus_allowed_list` in /proc/self/status (proc(5)): `0-1,4`.
fn allowed_cores(status: &str) -> Vec<usize> {
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap_or_default();
    let range = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some(from.parse::<usize>().ok()?..=to.parse().ok()?)
    };
    list.trim().split(',').filter_map(range).flatten().collect()
}

/// What the machine was doing.
#[derive(Debug)]
pub(crate) struct Load(Option<String>);

impl Load {
    /// The load averages of the last 1, 5 and 15 minutes.
    pub fn now() -> Self {
        let text = fs::read_to_string("/proc/loadavg").ok();
        Self(text.map(|text| text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")))
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("unknown"))
    }
}

/// The unit of processor time in /proc: `USER_HZ`, which is 100 on all of today's architectures.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor time that a process has spent, in seconds; NaN where the system does not say.
///
/// Requests per second suffer from whatever else runs; processor time per request hardly does.
pub(crate) fn cpu_seconds(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    ticks(&stat).map_or(f64::NAN, |ticks| ticks / TICKS_PER_SECOND)
}

/// `utime` and `stime` of `/proc/<process>/stat` (proc(5)), fields 14 and 15; the second, a name in brackets, may hold blanks.
fn ticks(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ').skip(11);
    Some(fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?)
}

/// How many cores there are.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::{allowed_cores, cpu_seconds, ticks};

    #[test]
    fn the_allowed_cores_are_read_from_ranges_and_single_numbers() {
        assert_eq!(allowed_cores("Name:\tx\nCpus_allowed_list:\t2-3,7\nMems_allowed:\t1\n"), [2, 3, 7]);
    }

    #[test]
    fn processor_time_is_that_of_user_and_system() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 1 2 3 4 250 50 9 9 20 0 3 0 100 1 1";
        assert_eq!(ticks(stat), Some(300.0));
        assert_eq!(ticks(""), None);
        assert!(cpu_seconds(std::process::id()) >= 0.0);
    }

    #[test]
    fn a_system_that_does_not_say_has_no_known_cores() {
        assert!(allowed_cores("").is_empty());
    }
}
