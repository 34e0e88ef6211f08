//! `presspass token inspect`

use std::io::Read as _;

use anyhow::{Context, bail};
use presspass_auth::tokens::{DjangoAccount, OrigIat, SubjectError, TokenVerifier};
use presspass_auth::{Clock as _, Resolution, SystemClock};
use presspass_domain::{AccountKey, PasswordRecord};
use presspass_persistence::{AccountStore, Database, Origin};
use time::{Duration, OffsetDateTime};

use super::claims::Readable;
use crate::app::services::{fingerprints, token_policy};
use crate::app::startup::{self, SecretKeyState};
use crate::cli::{Outcome, block_on, print, timestamps};
use crate::identity::caller::Claim;
use crate::identity::revocation::RevocationCheck;
use crate::identity::token_keys;
use crate::settings::Settings;

/// The longest input that is read, in bytes: some times as long as a token can be.
const LONGEST: u64 = 64 * 1024;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arguments {
    /// The token; read from the standard input where it is left out, so that it need not be in the shell's history
    token: Option<String>,
}

/// Whether the token would be accepted, as far as that can be told.
enum Verdict {
    Accepted,
    Refused(String),
    /// It would be, but for what could not be looked at.
    Unknown(String),
}

pub(super) fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<Outcome> {
    let given = match arguments.token {
        Some(token) if token != "-" => token,
        _ => read_input()?,
    };
    let token = bare(&given, settings.jwt.header_prefix.as_str());
    if token.is_empty() {
        bail!("no token was given; pass it as the argument or on the standard input");
    }
    let now = SystemClock.now();
    for line in Readable::of(token).lines(now) {
        print(&line)?;
    }
    let (verdict, outcome) = match check(settings, token, now)? {
        Verdict::Accepted => ("yes".to_owned(), Outcome::Success),
        Verdict::Refused(why) => (format!("no: {why}"), Outcome::Failure),
        Verdict::Unknown(why) => (format!("not known: {why}"), Outcome::Failure),
    };
    print(&format!("{:9} {verdict}", "accepted"))?;
    Ok(outcome)
}

fn read_input() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .take(LONGEST)
        .read_to_string(&mut text)
        .context("cannot read a token from the standard input")?;
    Ok(text)
}

/// The token in what may be a whole header.
fn bare<'t>(given: &'t str, prefix: &str) -> &'t str {
    let text = given.trim().trim_matches('"');
    match text.split_once(char::is_whitespace) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(prefix) => token.trim(),
        _ => text,
    }
}

/// Asks in the order in which a server does, and says of each step what came of it.
fn check(settings: &Settings, token: &str, now: OffsetDateTime) -> anyhow::Result<Verdict> {
    let database = startup::open_for_reading(settings).and_then(|database| {
        let origin = database.as_ref().map_or(Ok(Origin::Empty), Database::origin)?;
        Ok((database, origin))
    });
    // Where the settings contain the key, the origin of the database does not matter.
    let origin = database.as_ref().map_or(Origin::Presspass, |(_, origin)| *origin);
    let secret = match startup::find_secret_key(settings, origin) {
        Ok(SecretKeyState::Existing { key, .. }) => key,
        Ok(SecretKeyState::ToCreate(_)) => {
            return Ok(Verdict::Refused("this server has no key yet, so it has signed no token".to_owned()));
        }
        Err(error) => return Ok(Verdict::Unknown(format!("the key was not found: {error:#}"))),
    };
    let ring = token_keys::ring(&settings.jwt, token_keys::stored(settings)?, &secret, now)?;
    let revocation_check = RevocationCheck::new(fingerprints(&startup::signing_key(&secret)?));
    let verifier = TokenVerifier::new(ring, token_policy(&settings.jwt));
    let good_token = match verifier.verify(token.as_bytes(), now) {
        Ok(good) => good,
        Err(error) => return Ok(Verdict::Refused(error.to_string())),
    };
    print(&format!("{:9} good", "signature"))?;
    print(&format!("{:9} {}", "refresh", refresh(settings, &verifier, good_token.orig_iat(), now)))?;
    let key = match good_token.subject::<DjangoAccount>() {
        Err(SubjectError::Missing) => return Ok(Verdict::Refused("it names no account".to_owned())),
        Err(_) => {
            return Ok(Verdict::Refused("user_id and username cannot name an account".to_owned()));
        }
        Ok(account) => AccountKey { id: account.id, username: account.username },
    };
    let claim = Claim { key, token: good_token.into_facts() };
    let found = database.and_then(|(database, _)| match database {
        Some(database) => block_on(async { Ok(AccountStore::new(database).find(claim.query()).await?) }),
        None => Ok(None),
    });
    Ok(match found {
        Ok(found) => of_account(&revocation_check.admit(found, &claim.token)),
        Err(error) => Verdict::Unknown(format!("its account could not be looked up: {error:#}")),
    })
}

fn of_account(found: &Resolution<PasswordRecord>) -> Verdict {
    let why = match found {
        Resolution::Active(_) => return Verdict::Accepted,
        Resolution::Unknown => "no account has this id and this name",
        Resolution::Disabled => "its account is disabled",
        _ => "it was revoked, or the password changed since",
    };
    Verdict::Refused(why.to_owned())
}

fn refresh(settings: &Settings, verifier: &TokenVerifier, orig_iat: OrigIat, now: OffsetDateTime) -> String {
    let began = match orig_iat {
        OrigIat::Absent => return "no: it has no orig_iat".to_owned(),
        OrigIat::Unreadable => return "no: its orig_iat is not a timestamp".to_owned(),
        OrigIat::At(began) => began,
    };
    let window = Duration::try_from(settings.jwt.refresh_expiration).unwrap_or(Duration::MAX);
    let end = OffsetDateTime::from_unix_timestamp(began).ok().and_then(|began| began.checked_add(window));
    let end = end.map_or_else(|| "the end of time".to_owned(), |end| timestamps::in_words(end, now));
    if verifier.refreshable(began, now) { format!("until {end}") } else { format!("no: only until {end}") }
}
