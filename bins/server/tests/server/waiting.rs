//! A server that starts before its database.

use std::fs::{self, File};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use presspass_test_support::{Client, OutageProxy, TestDatabase, free_port, isolated_command};
use tempfile::TempDir;

use crate::common::{PRESSPASS, SECRET_KEY, eventually, run};

/// An end that waits for nothing takes much less, and one that waits for the database much more.
const PROMPT: Duration = Duration::from_secs(10);

/// A database, and its address behind a proxy.
fn behind_a_proxy() -> Option<(TestDatabase, OutageProxy, String)> {
    let database = TestDatabase::postgresql()?;
    let url = database.url();
    let migrated = run(&["migrate"], &[("DATABASE_URL", &url)]);
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    let port = url.rsplit_once('/').unwrap().0.rsplit_once(':').unwrap().1.to_owned();
    let proxy = OutageProxy::closed(port.parse().unwrap());
    let url = url.replace(&format!(":{port}/"), &format!(":{}/", proxy.port()));
    Some((database, proxy, url))
}

/// A server that need not accept connections.
struct Waiting {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Waiting {
    fn start(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut command = isolated_command(PRESSPASS);
        command.current_dir(folder.path()).env("DATABASE_URL", url).env("SECRET_KEY", SECRET_KEY);
        command.env("PRESSPASS_BIND", format!("127.0.0.1:{port}"));
        command.stderr(File::create(folder.path().join("stderr")).unwrap());
        Self { child: command.spawn().unwrap(), port, folder }
    }

    fn stderr(&self) -> String {
        fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }

    fn expect_to_wait(&self) {
        eventually("it says that it waits", || {
            self.stderr().contains("waiting for the database").then_some(())
        });
    }

    fn is_healthy(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).is_ok()
            && Client::new(self.port).get("/health/").send().status == 200
    }

    fn terminate(&mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        eventually("it ends", || self.child.try_wait().unwrap())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What the database is found in, and what brings it there.
type State = (&'static str, fn(&mut OutageProxy));

/// Tests each of them at once, since a server that waits leaves the processor to others.
fn in_each_state(test: fn(&str, &mut OutageProxy, &mut Waiting, &str)) {
    std::thread::scope(|scope| {
        for (state, begin) in STATES {
            scope.spawn(move || {
                let Some((_database, mut proxy, url)) = behind_a_proxy() else { return };
                begin(&mut proxy);
                let mut server = Waiting::start(&url);
                server.expect_to_wait();
                test(state, &mut proxy, &mut server, &url);
            });
        }
    });
}

const STATES: [State; 4] = [
    ("refused", |_| ()),
    ("dropped", OutageProxy::drop_packets),
    ("silent", OutageProxy::be_silent),
    ("starting", OutageProxy::be_starting),
];

#[test]
fn a_server_that_starts_before_its_database_is_ready_soon_after_it() {
    in_each_state(|state, proxy, server, url| {
        assert!(!server.stderr().contains("error"), "{state}: {}", server.stderr());
        proxy.open();
        let open = Instant::now();
        eventually("it serves", || server.is_healthy().then_some(()));
        // Two seconds without other programs on the machine: `presspass-faults wait-for-database`.
        assert!(open.elapsed() < PROMPT, "{state}: it took {:?}", open.elapsed());
        assert!(server.stderr().contains("finished waiting for the database"), "{}", server.stderr());
        let password = url.split([':', '@']).nth(2).unwrap();
        assert!(!server.stderr().contains(password), "{}", server.stderr());
        assert_eq!(server.terminate().code(), Some(0), "{state}: {}", server.stderr());
    });
}

#[test]
fn sigterm_ends_a_server_that_waits_at_once() {
    in_each_state(|state, _, server, _| {
        let asked = Instant::now();
        let status = server.terminate();
        assert!(asked.elapsed() < Duration::from_millis(1500), "{state}: it took {:?}", asked.elapsed());
        assert_eq!(status.code(), Some(0), "{state}: {}", server.stderr());
        assert!(server.stderr().ends_with("Stopped.\n"), "{state}: {}", server.stderr());
    });
}

#[test]
fn a_server_waits_no_longer_than_its_setting_says() {
    let url = format!("postgres://ann@127.0.0.1:{}/d", free_port());
    for (seconds, lines) in [("0", 1), ("1", 3)] {
        let refused = run(
            &["serve"],
            &[
                ("DATABASE_URL", &url),
                ("SECRET_KEY", SECRET_KEY),
                ("PRESSPASS_DATABASE__WAIT_SECONDS", seconds),
            ],
        );
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert_eq!(refused.stderr.lines().count(), lines, "{refused:?}");
        let last = refused.stderr.lines().last().unwrap();
        assert!(last.starts_with("error: cannot open the database postgres://ann@127.0.0.1:"), "{refused:?}");
        assert!(refused.took >= Duration::from_secs(seconds.parse().unwrap()) && refused.took < PROMPT);
    }
}

#[test]
fn what_waiting_does_not_help_is_not_waited_for() {
    let Some(database) = TestDatabase::postgresql() else { return };
    let url = database.url();
    let password = url.split([':', '@']).nth(2).unwrap();
    let (wrong, unknown) = (url.replace(password, "s3cret-w0rd"), format!("{url}_not_there"));
    let serve: &[&str] = &["serve"];
    let away = format!("postgres://ann@127.0.0.1:{}/d", free_port());
    for (command, url) in [(serve, &wrong), (serve, &unknown), (&["check"], &away), (&["migrate"], &away)] {
        let refused = run(command, &[("DATABASE_URL", url), ("SECRET_KEY", SECRET_KEY)]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.took < PROMPT, "{refused:?}");
        assert!(!refused.stderr.contains("waiting"), "{refused:?}");
        assert!(
            refused.stderr.lines().last().unwrap().starts_with("error: cannot open the database"),
            "{refused:?}"
        );
    }
}
