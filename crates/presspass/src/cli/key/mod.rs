//! `presspass key`: the keys in the folder `jwt.keys`.

mod generate;
mod list;
mod rotate;

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Subcommand;
use presspass_auth::SystemRandomness;
use presspass_auth::tokens::{Algorithm, SigningKey};

use super::Outcome;
use crate::identity::token_keys::Folder;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create the first key, or import one from a file
    Generate(generate::Arguments),
    /// List the keys, and what each is used for
    List,
    /// Create a key that signs from a given time; the others verify until their last token has expired
    Rotate(rotate::Arguments),
}

pub(super) fn run(settings: &Settings, command: Command) -> anyhow::Result<Outcome> {
    let folder = settings.jwt.keys.as_deref().ok_or_else(|| {
        anyhow!(
            "jwt.keys is not set; set it to the folder of the keys, such as presspass-data/keys, in presspass.toml \
             or by PRESSPASS_JWT__KEYS"
        )
    })?;
    let folder = Folder::new(folder);
    match command {
        Command::Generate(arguments) => generate::run(&folder, &arguments),
        Command::List => list::run(settings, &folder),
        Command::Rotate(arguments) => rotate::run(settings, &folder, &arguments),
    }
}

/// Which key is to be made, or taken.
#[derive(Debug, clap::Args)]
struct Wanted {
    #[arg(
        long,
        default_value = "ES256",
        value_parser = parse_algorithm,
        help = "Its algorithm: ES256, ES384, EdDSA, RS256 to RS512, PS256 to PS512, HS256 to HS512"
    )]
    algorithm: Algorithm,
    /// Import the private key in this file: PEM (PKCS#8, PKCS#1 or SEC1)
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

fn parse_algorithm(name: &str) -> Result<Algorithm, String> {
    name.parse().map_err(|_| {
        let names: Vec<&str> = Algorithm::ALL.iter().map(|one| one.name()).collect();
        format!("write one of {}", names.join(", "))
    })
}

impl Wanted {
    fn key(&self) -> anyhow::Result<SigningKey> {
        match &self.from {
            None => Ok(SigningKey::generate(self.algorithm, &SystemRandomness)?),
            Some(file) => self.taken_from(file),
        }
    }

    fn taken_from(&self, file: &Path) -> anyhow::Result<SigningKey> {
        let text = std::fs::read_to_string(file).map(zeroize::Zeroizing::new).with_context(|| {
            format!("cannot read {}; use a PEM file that this user can read", file.display())
        })?;
        SigningKey::from_pem(self.algorithm, &text).with_context(|| {
            format!("cannot use {}; set its algorithm by --algorithm, or use another key", file.display())
        })
    }
}
