//! What each target does with its bytes: nothing may panic, and what is accepted must be valid.
//!
//! `tests/fuzz_corpus.rs` runs the same on the corpus.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll, Waker};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use presspass_auth::api_keys::{ApiKey, ApiKeyBearer, ApiKeyDigest, ApiKeyStore, Scopes};
use presspass_auth::authenticators::{ApiKeyAuthenticator, BasicAuthenticator, JwtAuthenticator};
use presspass_auth::passwords::Password;
use presspass_auth::tokens::{
    Algorithm, DjangoAccount, KeyRing, RingKey, SigningKey, TokenPolicy, TokenVerifier, VerifiedToken,
    VerifyingKey,
};
use presspass_auth::{
    Authenticator, CredentialOutcome, CredentialStore, Headers, ManualClock, Outcome, RequestHead,
    Resolution, StoreError, UserStore,
};
use serde_json::Value;
use serde_json::value::RawValue;
use time::OffsetDateTime;

const SECRET: &[u8] = b"a secret of the fuzzer's, of 32 bytes or more";
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"5NhcSLTcVStXcpAGQDT8GVJYeLwZPTNKd5WvMK0qDkY"}"#;
const NOW: i64 = 1_800_000_000;
const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;
const PAYLOAD: &str = r#"{"user_id":1,"username":"ada","exp":1800000300,"email":"","orig_iat":1800000000}"#;

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).expect("it is a timestamp")
}

/// With Django's profile, one verifier with the key alone, and one with several keys; and one with the default profile.
static VERIFIERS: LazyLock<[TokenVerifier; 3]> = LazyLock::new(|| {
    let key = SigningKey::hs256(SECRET).expect("it is long enough");
    let mut ring = vec![
        RingKey::from(key.clone()),
        RingKey::from(SigningKey::from_djangos_secret(Algorithm::Hs512, SECRET).expect("it is long enough")),
    ];
    ring.extend(VerifyingKey::from_jwk(ED25519).map(RingKey::from));
    let ring = KeyRing::new(ring).expect("their names differ");
    [
        TokenVerifier::new(key.clone(), TokenPolicy::django()),
        TokenVerifier::new(ring, TokenPolicy::django()),
        TokenVerifier::new(key, TokenPolicy::default()),
    ]
});

/// Any header and payload, signed as HS256.
fn signed(header: &[u8], payload: &[u8]) -> Vec<u8> {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).expect("any length does");
    let signature = mac.chain_update(&signed).finalize().into_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into_bytes()
}

/// Nothing here waits, so one poll is enough.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

/// Accepted bytes are JSON. `None` if it is nested too deeply for a value.
fn json(data: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(data).expect("what is taken is UTF-8");
    let _: &RawValue = serde_json::from_str(text.trim()).expect("what is taken is JSON");
    serde_json::from_str(text).ok()
}

/// A token's header; and the bytes as a whole token.
pub fn header(data: &[u8]) {
    for verifier in &*VERIFIERS {
        let _ = verifier.verify(data, now());
        if verifier.verify(&signed(data, PAYLOAD.as_bytes()), now()).is_ok()
            && let Some(header) = json(data)
        {
            assert_eq!(header["alg"], "HS256", "{header}");
            for extension in ["crit", "b64", "zip", "enc"] {
                assert!(header.get(extension).is_none(), "{header}");
            }
        }
    }
}

/// A token's payload.
pub fn claims(data: &[u8]) {
    let token = signed(HEADER.as_bytes(), data);
    for verifier in &*VERIFIERS {
        let Ok(token) = verifier.verify(&token, now()) else { continue };
        if let Some(claims) = json(data) {
            assert!(claims["exp"].as_f64().is_some_and(|exp| exp >= 1_800_000_000.0), "{claims}");
            assert!(claims.get("aud").is_none(), "no audience is expected: {claims}");
            let read: Value = token.claims().expect("what is taken is an object");
            assert_eq!(read, claims);
            let sub = claims["sub"].as_str().filter(|sub| !sub.is_empty());
            assert_eq!(token.subject::<String>().ok().as_deref(), sub, "{claims}");
        }
        let _ = token.subject::<DjangoAccount>();
    }
}

/// One header, as bytes.
struct One<'h>(&'static str, &'h [u8]);

impl Headers for One<'_> {
    fn value(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        (name == self.0).then_some(Cow::Borrowed(self.1))
    }
}

#[derive(Debug, Default)]
struct Passwords(Mutex<Option<(String, Password)>>);

impl CredentialStore for Passwords {
    type User = ();

    async fn verify(
        &self,
        username: String,
        password: Password,
        _client: Option<std::net::IpAddr>,
    ) -> Result<CredentialOutcome<()>, StoreError> {
        *self.0.lock().expect("no thread panics") = Some((username, password));
        Ok(CredentialOutcome::Verified(()))
    }
}

/// The header with a name and a password, after its scheme and as a whole.
pub fn basic(data: &[u8]) {
    for value in [data.to_vec(), [b"Basic ", data].concat()] {
        let store = Arc::new(Passwords::default());
        let header = One("authorization", &value);
        let head = RequestHead::new("GET", "/", &header);
        let outcome = ready(BasicAuthenticator::new(store.clone()).authenticate(&head));
        let asked = store.0.lock().expect("no thread panics").take();
        assert_eq!(matches!(outcome, Ok(Outcome::Verified(()))), asked.is_some());
        assert!(asked.is_none_or(|(name, _)| !name.contains(':')));
    }
}

#[derive(Debug)]
struct EveryAccount;

impl UserStore for EveryAccount {
    type User = DjangoAccount;

    type Id = DjangoAccount;

    async fn resolve(
        &self,
        account: DjangoAccount,
        _token: VerifiedToken,
    ) -> Result<Resolution<DjangoAccount>, StoreError> {
        Ok(Resolution::Active(account))
    }
}

/// The header with cookies; and the bytes as the value of the cookie with a token.
pub fn cookie(data: &[u8]) {
    let clock = Arc::new(ManualClock::new(now()));
    let verifier = Arc::new(VERIFIERS[0].clone());
    let jwt = JwtAuthenticator::new(verifier, EveryAccount).with_clock(clock).with_cookie("JWT");
    let good = signed(HEADER.as_bytes(), PAYLOAD.as_bytes());
    let values = [data.to_vec(), [b"JWT=", data].concat(), [data, b";JWT=", &good].concat()];
    for (at, value) in values.iter().enumerate() {
        let header = One("cookie", value);
        let head = RequestHead::new("GET", "/", &header);
        let _ = head.cookie("sessionid");
        let outcome = ready(jwt.authenticate(&head));
        // Of several cookies with the same name the last counts.
        assert!(at < 2 || matches!(outcome, Ok(Outcome::Verified(_))));
    }
}

#[derive(Debug)]
struct NoKeys;

impl ApiKeyStore for NoKeys {
    type User = ();

    async fn find(&self, _digest: ApiKeyDigest) -> Result<Resolution<ApiKeyBearer<()>>, StoreError> {
        Ok(Resolution::Unknown)
    }

    fn bound(&self, (): (), scopes: Scopes) -> Option<()> {
        scopes.is_all().then_some(())
    }

    async fn record_use(&self, _digest: ApiKeyDigest, _at: OffsetDateTime) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The header with an API key, after its scheme and as a whole; and the bytes as a key.
pub fn api_key(data: &[u8]) {
    let keys = ApiKeyAuthenticator::new(NoKeys).with_clock(ManualClock::new(now()));
    for value in [data.to_vec(), [b"Token ", data].concat()] {
        let header = One("authorization", &value);
        let outcome = ready(keys.authenticate(&RequestHead::new("GET", "/", &header)));
        assert!(!matches!(outcome, Ok(Outcome::Verified(()))), "there is no key");
    }
    let text = String::from_utf8_lossy(data);
    if let Ok(key) = ApiKey::parse(&text) {
        assert_eq!(key.expose(), text);
        assert_eq!(key.digest(), ApiKey::parse(key.expose()).expect("it was one").digest());
    }
}
