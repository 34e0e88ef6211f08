//! Slow searches whose clients disconnect, or that all come from one account.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use presspass_test_support::{RunningServer, TestDatabase};

use crate::rows::create_posts;
use crate::{Probe, Report, Subject, log_in};

/// As many as a search may have. Each is looked for in the whole post.
const WORDS: usize = 32;

/// What the others are promised.
const LIMIT: Duration = Duration::from_secs(2);

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// How many posts are searched
    #[arg(long, default_value_t = 200_000)]
    pub posts: usize,
    /// How many searches there are at once
    #[arg(long, default_value_t = 40)]
    pub searches: usize,
    /// For how many seconds another account asks for lists
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,
    /// On `PostgreSQL` in place of `SQLite`
    #[arg(long)]
    pub postgresql: bool,
}

/// Runs it.
///
/// # Errors
/// Where a server does not start, or the database cannot be filled.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let database = if arguments.postgresql {
        TestDatabase::postgresql().context("PostgreSQL is missing: apt-get install postgresql")?
    } else {
        TestDatabase::sqlite()
    };
    let subject = Subject::new(program, database, &[]);
    subject.create_superuser("searcher")?;
    subject.create_superuser("reader")?;
    let words: Vec<String> = (0..WORDS).map(|number| format!("word{number:02}")).collect();
    let content = format!("{} {}", "All work and no play. ".repeat(20), words.join(" "));
    create_posts(subject.database(), arguments.posts, &content)?;
    let mut server = subject.start();
    let searcher = log_in(&mut server.client(), "searcher")?;
    let reader = log_in(&mut server.client(), "reader")?;
    let search = format!(
        "GET /api/posts/?limit=20&search={} HTTP/1.1\r\nHost: a\r\nAuthorization: {searcher}\r\n\r\n",
        words.join("+")
    );

    let Arguments { posts, searches, seconds, postgresql } = arguments;
    let engine = if *postgresql { "PostgreSQL" } else { "SQLite" };
    let mut report = Report::new(format!(
        "{searches} searches of one account for {WORDS} words in {posts} posts, whose connections are closed at once and then \
         stay open; another account asks for lists for {seconds} s each time; {engine}"
    ));
    let send = || -> anyhow::Result<TcpStream> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port()))?;
        stream.write_all(search.as_bytes())?;
        Ok(stream)
    };
    for _ in 0..*searches {
        drop(send()?);
    }
    let abandoned = lists(&server, &reader, *seconds);
    let held = (0..*searches).map(|_| send()).collect::<anyhow::Result<Vec<_>>>()?;
    let waited_for = lists(&server, &reader, *seconds);
    drop(held);
    for (name, probe) in [("clients that are gone", abandoned), ("clients that wait", waited_for)] {
        report.figure(&format!("lists, {name}"), &probe);
        report.require(probe.only(200), format!("every list is answered ({name})"));
        report.require(probe.slowest() < LIMIT, format!("within 2 s ({name})"));
    }
    report.require(server.terminate().success(), "the server goes on");
    Ok(report)
}

fn lists(server: &RunningServer, token: &str, seconds: u64) -> Probe {
    let (start, mut probe) = (Instant::now(), Probe::default());
    while start.elapsed() < Duration::from_secs(seconds) {
        probe.ask(|| {
            let mut client = server.client();
            client.request("GET", "/api/posts/?limit=20").header("Authorization", token).try_send()
        });
    }
    probe
}
