//! Starts Presspass for a program.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use presspass_test_support::{Client, RunningServer, ServerCommand, TestDatabase, isolated_command};
use serde_json::json;

/// The password of every account that a program makes.
pub const PASSWORD: &str = "Correct-Horse-9";

const SECRET_KEY: &str = "uG7tR2yN9wE4qL6mZ1xB8cV3kJ5hP0sD";

/// The program under test with its settings, on a database that goes away with this.
#[derive(Debug)]
pub struct Subject {
    program: PathBuf,
    database: TestDatabase,
    settings: Vec<(String, String)>,
}

impl Subject {
    /// A subject with these settings (`PRESSPASS_…` and values), on this database. Tokens last for a day.
    #[must_use]
    pub fn new(program: &Path, database: TestDatabase, settings: &[(&str, &str)]) -> Self {
        let own = [
            ("DATABASE_URL", database.url()),
            ("SECRET_KEY", SECRET_KEY.to_owned()),
            ("PRESSPASS_JWT__EXPIRATION_SECONDS", "86400".to_owned()),
        ];
        let settings = settings.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let settings = own.into_iter().chain(settings).map(|(name, value)| (name.to_owned(), value));
        Self { program: program.to_owned(), settings: settings.collect(), database }
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// A server that is not started yet. Servers of one subject share its database.
    pub fn command(&self) -> ServerCommand {
        // Stopped as it is installed: it drains.
        let command = ServerCommand::new(&self.program).env_remove("PRESSPASS_DRAIN_SECONDS");
        command.arg("serve").envs(self.settings.iter().cloned())
    }

    /// A running server.
    #[must_use]
    pub fn start(&self) -> RunningServer {
        self.command().start()
    }

    /// Creates a superuser with [`PASSWORD`], by the command line.
    ///
    /// # Errors
    /// Where the command fails.
    pub fn create_superuser(&self, name: &str) -> anyhow::Result<()> {
        let mut command = isolated_command(&self.program);
        command
            .args(["createsuperuser", "--noinput", "--username", name])
            .envs(self.settings.iter().cloned());
        let output = command.env("PRESSPASS_SUPERUSER_PASSWORD", PASSWORD).output();
        let output = output.with_context(|| format!("cannot run {}", self.program.display()))?;
        ensure!(output.status.success(), "createsuperuser: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}

/// Logs an account with [`PASSWORD`] in: the value of `Authorization` for its requests.
///
/// # Errors
/// Where the login is refused.
pub fn log_in(client: &mut Client, name: &str) -> anyhow::Result<String> {
    let credentials = json!({"username": name, "password": PASSWORD});
    let answer = client.request("POST", "/auth/obtain_token/").json(&credentials).send();
    ensure!(answer.status == 200, "the login of {name}: {} {}", answer.status, answer.text());
    let token = answer.json();
    Ok(format!("JWT {}", token["token"].as_str().context("there is no token")?))
}
