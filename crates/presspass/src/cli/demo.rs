//! `presspass demo`: sample accounts and 50 posts that go away when it ends.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use presspass_auth::passwords::{Hasher, HasherLimits, Password};
use presspass_auth::{Clock, SystemClock, SystemRandomness};
use presspass_domain::{
    AccountStore, Action, Content, Created, EmailAddress, Moment, NewAccount, NewPost, PostStore, Title,
    Username,
};
use presspass_persistence::{Accounts, Posts};

use super::signals::StopSignals;
use super::{Outcome, block_on, print, serve, tell};
use crate::app::startup::{self, Migrated, NewFile};
use crate::settings::Settings;

/// How many posts there are.
const POSTS: usize = 50;

/// A sample account.
struct Sample {
    name: &'static str,
    password: &'static str,
    is_superuser: bool,
    permits: &'static [Action],
    may: &'static str,
}

const ACCOUNTS: [Sample; 3] = [
    Sample {
        name: "admin",
        password: "demo-Admin-1",
        is_superuser: true,
        permits: &[],
        may: "may do everything",
    },
    Sample {
        name: "editor",
        password: "demo-Editor-1",
        is_superuser: false,
        permits: &[Action::Add, Action::Change, Action::Delete, Action::View],
        may: "reads and writes posts",
    },
    Sample {
        name: "reader",
        password: "demo-Reader-1",
        is_superuser: false,
        permits: &[],
        may: "reads posts",
    },
];

pub(super) fn run(config: Option<&Path>) -> anyhow::Result<Outcome> {
    let folder = tempfile::Builder::new()
        .prefix("presspass-demo-")
        .tempdir()
        .context("cannot make a folder for the demonstration's data")?;
    let settings = settings(config, folder.path())?;
    if let Some(open) = settings.bind.iter().find(|address| !serve::is_loopback(**address)) {
        bail!(
            "the demonstration's passwords are published, and others could reach it on {open}; set bind (PRESSPASS_BIND) \
             to an address of this machine alone, such as 127.0.0.1:8000"
        );
    }
    // Ended before it has begun, it must not leave its data behind, either.
    let filled = block_on(async { StopSignals::listen()?.unless_stopped(fill(&settings)).await.transpose() });
    let outcome = match filled {
        Ok(Some(())) => serve::run_with(&settings, serve::Migrations::Run, tell_how),
        Ok(None) => Ok(Outcome::Success),
        Err(error) => Err(error),
    };
    folder.close().context("cannot delete the demonstration's data")?;
    tell("The demonstration's data is deleted.");
    outcome
}

/// The operator's settings, but for where the data lies and what protects it.
fn settings(config: Option<&Path>, folder: &Path) -> anyhow::Result<Settings> {
    const OURS: [&str; 3] = ["DATABASE_URL", "SECRET_KEY", "PRESSPASS_DATA_DIR"];
    // A token of the demonstration must be worth nothing elsewhere, nor one of elsewhere here.
    let key = startup::random_key(&SystemRandomness)?;
    let is_ours = |name: &OsString| OURS.iter().any(|ours| name == ours || *name == *format!("{ours}_FILE"));
    let kept = std::env::vars_os().filter(|(name, _)| !is_ours(name));
    let url = format!("sqlite://{}", folder.join("demo.sqlite3").display());
    let ours: [OsString; 3] = [url.into(), key.into(), folder.into()];
    let here = std::env::current_dir().unwrap_or_default();
    Ok(Settings::load(config, kept.chain(OURS.map(OsString::from).into_iter().zip(ours)), &here)?)
}

async fn fill(settings: &Settings) -> anyhow::Result<()> {
    let Migrated { database, origin, .. } = startup::open_migrated(settings, NewFile::Always)?;
    let (scheme, _) = startup::password_policy(settings, origin);
    let hasher = Hasher::start(scheme, HasherLimits::default(), Arc::new(SystemRandomness))?;
    let (accounts, posts) = (Accounts::new(database.clone()), Posts::new(database));
    let now = Moment::new(SystemClock.now());
    for Sample { name, password, is_superuser, permits, may: _ } in ACCOUNTS {
        let account = NewAccount {
            username: Username::parse(name)?,
            email: EmailAddress::parse(&format!("{name}@example.com"))
                .ok_or_else(|| anyhow!("no address"))?,
            password: hasher.hash(&Password::new(password)).await?,
            is_staff: is_superuser,
            is_superuser,
            date_joined: now,
        };
        let Created::New(id) = accounts.create(account).await? else {
            bail!("the account {name} was not made");
        };
        for action in permits {
            accounts.grant(id, "posts", action.codename("post")).await?;
        }
    }
    for number in 1..=POSTS {
        let title = Title::parse(format!("Post {number}"))?;
        let content = Content::parse(format!("The content of sample post {number}."))?;
        posts.create(NewPost { title, content }, now).await?;
    }
    Ok(())
}

fn tell_how(address: SocketAddr) -> anyhow::Result<()> {
    print("Accounts (name, password):")?;
    for Sample { name, password, may, .. } in ACCOUNTS {
        print(&format!("  {name:<8} {password:<14} {may}"))?;
    }
    let Sample { name, password, .. } = ACCOUNTS[0];
    print(&format!(
        "Try, in another terminal:\n\
         \n  TOKEN=$(curl -s http://{address}/auth/obtain_token/ -d username={name} -d password={password} | cut -d '\"' -f 4)\
         \n  curl -H \"Authorization: JWT $TOKEN\" http://{address}/account/\
         \n  curl -H \"Authorization: JWT $TOKEN\" 'http://{address}/api/posts/?limit=2'\
         \n  curl -H \"Authorization: JWT $TOKEN\" http://{address}/api/posts/ -d title=Hello -d content=World\n\
         \nCtrl-C ends the demonstration and deletes its data."
    ))
}
