//! Request bodies that are never completed.

use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use presspass_test_support::{RunningServer, TestDatabase};
use serde_json::json;

use crate::{PASSWORD, Probe, Report, Subject, forget_peak, log_in, peak_resident_kib, resident_kib};

const ACCOUNT: &str = "writer";

/// How long a round goes on after nothing more was taken.
const QUIET: Duration = Duration::from_secs(1);

/// The most that a round takes.
const ROUND: Duration = Duration::from_secs(20);

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// How many connections send at once, to each kind of endpoint in turn
    #[arg(long, default_value_t = 1000)]
    pub connections: usize,
    /// How many bytes each body has; the last one is never sent
    #[arg(long, default_value_t = 2_600_000)]
    pub bytes: usize,
    /// How much memory the server may take for all this, in MiB
    #[arg(long, default_value_t = 128)]
    pub mebibytes: u64,
}

/// Runs it.
///
/// # Errors
/// Where a server does not start, or a connection cannot be made.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let settings = [("PRESSPASS_TRUSTED_PROXIES", "127.0.0.1")];
    let subject = Subject::new(program, TestDatabase::sqlite(), &settings);
    // As in the unit of docs/deployment.md and in docker/Dockerfile.
    let allocator = [("MALLOC_MMAP_THRESHOLD_", "65536"), ("MALLOC_TRIM_THRESHOLD_", "65536")];
    let mut server = subject.command().envs(allocator).start();
    subject.create_superuser(ACCOUNT)?;
    let token = log_in(&mut server.client(), ACCOUNT)?;
    let form = "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\nCookie: a=b\r\n";
    let json = "Content-Type: application/json\r\n";
    let targets = [
        ("to a login", "/auth/obtain_token/", json.to_owned()),
        ("to a login, in chunks", "/auth/obtain_token/", json.to_owned()),
        ("to a page, anonymous", "/api/posts/", form.to_owned()),
        ("to the API, logged in", "/api/posts/", format!("{json}Authorization: {token}\r\n")),
    ];
    let Arguments { connections, bytes, mebibytes } = arguments;
    let mut report = Report::new(format!(
        "{connections} connections, each with a body of {bytes} bytes that never ends, to each of {} kinds of endpoints in \
         turn; meanwhile a client at another address writes; SQLite",
        targets.len()
    ));
    let before = resident_kib(server.id())?;
    let (mut probe, mut most) = (Probe::default(), 0);
    for (name, path, headers) in targets {
        let framing = match name.strip_suffix(", in chunks") {
            Some(_) => format!("Transfer-Encoding: chunked\r\n\r\n{bytes:x}\r\n"),
            None => format!("Content-Length: {bytes}\r\n\r\n"),
        };
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n{headers}{framing}");
        forget_peak(server.id())?;
        let sent = round(&server, &head, arguments, &token, &mut probe)?;
        report.figure(&format!("{name}: MB taken"), sent / 1_000_000);
        let peak = peak_resident_kib(server.id())?.saturating_sub(before) / 1024;
        most = most.max(peak);
        report.figure(&format!("{name}: MiB more at the peak"), peak);
    }
    report.figure("MiB before", before / 1024);
    report.figure("the client that behaves", &probe);
    report.require(most < *mebibytes, format!("it takes less than {mebibytes} MiB"));
    report.require(probe.only(201), "a client at another address can write");
    report.require(server.terminate().success(), "the server goes on");
    Ok(report)
}

/// Sends as much of each body as is taken. Returns how many bytes that were.
fn round(
    server: &RunningServer,
    head: &str,
    arguments: &Arguments,
    token: &str,
    probe: &mut Probe,
) -> anyhow::Result<usize> {
    let body = vec![b' '; arguments.bytes.saturating_sub(1)];
    let mut senders = (0..arguments.connections)
        .map(|_| {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port()))?;
            stream.write_all(head.as_bytes())?;
            stream.set_nonblocking(true)?;
            Ok((stream, 0))
        })
        .collect::<std::io::Result<Vec<(TcpStream, usize)>>>()
        .context("cannot connect (a limit of open files, ulimit -n?)")?;
    let start = Instant::now();
    let (mut last, mut asked) = (start, 0);
    while last.elapsed() < QUIET && start.elapsed() < ROUND {
        for (stream, sent) in &mut senders {
            match stream.write(body.get(*sent..).unwrap_or_default()) {
                Ok(0) => {}
                Ok(count) => {
                    *sent += count;
                    last = Instant::now();
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // The server has answered and closed.
                Err(_) => *sent = body.len(),
            }
        }
        // A small body and a large one, in turn.
        let content = "x".repeat(if asked % 2 == 0 { 100 } else { 500_000 });
        asked += 1;
        probe.ask(|| {
            let mut client = server.client();
            let request = client.request("POST", "/api/posts/").header("X-Forwarded-For", "198.51.100.1");
            let request = request.header("Authorization", token);
            request.json(&json!({"title": "t", "content": content})).try_send()
        });
    }
    // A login is possible, too.
    let credentials = json!({"username": ACCOUNT, "password": PASSWORD});
    let mut client = server.client();
    let answer = client.request("POST", "/auth/obtain_token/").json(&credentials).try_send();
    anyhow::ensure!(answer.is_ok_and(|answer| answer.status == 200), "a login fails meanwhile");
    Ok(senders.iter().map(|(_, sent)| sent).sum())
}
