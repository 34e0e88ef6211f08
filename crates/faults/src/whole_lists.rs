//! Lists without pagination: many clients at the same time, and slow ones.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use presspass_test_support::{Client, TestDatabase};

use crate::rows::create_posts;
use crate::{Probe, Report, Subject, log_in};

const LIST: &str = "/api/posts/";

/// What the others are promised.
const LIMIT: Duration = Duration::from_secs(2);

/// How it is done.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// How many posts the list has; 1,500 are 467 kB
    #[arg(long, default_value_t = 1500)]
    pub posts: usize,
    /// How many fast clients ask at once
    #[arg(long, default_value_t = 32)]
    pub clients: usize,
    /// How many posts the list has that is read slowly: more than the buffers of a connection hold
    #[arg(long, default_value_t = 20_000)]
    pub slow_posts: usize,
    /// How many clients of one account read slowly
    #[arg(long, default_value_t = 4)]
    pub slow: usize,
    /// How many kB a slow one takes in a second
    #[arg(long, default_value_t = 100)]
    pub kilobytes: u32,
    /// For how many seconds each part goes on
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
}

/// Runs it.
///
/// # Errors
/// Where a server does not start, or the database cannot be filled.
pub fn run(program: &Path, arguments: &Arguments) -> anyhow::Result<Report> {
    let subject = Subject::new(program, TestDatabase::sqlite(), &[]);
    subject.create_superuser("slow")?;
    subject.create_superuser("fast")?;
    create_posts(subject.database(), arguments.posts, &"x".repeat(187))?;
    let mut server = subject.start();
    let slow = log_in(&mut server.client(), "slow")?;
    let fast = log_in(&mut server.client(), "fast")?;
    let size = server.client().request("GET", LIST).header("Authorization", &fast).send().body.len();

    let port = server.port();
    let time = Duration::from_secs(arguments.seconds);
    let at_once = thread::scope(|scope| {
        let clients: Vec<_> =
            (0..arguments.clients).map(|_| scope.spawn(|| lists(port, &fast, time))).collect();
        let mut all = Probe::default();
        for probe in clients.into_iter().filter_map(|client| client.join().ok()) {
            all.add(probe);
        }
        all
    });
    create_posts(subject.database(), arguments.slow_posts.saturating_sub(arguments.posts), &"x".repeat(187))?;
    let stop = AtomicBool::new(false);
    let beside_slow = thread::scope(|scope| {
        for _ in 0..arguments.slow {
            scope.spawn(|| read_slowly(port, &slow, arguments.kilobytes, &stop));
        }
        // They have begun by then.
        thread::sleep(Duration::from_millis(500));
        let probe = lists(port, &fast, time);
        stop.store(true, Ordering::Relaxed);
        probe
    });

    let Arguments { clients, slow, kilobytes, .. } = arguments;
    let mut report = Report::new(format!(
        "the whole list of {} posts, {} kB: {clients} clients at once; then that of {} posts: {slow} clients of one account \
         that read {kilobytes} kB/s, and one of another account; SQLite",
        arguments.posts,
        size / 1000,
        arguments.slow_posts
    ));
    report.figure("at once", &at_once);
    report.figure("beside slow ones", &beside_slow);
    report.require(at_once.only(200), "every one of many fast clients has its list");
    report.require(beside_slow.only(200), "another account has its list beside slow readers");
    report.require(beside_slow.slowest() < LIMIT, "within 2 s");
    report.require(server.terminate().success(), "the server goes on");
    Ok(report)
}

fn lists(port: u16, token: &str, time: Duration) -> Probe {
    let (start, mut probe, mut client) = (Instant::now(), Probe::default(), Client::new(port));
    while start.elapsed() < time {
        probe.ask(|| client.request("GET", LIST).header("Authorization", token).try_send());
    }
    probe
}

/// Reads the list again and again, by a small window of the connection and pauses.
fn read_slowly(port: u16, token: &str, kilobytes: u32, stop: &AtomicBool) {
    let request =
        format!("GET {LIST} HTTP/1.1\r\nHost: a\r\nAuthorization: {token}\r\nConnection: close\r\n\r\n");
    let mut buffer = [0; 10_000];
    while !stop.load(Ordering::Relaxed) {
        let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return };
        if stream.write_all(request.as_bytes()).is_err() {
            continue;
        }
        while !stop.load(Ordering::Relaxed) && stream.read(&mut buffer).is_ok_and(|count| count > 0) {
            thread::sleep(Duration::from_secs(10) / kilobytes.max(1));
        }
    }
}
