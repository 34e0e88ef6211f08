//! Revocation of tokens, with the JWT authenticator.

use std::sync::{Arc, Mutex};

use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::revocation::{Liveness, RevocationState, TokenFacts, TokenId};
use presspass_auth::sessions::{Fingerprint, FingerprintKey};
use presspass_auth::tokens::{DjangoAccount, VerifiedToken};
use presspass_auth::{Authenticator, Clock, Outcome, RequestHead, Resolution, StoreError, UserStore};

use crate::support::{clock, jwt_of, now, verifier};

/// One account and its state of revocation, as one statement would read them.
#[derive(Debug, Default)]
struct Accounts {
    state: Mutex<RevocationState>,
    listed: Mutex<Vec<TokenId>>,
    seen: Mutex<Option<TokenFacts>>,
}

impl UserStore for Accounts {
    type User = String;

    type Id = DjangoAccount;

    async fn resolve(
        &self,
        account: DjangoAccount,
        token: VerifiedToken,
    ) -> Result<Resolution<String>, StoreError> {
        let token = token.into_facts();
        let listed = token.names().iter().any(|name| self.listed.lock().unwrap().contains(name));
        let liveness = self.state.lock().unwrap().judge(&token, password(), listed);
        let resolution = match (account.username.as_str(), liveness) {
            ("ada", Liveness::Live) => Resolution::Active(account.username),
            ("ada", _) => Resolution::Revoked,
            _ => Resolution::Unknown,
        };
        *self.seen.lock().unwrap() = Some(token);
        Ok(resolution)
    }
}

fn password() -> Fingerprint {
    FingerprintKey::new(b"the service's secret").of("bcrypt_sha256$$2b$12$one")
}

fn by(accounts: &Arc<Accounts>, username: &str) -> Result<String, String> {
    let authenticator = JwtAuthenticator::new(verifier(), accounts.clone()).with_clock(clock());
    let authorization = jwt_of(username);
    let headers = [("authorization", authorization.as_str())];
    match now(authenticator.authenticate(&RequestHead::new("GET", "/", &headers))).unwrap() {
        Outcome::Verified(user) => Ok(user),
        Outcome::Rejected(rejection) => Err(rejection.detail().to_owned()),
        Outcome::NotAttempted => panic!("there is a token"),
    }
}

fn accounts() -> Arc<Accounts> {
    Arc::default()
}

#[test]
fn the_store_receives_the_facts_of_the_token() {
    let accounts = accounts();
    assert_eq!(by(&accounts, "ada"), Ok("ada".to_owned()));
    let facts = accounts.seen.lock().unwrap().clone().unwrap();
    assert_eq!(facts.issued_at(), clock().now().unix_timestamp());
    assert_eq!(by(&accounts, "eve"), Err("Invalid signature.".to_owned()));
}

#[test]
fn a_revoked_token_is_refused_as_by_drf_jwt() {
    let accounts = accounts();
    assert!(by(&accounts, "ada").is_ok());
    let names = accounts.seen.lock().unwrap().clone().unwrap().names_to_revoke();
    accounts.listed.lock().unwrap().extend(names);
    assert_eq!(by(&accounts, "ada"), Err("Token is blacklisted.".to_owned()));
}

#[test]
fn revoking_all_ends_the_token() {
    let accounts = accounts();
    let revoked = accounts.state.lock().unwrap().revoke_all(clock().now());
    *accounts.state.lock().unwrap() = revoked;
    assert_eq!(by(&accounts, "ada"), Err("Token is blacklisted.".to_owned()));
}
