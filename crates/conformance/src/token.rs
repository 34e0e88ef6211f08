//! Tokens that cases need.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use regex_lite::{Captures, Regex};
use sha2::Sha256;

use crate::case::Forgery;
use crate::fill::pattern;

/// The key of both servers.
pub(crate) const SECRET_KEY: &str = "a-shared-secret-of-at-least-32-bytes-0123456789";

/// The fixture's accounts, in the order of their ids: see original/stack/fixture.py.
const ACCOUNTS: &[&str] = &["admin", "user", "inactive", "editor", "writer", "bcrypt", "unusable", "Ünïcode"];
const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

/// A good token of each account of the fixture, by `token:<name>`. `now` in seconds since 1970.
pub(crate) fn of_accounts(
    settings: &BTreeMap<String, String>,
    now: i64,
) -> anyhow::Result<BTreeMap<String, String>> {
    let setting = |name| settings.get(name).map(serde_json::to_string).transpose();
    let (audience, issuer) = (setting("JWT_AUDIENCE")?, setting("JWT_ISSUER")?);
    let tokens = ACCOUNTS.iter().zip(1_u8..).map(|(name, id)| {
        let email =
            if *name == "admin" { String::new() } else { format!("{}@example.com", name.to_lowercase()) };
        let exp = now + 280;
        let mut claims = format!(r#"{{"user_id":{id},"username":"{name}","exp":{exp},"email":"{email}""#);
        for (claim, value) in [("aud", &audience), ("iss", &issuer)] {
            if let Some(value) = value {
                claims.extend([",\"", claim, "\":", value]);
            }
        }
        Ok((format!("token:{name}"), encode(HEADER, &(claims + "}"), SECRET_KEY)?))
    });
    tokens.collect()
}

/// Makes the token; its moments count from `now`, in seconds since 1970.
pub(crate) fn forge(forgery: &Forgery, now: i64) -> anyhow::Result<String> {
    static MOMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r#""now([+-]\d+)""#));
    let Forgery { name, claims, header, key } = forgery;
    let claims = MOMENT.replace_all(claims, |found: &Captures<'_>| {
        found[1].parse::<i64>().map_or_else(|_| found[0].to_owned(), |distance| (now + distance).to_string())
    });
    encode(header.as_deref().unwrap_or(HEADER), &claims, key.as_deref().unwrap_or(SECRET_KEY))
        .with_context(|| format!("token {name}"))
}

fn encode(header: &str, claims: &str, key: &str) -> anyhow::Result<String> {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = sign(&signed, key)?;
    Ok(format!("{signed}.{signature}"))
}

pub(crate) fn sign(signed: &str, key: &str) -> anyhow::Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())?;
    mac.update(signed.as_bytes());
    Ok(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{SECRET_KEY, encode, forge};
    use crate::case::Forgery;

    fn forgery(claims: &str) -> Forgery {
        Forgery { name: "f".to_owned(), claims: claims.to_owned(), header: None, key: None }
    }

    #[test]
    fn moments_of_forged_tokens_count_from_the_replay_and_not_from_the_recording() {
        let forgery = forgery(r#"{"username": "user", "exp": "now+100", "nbf": "now-5"}"#);
        for now in [1_000_000_000, 1_000_000_077] {
            let expected = format!(r#"{{"username": "user", "exp": {}, "nbf": {}}}"#, now + 100, now - 5);
            let expected = encode(super::HEADER, &expected, SECRET_KEY).unwrap();
            assert_eq!(forge(&forgery, now).unwrap(), expected);
        }
    }
}
