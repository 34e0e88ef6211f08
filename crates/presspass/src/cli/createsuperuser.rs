//! `presspass createsuperuser`, with the prompts of Django's command.

use anyhow::{Context, anyhow, bail};
use presspass_auth::passwords::{
    AccountAttributes, Hasher, HasherLimits, Password, PasswordProblem, validate,
};
use presspass_auth::{Clock, SystemClock, SystemRandomness};
use presspass_domain::{EmailAddress, NewAccount, Timestamp, Username};
use presspass_persistence::{AccountCreated, AccountStore};

use super::prompts::{Asked, ask, ask_bypass, ask_password, require_terminal, tell_problems};
use super::{Outcome, block_on, print, tell};
use crate::app::startup::{self, NewFile};
use crate::settings::Settings;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The administrator's name
    #[arg(long)]
    username: Option<String>,
    /// Its email address
    #[arg(long)]
    email: Option<String>,
    #[arg(
        long,
        visible_alias = "no-input",
        help = "Do not prompt: read what is not given here from PRESSPASS_SUPERUSER_USERNAME, _EMAIL and _PASSWORD"
    )]
    noinput: bool,
}

pub(super) fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<Outcome> {
    if !arguments.noinput {
        require_terminal("use --noinput with PRESSPASS_SUPERUSER_USERNAME, _EMAIL and _PASSWORD")?;
    }
    // What is refused in any case makes no database.
    let request = if arguments.noinput { Request::Given(given(arguments)?) } else { Request::Ask(arguments) };
    let migrated = startup::open_migrated(settings, NewFile::UnlessExpected)?;
    tell(&migrated.summary());
    let (scheme, _) = startup::password_policy(settings, migrated.origin);
    let accounts = AccountStore::new(migrated.database);
    let hasher = Hasher::start(scheme, HasherLimits::default(), std::sync::Arc::new(SystemRandomness))?;
    block_on(async {
        let Answers { username, email, password } = match request {
            Request::Given(answers) => answers,
            Request::Ask(arguments) => asked(arguments, &accounts).await?,
        };
        let account = NewAccount {
            username,
            email,
            password: hasher.hash(&password).await?,
            is_staff: true,
            is_superuser: true,
            date_joined: Timestamp::new(SystemClock.now()),
        };
        match accounts.create(account).await? {
            AccountCreated::New(_) => {
                print("Superuser created successfully.")?;
                Ok(Outcome::Success)
            }
            AccountCreated::NameTaken | AccountCreated::Refused => bail!("That username is already taken."),
        }
    })
}

/// Where the answers come from.
enum Request {
    Given(Answers),
    Ask(Arguments),
}

struct Answers {
    username: Username,
    email: EmailAddress,
    password: Password,
}

/// All from the command line and the environment.
fn given(arguments: Arguments) -> anyhow::Result<Answers> {
    let variable = |name: &str| std::env::var(format!("PRESSPASS_SUPERUSER_{name}")).ok();
    let username = arguments.username.or_else(|| variable("USERNAME")).ok_or_else(|| {
        anyhow!("You must use --username, or set PRESSPASS_SUPERUSER_USERNAME, with --noinput.")
    })?;
    let email = arguments.email.or_else(|| variable("EMAIL")).unwrap_or_default();
    let password = variable("PASSWORD")
        .ok_or_else(|| anyhow!("You must set PRESSPASS_SUPERUSER_PASSWORD with --noinput."))?;
    let username =
        Username::parse(&username).with_context(|| format!("the name {username:?} cannot be used"))?;
    let address = EmailAddress::parse(&email).ok_or_else(|| anyhow!("Enter a valid email address."))?;
    let password = Password::new(password);
    let attributes = AccountAttributes {
        username: username.as_str(),
        email: address.as_str(),
        ..AccountAttributes::default()
    };
    if let Err(problems) = validate(&password, &attributes) {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        bail!("PRESSPASS_SUPERUSER_PASSWORD cannot be used: {}", problems.join(" "));
    }
    Ok(Answers { username, email: address, password })
}

/// Prompts for what the command line does not contain.
async fn asked(arguments: Arguments, accounts: &AccountStore) -> anyhow::Result<Answers> {
    let username = ask_username(arguments.username, accounts).await?;
    let email = ask_email(arguments.email)?;
    let attributes = AccountAttributes {
        username: username.as_str(),
        email: email.as_str(),
        ..AccountAttributes::default()
    };
    loop {
        match ask_password(&attributes)? {
            Asked::Given(password) => break Ok(Answers { username, email, password }),
            // Outer spaces cannot be bypassed: the token endpoints strip them, so that no login would succeed.
            Asked::Weak(_, problems) if problems.contains(&PasswordProblem::OuterBlanks) => {
                tell_problems(&problems);
            }
            Asked::Weak(password, problems) => {
                if ask_bypass(&problems)? {
                    break Ok(Answers { username, email, password });
                }
            }
            Asked::Again(why) => tell(why),
        }
    }
}

async fn ask_username(mut given: Option<String>, accounts: &AccountStore) -> anyhow::Result<Username> {
    let default = default_username(accounts).await?;
    loop {
        let text = match (given.take(), &default) {
            (Some(text), _) => text,
            (None, None) => ask("Username: ")?,
            (None, Some(default)) => {
                let text = ask(&format!("Username (leave blank to use '{default}'): "))?;
                if text.is_empty() { default.clone() } else { text }
            }
        };
        match Username::parse(&text) {
            Err(error) => tell(&format!("Error: {error}")),
            Ok(name) if accounts.find_by_name(name.as_str().to_owned()).await?.is_some() => {
                tell("Error: That username is already taken.");
            }
            Ok(name) => return Ok(name),
        }
    }
}

/// The system's name for who runs this, where it can be one here and is free.
async fn default_username(accounts: &AccountStore) -> anyhow::Result<Option<String>> {
    let system = ["LOGNAME", "USER"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default();
    let simple: String = system.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    if simple.is_empty() || accounts.find_by_name(simple.clone()).await?.is_some() {
        return Ok(None);
    }
    Ok(Some(simple))
}

fn ask_email(mut given: Option<String>) -> anyhow::Result<EmailAddress> {
    loop {
        let text = match given.take() {
            Some(text) => text,
            None => ask("Email address: ")?,
        };
        match EmailAddress::parse(&text) {
            Some(address) => return Ok(address),
            None => tell("Error: Enter a valid email address."),
        }
    }
}
