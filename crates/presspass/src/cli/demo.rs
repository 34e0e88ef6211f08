//! `presspass demo`: serves sample data that is deleted at the end.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use presspass_auth::passwords::{Hasher, HasherLimits, Password};
use presspass_auth::{BoxFuture, Clock, SystemClock, SystemRandomness};
use presspass_domain::{EmailAddress, NewAccount, Timestamp, Username};
use presspass_persistence::{AccountCreated, AccountStore, Database};

use super::signals::{self, StopSignals};
use super::{App, Outcome, block_on, print, serve, tell};
use crate::app::startup::{self, Migrated, NewFile};
use crate::settings::Settings;

/// What the command `demo` serves. Its passwords are published: it listens on this machine alone.
#[derive(Debug, Clone, Copy)]
pub struct Demo {
    /// The sample accounts; at least one. The first is shown in examples.
    pub accounts: &'static [DemoAccount],
    /// Makes the sample data.
    pub fill: fn(Database) -> BoxFuture<'static, anyhow::Result<()>>,
    /// Arguments of curl that try the API: `{address}` stands for where the server listens.
    pub examples: &'static [&'static str],
}

/// A sample account.
#[derive(Debug, Clone, Copy)]
pub struct DemoAccount {
    /// Its user name.
    pub name: &'static str,
    /// Its password.
    pub password: &'static str,
    /// Whether it is a superuser, and so may use the admin.
    pub is_superuser: bool,
    /// Its permissions: application label and codename.
    pub permissions: &'static [(&'static str, &'static str)],
    /// What it may do, in words.
    pub about: &'static str,
}

pub(super) fn run(app: &App, config: Option<&Path>) -> anyhow::Result<Outcome> {
    let Some(demo) = app.demo else { bail!("this program has no sample data") };
    signals::ignore_others()?;
    let folder = tempfile::Builder::new()
        .prefix("presspass-demo-")
        .tempdir()
        .context("cannot create a folder for the demo's data")?;
    let settings = settings(app, config, folder.path())?;
    if let Some(open) = settings.bind.iter().find(|address| !serve::is_loopback(**address)) {
        bail!(
            "the demo's passwords are public, and other machines could reach it on {open}; set bind (PRESSPASS_BIND) \
             to a loopback address, such as 127.0.0.1:8000"
        );
    }
    // Ended before it has begun, it must not leave its data behind, either.
    let filled =
        block_on(async { StopSignals::listen()?.unless_stopped(fill(demo, &settings)).await.transpose() });
    let outcome = match filled {
        Ok(Some(())) => {
            serve::run_with(app, &settings, serve::Migrations::Run, None, |address| tell_how(demo, address))
        }
        Ok(None) => Ok(Outcome::Success),
        Err(error) => Err(error),
    };
    folder.close().context("cannot delete the demo's data")?;
    tell("The demo's data was deleted.");
    outcome
}

/// The operator's settings, but for where the data lies and what protects it.
fn settings(app: &App, config: Option<&Path>, folder: &Path) -> anyhow::Result<Settings> {
    const OURS: [&str; 3] = ["DATABASE_URL", "SECRET_KEY", "PRESSPASS_DATA_DIR"];
    // A token of the demonstration must be worth nothing elsewhere, nor one of elsewhere here.
    let key = startup::random_key(&SystemRandomness)?;
    let is_ours = |name: &OsString| OURS.iter().any(|ours| name == ours || *name == *format!("{ours}_FILE"));
    let kept = std::env::vars_os().filter(|(name, _)| !is_ours(name));
    let url = format!("sqlite://{}", folder.join("demo.sqlite3").display());
    let ours: [OsString; 3] = [url.into(), key.into(), folder.into()];
    Ok(app.load(config, kept.chain(OURS.map(OsString::from).into_iter().zip(ours)))?)
}

async fn fill(demo: Demo, settings: &Settings) -> anyhow::Result<()> {
    let Migrated { database, origin, .. } = startup::open_migrated(settings, NewFile::Always)?;
    let (scheme, _) = startup::password_policy(settings, origin);
    let hasher = Hasher::start(scheme, HasherLimits::default(), Arc::new(SystemRandomness))?;
    let accounts = AccountStore::new(database.clone());
    let now = Timestamp::new(SystemClock.now());
    for DemoAccount { name, password, is_superuser, permissions, about: _ } in demo.accounts {
        let account = NewAccount {
            username: Username::parse(name)?,
            email: EmailAddress::parse(&format!("{name}@example.com"))
                .ok_or_else(|| anyhow!("no address"))?,
            password: hasher.hash(&Password::new(*password)).await?,
            is_staff: *is_superuser,
            is_superuser: *is_superuser,
            date_joined: now,
        };
        let AccountCreated::New(id) = accounts.create(account).await? else {
            bail!("the account {name} could not be created");
        };
        for (app_label, codename) in *permissions {
            accounts.grant(id, app_label, (*codename).to_owned()).await?;
        }
    }
    (demo.fill)(database).await
}

fn tell_how(demo: Demo, address: SocketAddr) -> anyhow::Result<()> {
    print("Accounts (user name, password):")?;
    for DemoAccount { name, password, about, .. } in demo.accounts {
        print(&format!("  {name:<8} {password:<14} {about}"))?;
    }
    let Some(DemoAccount { name, password, .. }) = demo.accounts.first() else { return Ok(()) };
    let examples = demo.examples.iter().fold(String::new(), |examples, arguments| {
        let arguments = arguments.replace("{address}", &address.to_string());
        examples + &format!("\n  curl -H \"Authorization: JWT $TOKEN\" {arguments}")
    });
    print(&format!(
        "Try, in another terminal:\n\
         \n  TOKEN=$(curl -s http://{address}/auth/obtain_token/ -d username={name} -d password={password} | cut -d '\"' -f 4)\
         {examples}\n\
         \nPress Ctrl-C to stop and to delete the data."
    ))
}
