//! Sends a group's steps to one server, and keeps what it answers.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::bail;
use presspass_auth::Clock;
use presspass_test_support::{Answer, RunningServer, TestDatabase};
use serde_json::Value;
use tempfile::TempDir;

use crate::answer::{Circumstances, Recorded};
use crate::case::{Body, Group, Request, Step};
use crate::database::Sqlite;
use crate::fill::{Saved, fill};
use crate::known_tokens::KnownTokens;
use crate::recording::{RecordedCase, Recording};
use crate::rows;
use crate::token;

/// How long a server may think: hashing a password takes a while where every core is busy.
const PATIENCE: Duration = Duration::from_mins(5);

/// A server on a database of its own, filled with the fixture.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) server: RunningServer,
    pub(crate) database: TestDatabase,
    /// Where Presspass may keep what is its own.
    pub(crate) _folder: Option<TempDir>,
}

/// Sends every step, then stops the server and reads its rows.
pub(crate) fn record(
    group: &Group,
    mut side: Side,
    sqlite: &dyn Sqlite,
    clock: &dyn Clock,
) -> anyhow::Result<Recording> {
    let started = clock.now().unix_timestamp();
    let mut cases = Vec::new();
    for case in &group.cases {
        let answers = answers(&case.steps, &group.settings, &side.server, started, clock)?;
        cases.push(RecordedCase { name: case.name.clone(), answers });
    }
    stop(&mut side)?;
    let rows = rows::read(group.project, &side.database, sqlite, started)?;
    Ok(Recording { cases, rows })
}

/// Stops the server, which must be there still.
pub(crate) fn stop(side: &mut Side) -> anyhow::Result<()> {
    expect_alive(side)?;
    side.server.terminate();
    Ok(())
}

pub(crate) fn expect_alive(side: &mut Side) -> anyhow::Result<()> {
    match side.server.exit_status() {
        Some(status) => bail!("the server ended by itself: {status}\n{}", side.server.stderr()),
        None => Ok(()),
    }
}

/// What a server answers to a case's requests. `started` in seconds since 1970.
pub(crate) fn answers(
    steps: &[Step],
    settings: &BTreeMap<String, String>,
    server: &RunningServer,
    started: i64,
    clock: &dyn Clock,
) -> anyhow::Result<Vec<Recorded>> {
    // Made anew for each case: a slow machine must not outlive them.
    let now = clock.now().unix_timestamp();
    let mut saved = token::of_accounts(settings, now)?;
    let mut tokens = KnownTokens::new(settings);
    for token in saved.values() {
        tokens.made(token, now);
    }
    let mut answers = Vec::new();
    for step in steps {
        let sent = clock.now().unix_timestamp();
        match step {
            Step::Forge(forgery) => {
                let token = token::forge(forgery, sent)?;
                tokens.made(&token, sent);
                saved.insert(forgery.name.clone(), token);
            }
            Step::Request(request) => {
                // A connection of its own, as Django's server closes some.
                let answer = send(server, request, &saved);
                let asked = sent..=clock.now().unix_timestamp();
                if let Some(answer) = &answer {
                    keep(answer, request, &mut saved);
                }
                let circumstances =
                    Circumstances { port: server.port(), started, asked, tokens: &mut tokens };
                answers.push(answer.map_or_else(Recorded::none, |it| Recorded::of(&it, circumstances)));
            }
        }
    }
    Ok(answers)
}

fn send(server: &RunningServer, step: &Request, saved: &Saved) -> Option<Answer> {
    let mut client = server.client().timeout(PATIENCE);
    let mut request = client.request(&step.method, &fill(&step.path, saved));
    for (name, value) in &step.headers {
        request = request.header(name, fill(value, saved));
    }
    let token = step.account.as_ref().and_then(|account| saved.get(&format!("token:{account}")));
    if let Some(token) = token {
        request = request.header("Authorization", format!("JWT {token}"));
    }
    request = match &step.body {
        Body::Text(text) => request.body(fill(text, saved)),
        Body::Bytes(bytes) => request.body(bytes.clone()),
        Body::None if matches!(step.method.as_str(), "POST" | "PUT" | "PATCH") => request.body(""),
        Body::None => request,
    };
    request.try_send().ok()
}

/// Keeps the members that the step names (empty where the answer has none), and every cookie.
fn keep(answer: &Answer, step: &Request, saved: &mut Saved) {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    for (name, member) in &step.save {
        let value = body
            .get(member)
            .map_or_else(String::new, |it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
        saved.insert(name.clone(), value);
    }
    for line in answer.headers.get_all("set-cookie") {
        if let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) {
            saved.insert(name.trim().to_owned(), value.trim().trim_matches('"').to_owned());
        }
    }
}
