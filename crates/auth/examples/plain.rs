//! The chain without a framework: an authenticator of the service's own behind tokens.
//!
//! `cargo run -p presspass-auth --example plain`

use std::collections::HashMap;
use std::error::Error;
use std::io::Write as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use presspass_auth::api_keys::{ApiKey, ApiKeyDigest};
use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::csrf::Site;
use presspass_auth::gate::Gate;
use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenVerifier, VerifiedToken};
use presspass_auth::{
    Authenticator, AuthenticatorChain, Challenge, Clock, Outcome, Rejection, RequestHead, Resolution,
    StoreError, SystemClock, SystemRandomness, UserStore,
};

/// The service's user.
#[derive(Debug, Clone, PartialEq, Eq)]
struct User {
    id: i64,
    name: String,
}

/// The users, in place of a table.
#[derive(Debug)]
struct Users(Vec<User>);

impl UserStore for Users {
    type User = User;

    type Id = i64;

    async fn resolve(&self, id: i64, _token: VerifiedToken) -> Result<Resolution<User>, StoreError> {
        let found = self.0.iter().find(|user| user.id == id);
        Ok(found.cloned().map_or(Resolution::Unknown, Resolution::Active))
    }
}

/// The service's own authenticator: API keys in the header `X-API-Key`.
#[derive(Debug)]
struct HeaderKeys(HashMap<ApiKeyDigest, User>);

impl Authenticator<User> for HeaderKeys {
    fn name(&self) -> &'static str {
        "header-key"
    }

    async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<User>, StoreError> {
        let Some(header) = head.header("x-api-key") else { return Ok(Outcome::NotAttempted) };
        let key = ApiKey::parse(&String::from_utf8_lossy(&header)).ok();
        Ok(match key.and_then(|key| self.0.get(&key.digest())) {
            Some(user) => Outcome::Verified(user.clone()),
            None => Outcome::Rejected(Rejection::unauthenticated("Invalid API key.", "unknown key")),
        })
    }

    fn challenge(&self) -> Option<Challenge> {
        Some(Challenge::bare("ApiKey"))
    }

    fn reads_session_cookie(&self) -> bool {
        false
    }

    fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool {
        false
    }
}

/// Nothing here waits, so one poll is enough. A real service has a runtime.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The response to a request with these headers.
fn answer(gate: &Gate<User>, headers: &[(&str, &str)]) -> String {
    let head = RequestHead::new("GET", "/", &headers);
    match now(gate.admit(&head, Site { is_secure: true, host: "notes.example" })) {
        Some(Ok(admission)) => match admission.account {
            Some(user) => format!("200 hello {}", user.name),
            None => "200 hello stranger".to_owned(),
        },
        Some(Err(refusal)) => format!("{} {}", refusal.status(), refusal.body()),
        None => "the chain waits".to_owned(),
    }
}

/// A gate with a chain of two, and a token and a key that it accepts.
fn service() -> Result<(Gate<User>, String, ApiKey), Box<dyn Error>> {
    let ada = User { id: 1, name: "ada".to_owned() };
    let secret = SigningKey::hs256("a secret of thirty-two bytes or more, kept well")?;
    let issuer = TokenIssuer::new(secret.clone(), TokenPolicy::default());
    let token = issuer.issue(ada.id, SystemClock.now())?;
    let key = ApiKey::new(&SystemRandomness)?;

    let verifier = TokenVerifier::new(secret, TokenPolicy::default());
    let chain = AuthenticatorChain::of(JwtAuthenticator::new(verifier, Users(vec![ada.clone()])))
        .then(HeaderKeys(HashMap::from([(key.digest(), ada)])));
    Ok((Gate::new(chain), token, key))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (gate, token, key) = service()?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", answer(&gate, &[]))?;
    writeln!(out, "{}", answer(&gate, &[("authorization", &format!("Bearer {token}"))]))?;
    writeln!(out, "{}", answer(&gate, &[("x-api-key", key.expose())]))?;
    writeln!(out, "{}", answer(&gate, &[("x-api-key", "pp_guessed")]))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_authenticators_work_and_a_guess_does_not() {
        let (gate, token, key) = service().unwrap();
        let bearer = format!("Bearer {token}");
        assert_eq!(answer(&gate, &[]), "200 hello stranger");
        assert_eq!(answer(&gate, &[("authorization", &bearer)]), "200 hello ada");
        assert_eq!(answer(&gate, &[("x-api-key", key.expose())]), "200 hello ada");
        assert!(answer(&gate, &[("x-api-key", "pp_guessed")]).starts_with("401 {"));
        // An invalid token ends the chain: the valid key after it is not looked at.
        let both = [("authorization", "Bearer x"), ("x-api-key", key.expose())];
        assert!(answer(&gate, &both).starts_with("401 {"));
    }
}
