//! Presspass on a database with an account and posts, and the requests that are measured.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use presspass_test_support::{Answer, Client, RunningServer, ServerCommand, isolated_command};
use serde_json::{Value, json};

const USERNAME: &str = "benchmark";
/// Longer than anybody measures.
const TOKEN_SECONDS: &str = "86400";
const POSTS: usize = 20;
const CONTENT_CHARACTERS: usize = 500;

/// Which read is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// One post.
    Detail,
    /// A page of 20.
    List,
    /// All 20, which is a list that is not cut into pages.
    Whole,
}

impl fmt::Display for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Detail => "one post of 500 characters",
            Self::List => "a list of 20 posts of 500 characters",
            Self::Whole => "the whole list of 20 posts of 500 characters",
        })
    }
}

/// What is asked, and the answer that it must get.
#[derive(Debug)]
pub(crate) struct Target {
    /// The path with its query.
    pub path: String,
    /// The value of `Authorization`.
    pub authorization: String,
    /// What Presspass answered.
    pub answer: Answer,
}

impl Target {
    /// Asks once.
    pub fn ask(&self, server: &RunningServer) -> Answer {
        get(&mut server.client(), &self.path, &self.authorization)
    }
}

/// Starts the program with one worker, by this command, on this empty database, and fills it through its commands and its
/// API.
pub(crate) fn start(
    program: &Path,
    command: ServerCommand,
    database: &str,
    read: Read,
) -> anyhow::Result<(RunningServer, Target)> {
    let password = secret();
    let environment = [
        ("DATABASE_URL", database.to_owned()),
        ("SECRET_KEY", secret()),
        ("PRESSPASS_WORKERS", "1".to_owned()),
        ("PRESSPASS_JWT__EXPIRATION_SECONDS", TOKEN_SECONDS.to_owned()),
    ];
    let mut superuser = isolated_command(program);
    superuser.args(["createsuperuser", "--noinput"]).envs(environment.clone());
    superuser.env("PRESSPASS_SUPERUSER_USERNAME", USERNAME);
    superuser.env("PRESSPASS_SUPERUSER_EMAIL", "benchmark@example.org");
    superuser.env("PRESSPASS_SUPERUSER_PASSWORD", &password);
    let output = superuser.output().with_context(|| format!("cannot run {}", program.display()))?;
    if !output.status.success() {
        bail!("createsuperuser (on an empty database?): {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let server = command.arg("serve").envs(environment).start();
    let target = fill(&mut server.client(), &password, read)?;
    Ok((server, target))
}

fn fill(client: &mut Client, password: &str, read: Read) -> anyhow::Result<Target> {
    let credentials = json!({"username": USERNAME, "password": password});
    let token = created(&client.request("POST", "/auth/obtain_token/").json(&credentials).send(), 200)?;
    let authorization = format!("JWT {}", token["token"].as_str().context("there is no token")?);
    let mut ids = Vec::new();
    for number in 1..=POSTS {
        let post = json!({"title": format!("Post {number}"), "content": content()});
        let request = client.request("POST", "/api/posts/").header("Authorization", &authorization);
        ids.push(created(&request.json(&post).send(), 201)?["id"].as_i64().context("the post has no id")?);
    }
    let path = match (read, ids.first()) {
        (Read::Detail, Some(id)) => format!("/api/posts/{id}/"),
        (Read::Detail, None) => bail!("there is no post"),
        (Read::List, _) => format!("/api/posts/?limit={POSTS}"),
        (Read::Whole, _) => "/api/posts/".to_owned(),
    };
    let answer = get(client, &path, &authorization);
    ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.text());
    let body = answer.json();
    let shown = match read {
        Read::Detail => usize::from(body["content"] == content()),
        Read::List => body["results"].as_array().map_or(0, Vec::len),
        Read::Whole => body.as_array().map_or(0, Vec::len),
    };
    let expected = if read == Read::Detail { 1 } else { POSTS };
    ensure!(shown == expected, "{path} shows {shown} of {expected} posts: {}", answer.text());
    Ok(Target { path, authorization, answer })
}

fn get(client: &mut Client, path: &str, authorization: &str) -> Answer {
    client.request("GET", path).header("Authorization", authorization).send()
}

fn created(answer: &Answer, status: u16) -> anyhow::Result<Value> {
    ensure!(answer.status == status, "{} {}", answer.status, answer.text());
    Ok(answer.json())
}

pub(crate) fn content() -> String {
    "All work and no play makes a dull post. "
        .chars()
        .cycle()
        .take(CONTENT_CHARACTERS - 1)
        .chain(['.'])
        .collect()
}

/// 128 bits that nobody can guess: the database may be one that others reach.
fn secret() -> String {
    let half = |seed| RandomState::new().hash_one(seed);
    format!("{:016x}{:016x}", half(0), half(1))
}

#[cfg(test)]
mod tests {
    use super::{content, secret};

    #[test]
    fn a_post_has_500_characters_and_no_outer_blanks() {
        assert_eq!(content().chars().count(), 500);
        assert_eq!(content().trim(), content());
    }

    #[test]
    fn a_secret_is_long_enough_for_a_key_and_never_the_same() {
        assert_eq!(secret().len(), 32);
        assert_ne!(secret(), secret());
    }
}
