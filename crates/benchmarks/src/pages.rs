//! Duration and size of the pages of the admin and the browsable API, and of the API's lists, with many posts.
//!
//! One caller, one connection, each page many times, all in turn: what is timed is the server and the loopback, and no
//! queue. Posts are written into the database directly, as a backend that is adopted comes with them.

use std::io::Write as _;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use presspass_test_support::{
    Answer, Client, Engine, Profile, RunningServer, ServerCommand, TestDatabase, find_program,
    isolated_command, presspass_program,
};

use crate::figures::Spread;
use crate::machine::Load;

const USERNAME: &str = "benchmark";
const PASSWORD: &str = "Engine-No-1843";
const SECRET_KEY: &str = "q9J0mT3vXh5Wc8Zr1Lk7Yp4Ns6Bd2Fg0";

/// How many records a page of a list has.
const PAGE: u32 = 50;

/// As in docs/performance.md.
const TRIGRAMS: &str = "CREATE EXTENSION pg_trgm;
    CREATE INDEX posts_post_title_search ON posts_post USING gin (upper(title) gin_trgm_ops);
    CREATE INDEX posts_post_content_search ON posts_post USING gin (upper(content) gin_trgm_ops);";

/// What a page should take, in ms, and weigh, in kB of 1,000 bytes.
const GOALS: (f64, f64) = (10.0, 60.0);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many posts there are
    #[arg(long, default_value = "100000")]
    posts: NonZeroU32,
    /// How many times each page is asked for
    #[arg(long, default_value = "31")]
    rounds: NonZeroU32,
    /// Use a PostgreSQL cluster that goes away afterwards, instead of SQLite
    #[arg(long)]
    postgresql: bool,
    /// Take away the indexes that Presspass adds to tables of its own, so that the database is as an adopted one
    #[arg(long)]
    adopted: bool,
    /// Make the indexes of three-letter pieces that docs/performance.md has for searches
    #[arg(long, requires = "postgresql")]
    trigrams: bool,
    /// Ask this binary instead of building one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

/// Measures.
pub(crate) fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let program = presspass_program(arguments.program.as_deref(), Profile::Release)?;
    let database = if arguments.postgresql {
        TestDatabase::postgresql().context("PostgreSQL is missing: apt-get install postgresql")?
    } else {
        TestDatabase::sqlite()
    };
    let server = start(&program, &database, arguments)?;
    let before = Load::now();
    let mut visitor = Visitor::log_in(&server)?;
    let files = visitor.files()?;
    let pages = pages(arguments.posts.get());
    let mut measured: Vec<(Vec<f64>, usize)> = pages.iter().map(|_| Default::default()).collect();
    for _ in 0..arguments.rounds.get() {
        for ((_, path), (times, weight)) in pages.iter().zip(&mut measured) {
            let begun = Instant::now();
            let answer = visitor.get(path);
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.text());
            // JSON loads no files.
            *weight = answer.body.len() + if is_json(path) { 0 } else { files };
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} posts on {:?}{}{}, {} times each; load average before {before}, after {}\n\n\
         | Page | Address | Median, ms | Range, ms | kB in total |\n|---|---|---|---|---|",
        arguments.posts,
        database.engine(),
        if arguments.adopted { ", without indexes of ours" } else { "" },
        if arguments.trigrams { ", with trigrams" } else { "" },
        arguments.rounds,
        Load::now()
    )?;
    let mut short = Vec::new();
    for ((name, path), (times, weight)) in pages.iter().zip(measured) {
        let Spread { median, min, max } = Spread::of(times);
        #[expect(clippy::cast_precision_loss, reason = "a page has less than 2^52 bytes")]
        let weight = weight as f64 / 1e3;
        writeln!(out, "| {name} | `{path}` | {median:.1} | {min:.1} to {max:.1} | {weight:.0} |")?;
        if median > GOALS.0 || weight > GOALS.1 {
            short.push(*name);
        }
    }
    match short.as_slice() {
        [] => writeln!(out, "\nEach takes less than {} ms and weighs less than {} kB.", GOALS.0, GOALS.1)?,
        short => writeln!(out, "\nOver {} ms or {} kB: {}.", GOALS.0, GOALS.1, short.join(", "))?,
    }
    Ok(())
}

/// What is asked for: in words, and where.
fn pages(posts: u32) -> Vec<(&'static str, String)> {
    let end = posts.div_ceil(PAGE);
    let list = |query: String| format!("/admin/posts/post/{query}");
    let json = |query: String| format!("/api/posts/?format=json&limit=20{query}");
    vec![
        ("index", "/admin/".to_owned()),
        ("list", list(String::new())),
        ("list, in the middle", list(format!("?p={}", end.div_ceil(2)))),
        ("list, last page", list(format!("?p={end}"))),
        ("list by title", list("?o=1".to_owned())),
        ("list by title, in the middle", list(format!("?o=-1&p={}", end.div_ceil(2)))),
        ("list by change", list("?o=-3".to_owned())),
        ("list of a year", list("?created_at__gte=2026-01-01&created_at__lt=2027-01-01".to_owned())),
        ("search, many found", list("?q=makes".to_owned())),
        ("search, one found", list(format!("?q=number-{posts}-"))),
        ("search, none found", list("?q=zebra".to_owned())),
        ("post", list(format!("{posts}/change/"))),
        ("history of a post", list(format!("{posts}/history/"))),
        ("deletion of a post", list(format!("{posts}/delete/"))),
        ("users", "/admin/auth/user/".to_owned()),
        ("user", "/admin/auth/user/1/change/".to_owned()),
        ("log", "/admin/admin/logentry/".to_owned()),
        ("API: posts", "/api/posts/?format=api".to_owned()),
        ("API: a part of posts", "/api/posts/?format=api&limit=20".to_owned()),
        ("API: a part in the middle", format!("/api/posts/?format=api&limit=20&offset={}", posts / 2)),
        ("API: a post", format!("/api/posts/{posts}/?format=api")),
        ("JSON: a part of posts", json(String::new())),
        ("JSON: a part in the middle", json(format!("&offset={}", posts / 2))),
        ("JSON: the last part", json(format!("&offset={}", posts.saturating_sub(20)))),
        ("JSON: by title", json("&ordering=-title".to_owned())),
        ("JSON: one title", json("&title=Post+1".to_owned())),
        ("JSON: most posts, by time", json("&created_at__gte=2025-07-02T00:00:00Z".to_owned())),
        ("JSON: search, one found", json(format!("&search=number-{posts}-"))),
        ("JSON: search, none found", json("&search=zebra".to_owned())),
        ("JSON: a post", format!("/api/posts/{posts}/?format=json")),
    ]
}

fn is_json(path: &str) -> bool {
    path.contains("format=json")
}

/// A server on a database with posts and a superuser.
fn start(program: &Path, database: &TestDatabase, arguments: &Arguments) -> anyhow::Result<RunningServer> {
    let environment = [("DATABASE_URL", database.url()), ("SECRET_KEY", SECRET_KEY.to_owned())];
    let mut made = isolated_command(program);
    made.args(["createsuperuser", "--noinput", "--username", USERNAME]).envs(environment.clone());
    made.env("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD);
    let output = made.output().with_context(|| format!("cannot run {}", program.display()))?;
    if !output.status.success() {
        bail!("createsuperuser: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    run(database, &fill(database.engine(), arguments.posts.get()))?;
    if arguments.trigrams {
        run(database, TRIGRAMS)?;
    }
    match database.engine() {
        Engine::Sqlite => run(database, "ANALYZE")?,
        Engine::Postgresql => vacuum(database)?,
    }
    let server = ServerCommand::new(program).arg("serve").envs(environment).start();
    if arguments.adopted {
        // At the start they would come back.
        let drop = ["id", "title", "created_at", "updated_at"]
            .map(|column| format!("DROP INDEX IF EXISTS presspass_posts_post_{column};"));
        run(database, &drop.concat())?;
    }
    Ok(server)
}

/// Does what a `PostgreSQL` server does by itself after a while. A VACUUM that comes right behind the rows takes none of them
/// for one that all see, and then an index alone answers nothing.
fn vacuum(database: &TestDatabase) -> anyhow::Result<()> {
    for _ in 0..20 {
        run(database, "VACUUM ANALYZE")?;
        let seen = database.execute("SELECT relallvisible FROM pg_class WHERE relname = 'posts_post'")?;
        if seen.is_some_and(|pages| pages != "0") {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(500));
    }
    bail!("VACUUM takes no row for one that all see");
}

/// The statement that makes the posts, of 500 characters, over the years around 2026.
fn fill(engine: Engine, posts: u32) -> String {
    let moment = match engine {
        Engine::Sqlite => "strftime('%Y-%m-%d %H:%M:%f000', '2025-07-01', '+' || (n * 7) || ' minutes')",
        Engine::Postgresql => "timestamptz '2025-07-01 00:00:00+00' + n * interval '7 minutes'",
    };
    let text = "All work and no play makes a dull post. ".repeat(12);
    format!(
        "INSERT INTO posts_post (title, content, created_at, updated_at)
         WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {posts})
         SELECT 'Post ' || (CAST(n AS bigint) * 7919 % {posts}), '{text} number-' || n || '-', {moment}, {moment} FROM number"
    )
}

/// Runs statements: on `SQLite` by Python, which brings a driver.
fn run(database: &TestDatabase, sql: &str) -> anyhow::Result<()> {
    let Some(path) = database.path() else {
        database.execute(sql)?;
        return Ok(());
    };
    let python = find_program("python3").context("python3 is missing, which fills the database")?;
    let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";
    let mut python = isolated_command(python);
    let output = python.args(["-c", script]).arg(path).arg(sql).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

/// A superuser at the pages.
struct Visitor {
    client: Client,
    cookies: String,
}

impl Visitor {
    fn log_in(server: &RunningServer) -> anyhow::Result<Self> {
        const LOG_IN: &str = "/admin/login/";
        let mut client = server.client();
        let page = client.request("GET", LOG_IN).header("Accept", "text/html").send();
        let token = page.cookie("csrftoken").context("the login page sets no csrftoken")?.to_owned();
        let form =
            format!("csrfmiddlewaretoken={token}&username={USERNAME}&password={PASSWORD}&next=%2Fadmin%2F");
        let answer = client
            .request("POST", LOG_IN)
            .header("Accept", "text/html")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Cookie", format!("csrftoken={token}"))
            .body(form)
            .send();
        let session = answer.cookie("sessionid").context("the login sets no sessionid")?;
        let token = answer.cookie("csrftoken").unwrap_or(&token);
        let cookies = format!("csrftoken={token}; sessionid={session}");
        Ok(Self { client, cookies })
    }

    /// How many bytes the files have that pages load, once for all of them.
    fn files(&mut self) -> anyhow::Result<usize> {
        let page = self.get("/admin/");
        let mut addresses: Vec<&str> =
            page.text().split('"').filter(|text| text.starts_with("/static/")).collect();
        addresses.sort_unstable();
        addresses.dedup();
        ensure!(!addresses.is_empty(), "the page loads no files");
        let weights = addresses.into_iter().map(|address| {
            let file = self.get(address);
            ensure!(file.status == 200, "{address}: {}", file.status);
            Ok(file.body.len())
        });
        weights.sum()
    }

    fn get(&mut self, path: &str) -> Answer {
        let accept = if is_json(path) { "application/json" } else { "text/html" };
        self.client.request("GET", path).header("Accept", accept).header("Cookie", &self.cookies).send()
    }
}
