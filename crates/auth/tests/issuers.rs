//! Several issuers, and API keys, behind one scheme.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use presspass_auth::api_keys::{
    ApiKey, ApiKeyBearer, ApiKeyDigest, ApiKeyName, ApiKeyRecord, ApiKeyStore, Scopes,
};
use presspass_auth::authenticators::{ApiKeyAuthenticator, BasicAuthenticator, JwtAuthenticator};
use presspass_auth::passwords::Password;
use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenVerifier, VerifiedToken};
use presspass_auth::{
    Authenticator as _, AuthenticatorChain, Clock, CredentialOutcome, CredentialStore, Outcome, RequestHead,
    Resolution, StoreError, SystemClock, SystemRandomness, UserStore,
};
use time::OffsetDateTime;

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

/// A user of this provider.
#[derive(Debug, Clone)]
struct Of(&'static str);

impl UserStore for Of {
    type User = String;
    type Id = String;

    async fn resolve(&self, id: String, _token: VerifiedToken) -> Result<Resolution<String>, StoreError> {
        Ok(Resolution::Active(format!("{id} of {}", self.0)))
    }
}

#[derive(Debug)]
struct Keys(ApiKeyDigest);

impl ApiKeyStore for Keys {
    type User = String;

    async fn find(&self, digest: ApiKeyDigest) -> Result<Resolution<ApiKeyBearer<String>>, StoreError> {
        if digest != self.0 {
            return Ok(Resolution::Unknown);
        }
        let key = ApiKeyRecord {
            name: ApiKeyName::parse("laptop").unwrap(),
            scopes: Scopes::All,
            created_at: OffsetDateTime::UNIX_EPOCH,
            expires_at: None,
            last_used_at: None,
        };
        Ok(Resolution::Active(ApiKeyBearer { account: "robot".to_owned(), key }))
    }

    fn bound(&self, account: String, scopes: Scopes) -> Option<String> {
        scopes.is_all().then_some(account)
    }

    async fn record_use(&self, _digest: ApiKeyDigest, _at: OffsetDateTime) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Accepts every password.
#[derive(Debug)]
struct Passwords;

impl CredentialStore for Passwords {
    type User = String;

    async fn verify(
        &self,
        _username: String,
        _password: Password,
        _client: Option<std::net::IpAddr>,
    ) -> Result<CredentialOutcome<String>, StoreError> {
        Ok(CredentialOutcome::Verified("by password".to_owned()))
    }
}

fn key(name: &str) -> SigningKey {
    SigningKey::hs256(format!("{name}: a secret of thirty-two bytes or more")).unwrap()
}

fn policy(issuer: &str) -> TokenPolicy {
    TokenPolicy::default().with_issuer(issuer)
}

fn tokens(issuer: &'static str) -> JwtAuthenticator<Of> {
    JwtAuthenticator::new(TokenVerifier::new(key(issuer), policy(issuer)), Of(issuer))
}

fn token(signer: &str, issuer: &str) -> String {
    TokenIssuer::new(key(signer), policy(issuer)).issue("ada", SystemClock.now()).unwrap()
}

/// The user, or the authenticators that were consulted before the rejection.
fn by(chain: &AuthenticatorChain<String>, header: &str) -> Result<String, Vec<&'static str>> {
    let headers = [("authorization", header)];
    let found = now(chain.authenticate(&RequestHead::new("GET", "/", &headers))).unwrap();
    match found.outcome {
        Outcome::Verified(user) => Ok(user),
        Outcome::Rejected(_) => Err(found.consulted),
        Outcome::NotAttempted => panic!("nobody looked at {header}"),
    }
}

#[test]
fn tokens_of_two_issuers_and_an_api_key_come_behind_bearer_in_every_order() {
    let api_key = ApiKey::new(&SystemRandomness).unwrap();
    let keys = || ApiKeyAuthenticator::new(Keys(api_key.digest())).with_keyword("bearer");
    let [ours, theirs] = ["https://ours", "https://theirs"];
    for chain in [
        AuthenticatorChain::of(tokens(ours)).then(keys()).then(tokens(theirs)),
        AuthenticatorChain::of(keys()).then(tokens(theirs)).then(tokens(ours)),
        AuthenticatorChain::of(tokens(theirs)).then(tokens(ours)).then(keys()),
    ] {
        let bearer = |credentials: &str| by(&chain, &format!("Bearer {credentials}"));
        assert_eq!(bearer(&token(ours, ours)), Ok("ada of https://ours".to_owned()));
        assert_eq!(bearer(&token(theirs, theirs)), Ok("ada of https://theirs".to_owned()));
        assert_eq!(bearer(api_key.expose()), Ok("robot".to_owned()));
        for bad in [
            token(ours, theirs),
            token(theirs, ours),
            token(ours, "https://others"),
            api_key.expose().replace("pp_", "pq_"),
            ApiKey::new(&SystemRandomness).unwrap().expose().to_owned(),
            "opaque".to_owned(),
            "a.b.c".to_owned(),
        ] {
            assert!(bearer(&bad).is_err(), "{bad}");
        }
    }
}

#[test]
fn a_forged_token_of_an_issuer_is_passed_on_to_no_other() {
    let chain = AuthenticatorChain::of(tokens("https://ours")).then(tokens("https://theirs"));
    let forged = format!("Bearer {}", token("https://theirs", "https://ours"));
    assert_eq!(by(&chain, &forged), Err(vec!["jwt"]));
    let foreign = format!("Bearer {}", token("https://others", "https://others"));
    assert_eq!(by(&chain, &foreign), Err(vec!["jwt", "jwt"]));
}

#[test]
fn what_nobody_behind_its_scheme_accepts_is_not_passed_on_to_another_scheme() {
    let chain = AuthenticatorChain::of(tokens("https://ours")).then(BasicAuthenticator::new(Passwords));
    assert_eq!(by(&chain, "Basic YTpi"), Ok("by password".to_owned()));
    assert_eq!(by(&chain, "Bearer opaque"), Err(vec!["jwt"]));
    // Nor without an issuer, which is to be recognised by nothing.
    let any = TokenVerifier::new(key("https://ours"), TokenPolicy::default());
    let alone = JwtAuthenticator::new(any, Of("ours"));
    let header = format!("Bearer {}", token("https://others", "https://others"));
    let headers = [("authorization", header.as_str())];
    let outcome = now(alone.authenticate(&RequestHead::new("GET", "/", &headers))).unwrap();
    assert!(matches!(outcome, Outcome::Rejected(rejection) if !rejection.is_of_another()));
}
