//! Failed logins: whether their duration shows which accounts exist.
//!
//! Unknown, inactive, without a usable password, and a wrong password: each kind is tried by JSON, by form and by Basic, all
//! in turn, so that whatever else the machine does falls on every kind alike. The medians of a way should lie within 5 % of
//! each other, and the answers should be the same bytes.

use std::fmt::Write as _;
use std::io::Write as _;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use presspass_test_support::{
    Answer, Client, Profile, RunningServer, ServerCommand, TestDatabase, isolated_command, presspass_program,
};
use serde_json::json;

use crate::figures::Spread;
use crate::machine::Load;

/// The kinds of account, by name.
const KINDS: [&str; 4] = ["unknown", "inactive", "unusable", "wrong"];

/// The ways to log in. The names and passwords below hold nothing that a form or Basic would have to encode.
const WAYS: [Way; 3] = [Way::Json, Way::Form, Way::Basic];

/// How far apart medians may be.
const CLOSE: f64 = 0.05;

const PASSWORD: &str = "Engine-No-1843";
const SECRET_KEY: &str = "q9J0mT3vXh5Wc8Zr1Lk7Yp4Ns6Bd2Fg0";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many logins of each kind by each way
    #[arg(long, default_value = "200")]
    rounds: NonZeroU32,
    /// Ask this binary instead of building one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Json,
    Form,
    Basic,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Form => "form",
            Self::Basic => "Basic",
        }
    }

    /// Tries to log in; how long the answer took, and what it was.
    fn attempt(self, client: &mut Client, name: &str) -> (Duration, Answer) {
        let request = match self {
            Self::Json => client
                .request("POST", "/auth/obtain_token/")
                .json(&json!({"username": name, "password": PASSWORD})),
            Self::Form => client
                .request("POST", "/auth/obtain_token/")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(format!("username={name}&password={PASSWORD}")),
            Self::Basic => client
                .request("GET", "/account/")
                .header("Authorization", format!("Basic {}", base64(&format!("{name}:{PASSWORD}")))),
        };
        let begun = Instant::now();
        let answer = request.send();
        (begun.elapsed(), answer)
    }
}

/// Measures, and fails where a median is too far from the least of its way.
pub(crate) fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let program = presspass_program(arguments.program.as_deref(), Profile::Release)?;
    let database = TestDatabase::postgresql().context("PostgreSQL is missing: apt-get install postgresql")?;
    let server = start(&program, &database)?;
    let before = Load::now();
    let mut client = server.client();
    let mut times = [[(); KINDS.len()]; WAYS.len()].map(|kinds| kinds.map(|()| Vec::new()));
    for round in 0..arguments.rounds.get() as usize {
        for (way, of_way) in WAYS.iter().zip(&mut times) {
            let mut told: Option<String> = None;
            for turn in 0..KINDS.len() {
                // Each round begins with another kind.
                let kind = (turn + round) % KINDS.len();
                let (took, answer) = way.attempt(&mut client, KINDS[kind]);
                let answer = format!("{} {}", answer.status, answer.text());
                ensure!(
                    told.get_or_insert_with(|| answer.clone()) == &answer,
                    "{} by {} is told otherwise: {answer}",
                    KINDS[kind],
                    way.name()
                );
                of_way[kind].push(took.as_secs_f64() * 1e3);
            }
        }
    }
    report(&times, arguments.rounds, &before)
}

/// A server on which all kinds of account are; nobody is locked out, and all have the same kind of hash.
fn start(program: &PathBuf, database: &TestDatabase) -> anyhow::Result<RunningServer> {
    let environment = [
        ("DATABASE_URL", database.url()),
        ("SECRET_KEY", SECRET_KEY.to_owned()),
        ("PRESSPASS_AUTHENTICATORS", "basic".to_owned()),
        ("PRESSPASS_THROTTLE__ENABLED", "false".to_owned()),
    ];
    for name in &KINDS[1..] {
        let mut made = isolated_command(program);
        made.args(["createsuperuser", "--noinput", "--username", name]).envs(environment.clone());
        // Another password than the one that is tried.
        made.env("PRESSPASS_SUPERUSER_PASSWORD", format!("{PASSWORD}-other"));
        let output = made.output().with_context(|| format!("cannot run {}", program.display()))?;
        if !output.status.success() {
            bail!("createsuperuser: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
    }
    database.execute(
        "UPDATE auth_user SET is_active = false WHERE username = 'inactive'; \
         UPDATE auth_user SET password = '!0123456789abcdefghijklmnopqrstuvwxyzABCD' WHERE username = 'unusable'",
    )?;
    Ok(ServerCommand::new(program).arg("serve").envs(environment).start())
}

fn report(
    times: &[[Vec<f64>; KINDS.len()]; WAYS.len()],
    rounds: NonZeroU32,
    before: &Load,
) -> anyhow::Result<()> {
    let mut table = format!(
        "{rounds} logins of each kind by each way; load average before {before}, after {}\n\n\
         | Way | Account | Median, ms | Range, ms | Of the least median |\n|---|---|---|---|---|\n",
        Load::now()
    );
    let mut furthest: f64 = 0.0;
    for (way, of_way) in WAYS.iter().zip(times) {
        let spreads: Vec<Spread> = of_way.iter().map(|kind| Spread::of(kind.iter().copied())).collect();
        let least = spreads.iter().map(|spread| spread.median).fold(f64::INFINITY, f64::min);
        for (kind, Spread { median, min, max }) in KINDS.iter().zip(&spreads) {
            let ratio = median / least;
            furthest = furthest.max(ratio - 1.0);
            writeln!(table, "| {} | {kind} | {median:.2} | {min:.1} to {max:.1} | {ratio:.3} |", way.name())?;
        }
    }
    write!(
        std::io::stdout().lock(),
        "{table}\nThe medians of a way lie within {:.1} %.\n",
        furthest * 100.0
    )?;
    ensure!(furthest <= CLOSE, "the medians of a way are further apart than {:.0} %", CLOSE * 100.0);
    Ok(())
}

/// Base64 (RFC 4648, section 4).
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let encoded = text.as_bytes().chunks(3).flat_map(|chunk| {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*chunk.get(at).unwrap_or(&0)));
        (0..4).map(
            move |at| {
                if at > chunk.len() { '=' } else { char::from(DIGITS[bits >> (18 - 6 * at) & 63]) }
            },
        )
    });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_its_standard() {
        for (text, encoded) in [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text), encoded);
        }
    }
}
