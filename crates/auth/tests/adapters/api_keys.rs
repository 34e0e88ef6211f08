//! API keys in the `Authorization` header.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use presspass_auth::api_keys::{
    ApiKey, ApiKeyBearer, ApiKeyDigest, ApiKeyName, ApiKeyRecord, ApiKeyStore, LegacyKey, Scopes,
};
use presspass_auth::authenticators::ApiKeyAuthenticator;
use presspass_auth::{
    Authenticator, Clock, ManualClock, Outcome, RequestHead, Resolution, StoreError, SystemRandomness,
};
use time::{Duration, OffsetDateTime};

use crate::support::{clock, now};

const LEGACY: &str = "401f7ac837da42b97f613d789819ff93537bee6a";

/// One key, whose record a test sets, and one of Django's `authtoken`.
#[derive(Debug)]
struct Keys {
    digest: ApiKeyDigest,
    found: Mutex<Resolution<ApiKeyRecord>>,
    bounds: bool,
    notes: bool,
    asked: AtomicUsize,
    noted: AtomicUsize,
}

impl ApiKeyStore for Keys {
    type User = String;

    async fn find(&self, digest: ApiKeyDigest) -> Result<Resolution<ApiKeyBearer<String>>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if digest != self.digest {
            return Ok(Resolution::Unknown);
        }
        let found = self.found.lock().unwrap().clone();
        Ok(found.map(|key| ApiKeyBearer { account: "ada".to_owned(), key }))
    }

    async fn find_legacy(&self, key: &LegacyKey) -> Result<Resolution<String>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match key.expose() {
            LEGACY => Ok(Resolution::Active("grace".to_owned())),
            "0000000000000000000000000000000000000000" => Err(StoreError::Unavailable("down".into())),
            _ => Ok(Resolution::Unknown),
        }
    }

    fn bound(&self, account: String, scopes: Scopes) -> Option<String> {
        if self.bounds { Some(format!("{account} [{scopes}]")) } else { scopes.is_all().then_some(account) }
    }

    async fn record_use(&self, digest: ApiKeyDigest, at: OffsetDateTime) -> Result<(), StoreError> {
        assert_eq!(digest, self.digest);
        self.noted.fetch_add(1, Ordering::Relaxed);
        if let Resolution::Active(record) = &mut *self.found.lock().unwrap() {
            record.last_used_at = Some(at);
        }
        if self.notes { Ok(()) } else { Err(StoreError::Full("the disk".into())) }
    }
}

struct Service {
    keys: Arc<Keys>,
    clock: Arc<ManualClock>,
    key: ApiKey,
    authenticator: ApiKeyAuthenticator<Arc<Keys>>,
}

impl Service {
    fn new(change: impl FnOnce(&mut Keys, &mut ApiKeyRecord)) -> Self {
        let (clock, key) = (clock(), ApiKey::new(&SystemRandomness).unwrap());
        let mut record = ApiKeyRecord {
            name: ApiKeyName::parse("laptop").unwrap(),
            scopes: Scopes::All,
            created_at: clock.now(),
            expires_at: None,
            last_used_at: None,
        };
        let mut keys = Keys {
            digest: key.digest(),
            found: Mutex::new(Resolution::Unknown),
            bounds: false,
            notes: true,
            asked: AtomicUsize::new(0),
            noted: AtomicUsize::new(0),
        };
        change(&mut keys, &mut record);
        keys.found = Mutex::new(Resolution::Active(record));
        let keys = Arc::new(keys);
        Self {
            authenticator: ApiKeyAuthenticator::new(keys.clone()).with_clock(clock.clone()),
            keys,
            clock,
            key,
        }
    }

    fn by(&self, header: &str) -> Result<Outcome<String>, StoreError> {
        let headers = [("authorization", header)];
        now(self.authenticator.authenticate(&RequestHead::new("GET", "/", &headers)))
    }

    fn by_key(&self) -> Result<Outcome<String>, StoreError> {
        self.by(&format!("Token {}", self.key.expose()))
    }

    fn asked(&self) -> usize {
        self.keys.asked.load(Ordering::Relaxed)
    }
}

/// The message for the caller.
fn refused(outcome: Result<Outcome<String>, StoreError>) -> String {
    match outcome.unwrap() {
        Outcome::Rejected(rejection) => rejection.detail().to_owned(),
        other => panic!("{other:?}"),
    }
}

fn ada() -> Outcome<String> {
    Outcome::Verified("ada".to_owned())
}

#[test]
fn the_scheme_of_a_key_is_case_insensitive() {
    let service = Service::new(|_, _| {});
    for scheme in ["Token ", "token ", "TOKEN\t", " Token  "] {
        assert_eq!(service.by(&format!("{scheme}{}", service.key.expose())).unwrap(), ada());
    }
    for other in ["", "Basic x", "JWT x", "Tokens x"] {
        assert_eq!(service.by(other).unwrap(), Outcome::NotAttempted);
    }
    assert_eq!(service.authenticator.challenge().unwrap().to_string(), "Token");
    let bearer = ApiKeyAuthenticator::new(service.keys.clone())
        .with_clock(service.clock.clone())
        .with_keyword("Bearer");
    assert_eq!(bearer.challenge().unwrap().to_string(), "Bearer");
    let header = format!("Bearer {}", service.key.expose());
    let headers = [("authorization", header.as_str())];
    assert_eq!(now(bearer.authenticate(&RequestHead::new("GET", "/", &headers))).unwrap(), ada());
}

#[test]
fn error_messages_are_those_of_django() {
    let service = Service::new(|_, _| {});
    assert_eq!(refused(service.by("Token")), "Invalid token header. No credentials provided.");
    assert_eq!(
        refused(service.by("Token a b")),
        "Invalid token header. Token string should not contain spaces."
    );
    let headers = BytesHeader(b"Token \xff");
    let outcome = now(service.authenticator.authenticate(&RequestHead::new("GET", "/", &headers)));
    assert_eq!(refused(outcome), "Invalid token header. Token string should not contain invalid characters.");
    *service.keys.found.lock().unwrap() = Resolution::Disabled;
    assert_eq!(refused(service.by_key()), "User inactive or deleted.");
    *service.keys.found.lock().unwrap() = Resolution::Revoked;
    assert_eq!(refused(service.by_key()), "Invalid token.");
}

struct BytesHeader(&'static [u8]);

impl presspass_auth::Headers for BytesHeader {
    fn value(&self, name: &str) -> Option<std::borrow::Cow<'_, [u8]>> {
        (name == "authorization").then(|| self.0.into())
    }
}

#[test]
fn a_mistyped_key_is_refused_without_asking_the_store() {
    let service = Service::new(|_, _| {});
    let key = service.key.expose();
    let last = if key.ends_with('0') { '1' } else { '0' };
    for wrong in [&key[..key.len() - 1], &format!("{}{last}", &key[..key.len() - 1]), "x", &LEGACY[1..]] {
        assert_eq!(refused(service.by(&format!("Token {wrong}"))), "Invalid token.");
    }
    assert_eq!(service.asked(), 0);
    let unknown = ApiKey::new(&SystemRandomness).unwrap();
    assert_eq!(refused(service.by(&format!("Token {}", unknown.expose()))), "Invalid token.");
    assert_eq!(service.asked(), 1);
}

#[test]
fn keys_of_djangos_authtoken_still_work() {
    let service = Service::new(|_, _| {});
    assert_eq!(service.by(&format!("Token {LEGACY}")).unwrap(), Outcome::Verified("grace".to_owned()));
    assert_eq!(refused(service.by(&format!("Token {}", LEGACY.replace('4', "5")))), "Invalid token.");
}

#[test]
fn an_unavailable_store_is_an_error_and_not_a_rejection() {
    let service = Service::new(|_, _| {});
    let zeros = "0".repeat(40);
    assert!(matches!(service.by(&format!("Token {zeros}")), Err(StoreError::Unavailable(_))));
}

#[test]
fn a_key_expires_at_its_date() {
    let service = Service::new(|_, key| key.expires_at = Some(key.created_at + Duration::HOUR));
    service.clock.advance(3_599);
    assert_eq!(service.by_key().unwrap(), ada());
    service.clock.advance(1);
    assert_eq!(refused(service.by_key()), "Invalid token.");
}

#[test]
fn the_account_is_limited_by_the_scopes_of_the_key_or_refused() {
    let scoped = |key: &mut ApiKeyRecord| key.scopes = Scopes::only(["posts.add_post"]).unwrap();
    let service = Service::new(|keys, key| {
        keys.bounds = true;
        scoped(key);
    });
    assert_eq!(service.by_key().unwrap(), Outcome::Verified("ada [posts.add_post]".to_owned()));
    let service = Service::new(|_, key| scoped(key));
    assert_eq!(refused(service.by_key()), "Invalid token.");
}

#[test]
fn the_last_use_is_recorded_once_a_minute() {
    let service = Service::new(|_, _| {});
    for (seconds, noted) in [(0, 1), (1, 1), (58, 1), (1, 2), (59, 2), (1, 3)] {
        service.clock.advance(seconds);
        assert_eq!(service.by_key().unwrap(), ada());
        assert_eq!(service.keys.noted.load(Ordering::Relaxed), noted);
    }
}

#[test]
fn a_caller_is_not_refused_because_the_use_cannot_be_recorded() {
    let service = Service::new(|keys, _| keys.notes = false);
    assert_eq!(service.by_key().unwrap(), ada());
}

#[test]
fn the_use_of_a_refused_key_is_not_recorded() {
    let service = Service::new(|_, key| key.expires_at = Some(key.created_at));
    refused(service.by_key());
    assert_eq!(service.keys.noted.load(Ordering::Relaxed), 0);
}
