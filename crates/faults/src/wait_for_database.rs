//! A server that starts before `PostgreSQL`.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use clap::Args;
use presspass_test_support::{OutageProxy, TestDatabase, isolated_command};

use crate::{Report, Subject, millis};

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// Seconds between the start of the server and that of the database
    #[arg(long, default_value_t = 5.0)]
    pub away: f64,
}

/// A server is ready so soon after its database.
const LIMIT: Duration = Duration::from_secs(2);

/// What a server finds in place of its database.
type State = (&'static str, fn(&mut OutageProxy));

const STATES: [State; 4] = [
    ("connections refused", |_| ()),
    ("packets dropped", OutageProxy::drop_packets),
    ("connections silent", OutageProxy::be_silent),
    ("\"the database system is starting up\"", OutageProxy::be_starting),
];

/// Runs it.
///
/// # Errors
/// Where `PostgreSQL` is missing, or the database cannot be migrated.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let away = Duration::try_from_secs_f64(arguments.away).context("--away is not a time")?;
    let mut report = Report::new(format!(
        "a server that starts {} s before its PostgreSQL, which is migrated",
        arguments.away
    ));
    for (state, begin) in STATES {
        let took = ready_after(program, away, begin)?;
        report.figure(&format!("ready after the database, {state}"), millis(took));
        report.require(took <= LIMIT, format!("ready within {} ({state})", millis(LIMIT)));
    }
    Ok(report)
}

fn ready_after(program: &Path, away: Duration, begin: fn(&mut OutageProxy)) -> anyhow::Result<Duration> {
    let database = TestDatabase::postgresql().context("PostgreSQL is missing: apt-get install postgresql")?;
    let url = database.url();
    let migrated = isolated_command(program).arg("migrate").env("DATABASE_URL", &url).output()?;
    ensure!(migrated.status.success(), "migrate: {}", String::from_utf8_lossy(&migrated.stderr));
    let (_, place) = url.rsplit_once(':').context("the URL has no port")?;
    let (port, _) = place.split_once('/').context("the URL names no database")?;
    let mut proxy = OutageProxy::closed(port.parse()?);
    begin(&mut proxy);
    let proxied = url.replace(&format!(":{port}/"), &format!(":{}/", proxy.port()));
    let subject = Subject::new(program, database, &[("DATABASE_URL", &proxied)]);
    thread::scope(|scope| {
        let starting = scope.spawn(|| subject.start());
        thread::sleep(away);
        proxy.open();
        let opened = Instant::now();
        let server = starting.join().map_err(|_| anyhow::anyhow!("the server did not start"))?;
        while server.client().request("GET", "/health/").send().status != 200 {
            thread::sleep(Duration::from_millis(5));
        }
        Ok(opened.elapsed())
    })
}
