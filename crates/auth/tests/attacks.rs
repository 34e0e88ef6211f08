//! Attacks on one service: tokens of the default profile, API keys behind the same scheme, and sessions. Those that need
//! a framework, a JWK set or password hashes are tested elsewhere:
//!
//! | Attack | Test |
//! |---|---|
//! | other algorithms, headers that name a key, `crit`, `b64`, repeated claims, other encodings, length | here: `forged_and_malformed_tokens`; `hostile_tokens` has 183 more |
//! | a public key as a shared secret | `keys::a_public_key_is_not_accepted_as_a_secret` |
//! | `exp`, `nbf`, `iat`, `aud`, `iss`, `typ` | here: `tokens_that_are_expired_early_or_for_another` |
//! | schemes in other letters, two headers, a bad token beside a good credential | here: `headers_that_are_written_in_another_way_or_twice` |
//! | what looks like an API key | here: `api_keys_that_are_no_keys` |
//! | session fixation, cookies of another subdomain, a session after a change of the password | here: `sessions_that_are_planted_copied_or_old` |
//! | a token after a change of the password | `adapters::revocation::revoking_all_ends_the_token` |
//! | CSRF: no token, another origin, a planted cookie | here: `requests_that_a_page_of_another_site_makes` |
//! | several `Cookie` headers over HTTP/2 | `adapters::http2` |
//! | a login from another site | `examples/tower_sessions`, `examples/actix_sessions` |
//! | invented addresses behind a proxy | `adapters::clients` |
//! | weak and published secrets | `keys::publicly_known_keys_are_refused` |
//! | whether a name is known, by the time that a refusal takes | `passwords::login::unknown_names_and_disabled_accounts_cost_a_hash` |
//! | a password of a megabyte | `passwords::login::a_password_of_a_megabyte_…`, `passwords::a_password_of_a_megabyte_…` |
//! | a JWK set with a secret or a private key | `jwks::a_set_with_a_key_that_must_not_be_published_is_refused` |
//! | a JWK set of 17 keys | `jwks::a_set_of_17_keys_is_refused_and_…` |
//! | a JWK set with one broken key | `jwks::a_key_that_is_not_understood_does_not_spoil_the_others` |
//! | invented `kid`s, to cause fetches of keys | `remote_keys::an_unknown_key_causes_one_fetch_…` |
//! | a refresh token that is used twice | `refresh::a_refresh_token_that_is_used_twice_ends_its_family` |
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use presspass_auth::api_keys::{
    ApiKey, ApiKeyBearer, ApiKeyDigest, ApiKeyName, ApiKeyRecord, ApiKeyStore, Scopes,
};
use presspass_auth::authenticators::{ApiKeyAuthenticator, JwtAuthenticator};
use presspass_auth::csrf::Site;
use presspass_auth::gate::Gate;
use presspass_auth::sessions::{
    FingerprintKey, Session, SessionAccount, SessionAccounts, SessionDigest, SessionStore, Sessions,
};
use presspass_auth::tokens::{SigningKey, TokenError, TokenPolicy, TokenVerifier, VerifiedToken};
use presspass_auth::{
    AuthenticatorChain, BoxFuture, ManualClock, RequestHead, Resolution, StoreError, SystemRandomness,
    UserStore,
};
use sha2::{Sha256, Sha512};
use time::OffsetDateTime;

const SECRET: &str = "a secret of thirty-two bytes or more";
const NOW: i64 = 1_800_000_000;
const HEADER: &str = r#"{"alg":"HS256","typ":"at+jwt"}"#;
const SITE: Site<'_> = Site { is_secure: true, host: "a.example" };
const ORIGIN: (&str, &str) = ("origin", "https://a.example");

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

fn mac(secret: &str, message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

fn encoded(part: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

/// A token with any header and payload, signed with our secret.
fn signed(header: &str, payload: &str) -> String {
    let message = format!("{}.{}", encoded(header), encoded(payload));
    format!("{message}.{}", encoded(mac(SECRET, &message)))
}

/// The claims of a good token, with other values for some; `None` leaves a claim out.
fn claims(others: &[(&str, Option<&str>)]) -> String {
    let (exp, iat) = ((NOW + 250).to_string(), (NOW - 5).to_string());
    let claims = [
        ("iss", "\"https://a.example\""),
        ("sub", "\"7\""),
        ("aud", "\"notes\""),
        ("exp", &exp),
        ("iat", &iat),
        ("jti", "\"x\""),
    ];
    let good = claims.into_iter().filter(|(name, _)| !others.iter().any(|(other, _)| other == name));
    let others = others.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let members: Vec<String> =
        good.chain(others).map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn with(others: &[(&str, Option<&str>)]) -> String {
    signed(HEADER, &claims(others))
}

#[derive(Debug)]
struct Users;

impl UserStore for Users {
    type User = u64;
    type Id = u64;

    async fn resolve(&self, id: u64, _token: VerifiedToken) -> Result<Resolution<u64>, StoreError> {
        Ok(if id == 7 { Resolution::Active(id) } else { Resolution::Unknown })
    }
}

#[derive(Debug)]
struct Keys(ApiKeyDigest, Arc<AtomicUsize>);

impl ApiKeyStore for Keys {
    type User = u64;

    async fn find(&self, digest: ApiKeyDigest) -> Result<Resolution<ApiKeyBearer<u64>>, StoreError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        let key = ApiKeyRecord {
            name: ApiKeyName::parse("laptop").unwrap(),
            scopes: Scopes::All,
            created_at: OffsetDateTime::UNIX_EPOCH,
            expires_at: None,
            last_used_at: None,
        };
        let is_known = digest == self.0;
        Ok(if is_known { Resolution::Active(ApiKeyBearer { account: 7, key }) } else { Resolution::Unknown })
    }

    fn bound(&self, account: u64, scopes: Scopes) -> Option<u64> {
        scopes.is_all().then_some(account)
    }

    async fn record_use(&self, _digest: ApiKeyDigest, _at: OffsetDateTime) -> Result<(), StoreError> {
        Ok(())
    }
}

#[derive(Debug, Default)]
struct Stored(Mutex<HashMap<SessionDigest, Session<u64>>>);

fn ready<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, Result<T, StoreError>> {
    Box::pin(std::future::ready(Ok(value)))
}

impl SessionStore<u64> for Stored {
    fn begin(&self, digest: SessionDigest, session: Session<u64>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.lock().unwrap().insert(digest, session);
        ready(())
    }

    fn find(&self, digest: SessionDigest) -> BoxFuture<'_, Result<Option<Session<u64>>, StoreError>> {
        ready(self.0.lock().unwrap().get(&digest).cloned())
    }

    fn end(&self, digest: SessionDigest) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.lock().unwrap().remove(&digest);
        ready(())
    }

    fn end_all(&self, _: u64, _: Option<SessionDigest>) -> BoxFuture<'_, Result<u64, StoreError>> {
        ready(0)
    }

    fn of_account(&self, _: u64) -> BoxFuture<'_, Result<Vec<(SessionDigest, Session<u64>)>, StoreError>> {
        ready(Vec::new())
    }

    fn sweep(&self, _: OffsetDateTime, _: u32) -> BoxFuture<'_, Result<u64, StoreError>> {
        ready(0)
    }
}

/// Every id is an account, with the same hash of a password.
#[derive(Debug)]
struct Accounts(Arc<Mutex<String>>);

impl SessionAccounts<u64> for Accounts {
    type User = u64;

    async fn find(&self, id: &u64) -> Result<Option<SessionAccount<u64>>, StoreError> {
        Ok(Some(SessionAccount { user: *id, password: self.0.lock().unwrap().clone() }))
    }
}

struct Service {
    gate: Gate<u64>,
    sessions: Sessions<u64>,
    password: Arc<Mutex<String>>,
    api_key: ApiKey,
    looked_up: Arc<AtomicUsize>,
}

fn service() -> Service {
    let clock = ManualClock::new(OffsetDateTime::from_unix_timestamp(NOW).unwrap());
    let clock = Arc::new(clock);
    let policy = TokenPolicy::default().with_issuer("https://a.example").with_audience("notes");
    let verifier = TokenVerifier::new(SigningKey::hs256(SECRET).unwrap(), policy.with_token_type("at+jwt"));
    let (api_key, looked_up) = (ApiKey::new(&SystemRandomness).unwrap(), Arc::<AtomicUsize>::default());
    let keys = Keys(api_key.digest(), looked_up.clone());
    let password = Arc::new(Mutex::new("a hash".to_owned()));
    let sessions = Sessions::new(Arc::new(Stored::default()), FingerprintKey::new(SECRET.as_bytes()));
    let sessions = sessions.with_clock(clock.clone());
    let chain = AuthenticatorChain::of(JwtAuthenticator::new(verifier, Users).with_clock(clock.clone()))
        .then(ApiKeyAuthenticator::new(keys).with_keyword("Bearer").with_clock(clock))
        .then(sessions.authenticator(Accounts(password.clone())));
    Service { gate: Gate::new(chain), sessions, password, api_key, looked_up }
}

impl Service {
    /// The account, `None` for an anonymous caller, or the status of the refusal.
    fn ask(&self, method: &str, headers: &[(&str, &str)]) -> Result<Option<u64>, u16> {
        let admission = now(self.gate.admit(&RequestHead::new(method, "/", &headers), SITE));
        admission.map(|admission| admission.account).map_err(|refusal| refusal.status())
    }

    fn bearer(&self, token: &str) -> Result<Option<u64>, u16> {
        self.ask("GET", &[("authorization", &format!("Bearer {token}"))])
    }

    /// Logs in with these cookies; the `Cookie` header of the browser afterwards, and its CSRF token.
    fn log_in(&self, account: u64, cookies: &str) -> (String, String) {
        let headers = [("cookie", cookies)];
        let login =
            now(self.sessions.log_in(&RequestHead::new("POST", "/", &headers), account, "a hash")).unwrap();
        let pairs = login.set_cookies.iter().filter_map(|line| line.split(';').next());
        (pairs.collect::<Vec<_>>().join("; "), login.csrf_token.as_str().to_owned())
    }
}

#[test]
fn forged_and_malformed_tokens() {
    let service = service();
    let good = with(&[]);
    assert_eq!(service.bearer(&good), Ok(Some(7)));
    let sha512 = {
        let message = format!("{}.{}", encoded(r#"{"alg":"HS512","typ":"at+jwt"}"#), encoded(claims(&[])));
        let mac = Hmac::<Sha512>::new_from_slice(SECRET.as_bytes()).unwrap();
        format!("{message}.{}", encoded(mac.chain_update(&message).finalize().into_bytes()))
    };
    // Signed with the key that the token itself brings along, or names.
    let attackers = |header: &str| {
        let message = format!("{}.{}", encoded(header), encoded(claims(&[])));
        format!("{message}.{}", encoded(mac("", &message)))
    };
    let header = |header: &str| signed(header, &claims(&[]));
    let (head, payload, signature) = {
        let mut parts = good.split('.').map(str::to_owned);
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap())
    };
    let last = if signature.ends_with('A') { 'B' } else { 'A' };
    let exp = (NOW + 250).to_string();
    for (attack, token) in [
        ("alg none", format!("{}.{payload}.", encoded(r#"{"alg":"none"}"#))),
        ("alg nOnE", format!("{}.{payload}.", encoded(r#"{"alg":"nOnE"}"#))),
        ("a list of algorithms", header(r#"{"alg":["HS256"],"typ":"at+jwt"}"#)),
        ("small letters", header(r#"{"alg":"hs256","typ":"at+jwt"}"#)),
        ("HS512 under a key for HS256", sha512),
        ("RS256 under a key for HS256", header(r#"{"alg":"RS256","typ":"at+jwt"}"#)),
        ("kid of an empty file", attackers(r#"{"alg":"HS256","typ":"at+jwt","kid":"../../dev/null"}"#)),
        ("jku", attackers(r#"{"alg":"HS256","typ":"at+jwt","jku":"https://evil.example/keys"}"#)),
        ("x5u", attackers(r#"{"alg":"HS256","typ":"at+jwt","x5u":"https://evil.example/c"}"#)),
        ("an embedded key", attackers(r#"{"alg":"HS256","typ":"at+jwt","jwk":{"kty":"oct","k":""}}"#)),
        ("crit", header(r#"{"alg":"HS256","typ":"at+jwt","crit":["exp"]}"#)),
        ("b64", header(r#"{"alg":"HS256","typ":"at+jwt","b64":false,"crit":["b64"]}"#)),
        ("alg twice", header(r#"{"alg":"none","alg":"HS256","typ":"at+jwt"}"#)),
        ("exp twice", with(&[("exp", Some("1")), ("exp", Some(&exp))])),
        ("sub twice", with(&[("sub", Some("\"1\"")), ("sub", Some("\"7\""))])),
        ("exp twice, once escaped", with(&[("exp", Some(&exp)), ("\\u0065xp", Some(&exp))])),
        ("jti twice", with(&[("jti", Some("\"a\"")), ("jti", Some("\"b\""))])),
        ("padding", format!("{good}=")),
        ("four parts", format!("{good}.x")),
        ("the signature's last character", format!("{}{last}", &good[..good.len() - 1])),
        ("another payload", format!("{head}.{}.{signature}", encoded(claims(&[("sub", Some("\"1\""))])))),
        ("9 KB", with(&[("padding", Some(&format!("\"{}\"", "x".repeat(9000))))])),
    ] {
        assert_eq!(service.bearer(&token), Err(401), "{attack}");
    }
}

#[test]
fn tokens_that_are_expired_early_or_for_another() {
    let service = service();
    let at = |seconds: i64| (NOW + seconds).to_string();
    for (attack, token) in [
        ("expired", with(&[("exp", Some(&at(-1)))])),
        ("exp equal to now", with(&[("exp", Some(&at(0)))])),
        ("no exp", with(&[("exp", None)])),
        ("exp as text", with(&[("exp", Some(&format!("\"{}\"", at(250))))])),
        ("exp 1e308", with(&[("exp", Some("1e308"))])),
        ("exp in 50 years", with(&[("exp", Some(&at(50 * 365 * 86400)))])),
        ("nbf ahead", with(&[("nbf", Some(&at(3600)))])),
        ("iat a day ahead", with(&[("iat", Some(&at(86400)))])),
        ("another audience", with(&[("aud", Some("\"mail\""))])),
        ("no audience", with(&[("aud", None)])),
        ("the issuer with a suffix", with(&[("iss", Some("\"https://a.example.evil\""))])),
        ("an ID token of the same issuer", signed(r#"{"alg":"HS256","typ":"JWT"}"#, &claims(&[]))),
        ("another account", with(&[("sub", Some("\"8\""))])),
    ] {
        assert_eq!(service.bearer(&token), Err(401), "{attack}");
    }
    // A verifier that expects no audience accepts no token that is for one.
    let lax = TokenVerifier::new(SigningKey::hs256(SECRET).unwrap(), TokenPolicy::default());
    let at = OffsetDateTime::from_unix_timestamp(NOW).unwrap();
    assert_eq!(lax.verify(with(&[]).as_bytes(), at).err(), Some(TokenError::Audience));
    assert!(lax.verify(with(&[("aud", None)]).as_bytes(), at).is_ok());
    // Among several audiences is ours.
    assert_eq!(service.bearer(&with(&[("aud", Some("[\"mail\",\"notes\"]"))])), Ok(Some(7)));
}

#[test]
fn headers_that_are_written_in_another_way_or_twice() {
    let service = service();
    let good = with(&[]);
    for header in [format!("BEARER {good}"), format!("bearer {good}"), format!("Bearer\t{good}")] {
        assert_eq!(service.ask("GET", &[("authorization", &header)]), Ok(Some(7)), "{header}");
    }
    let (good, bad) = (format!("Bearer {good}"), "Bearer x.y.z".to_owned());
    for pair in [[&good, &bad], [&bad, &good], [&good, &good]] {
        let headers = pair.map(|value| ("authorization", value.as_str()));
        assert_ne!(service.ask("GET", &headers), Ok(Some(7)), "{pair:?}");
    }
    // A bad token is not passed over for other credentials that are good.
    let (cookies, _) = service.log_in(7, "");
    assert_eq!(service.ask("GET", &[("cookie", &cookies)]), Ok(Some(7)));
    assert_eq!(service.ask("GET", &[("authorization", &bad), ("cookie", &cookies)]), Err(401));
}

#[test]
fn api_keys_that_are_no_keys() {
    let service = service();
    let good = service.api_key.expose().to_owned();
    assert_eq!(service.bearer(&good), Ok(Some(7)));
    let asked = service.looked_up.load(Ordering::Relaxed);
    let last = if good.ends_with('0') { '1' } else { '0' };
    for key in ["pp_".to_owned(), format!("{}{last}", &good[..good.len() - 1]), "0123456789".repeat(4)] {
        assert_eq!(service.bearer(&key), Err(401), "{key}");
    }
    assert_eq!(service.looked_up.load(Ordering::Relaxed), asked, "the store was asked");
    let another = ApiKey::new(&SystemRandomness).unwrap();
    assert_eq!(service.bearer(another.expose()), Err(401));
}

#[test]
fn sessions_that_are_planted_copied_or_old() {
    let service = service();
    let planted = format!("__Host-sessionid={}", "a".repeat(43));
    assert_eq!(service.ask("GET", &[("cookie", &planted)]), Ok(None), "an invented key");
    let (first, _) = service.log_in(7, &planted);
    assert_ne!(first.split(';').next(), planted.split(';').next());
    assert_eq!(service.ask("GET", &[("cookie", &planted)]), Ok(None), "the planted key is no session");
    let (second, _) = service.log_in(7, &first);
    assert_eq!(service.ask("GET", &[("cookie", &first)]), Ok(None), "a login ends the session before it");
    // Another host of the domain can set cookies, but none with the prefix.
    let (eves, _) = service.log_in(8, "");
    for planted in [eves.replace("__Host-", ""), "sessionid=garbage; csrftoken=garbage".to_owned()] {
        for tossed in [format!("{second}; {planted}"), format!("{planted}; {second}")] {
            assert_eq!(service.ask("GET", &[("cookie", &tossed)]), Ok(Some(7)), "{tossed}");
        }
    }
    // Each cookie in a header of its own, as browsers send them over HTTP/2: `adapters/http2.rs`.
    let headers: Vec<_> = second.split("; ").map(|cookie| ("cookie", cookie)).collect();
    assert_eq!(service.ask("GET", &headers), Ok(Some(7)));
    "another hash".clone_into(&mut service.password.lock().unwrap());
    assert_eq!(service.ask("GET", &[("cookie", &second)]), Ok(None), "the password was changed");
}

#[test]
fn requests_that_a_page_of_another_site_makes() {
    let service = service();
    let (cookies, token) = service.log_in(7, "");
    let (cookie, token) = (("cookie", cookies.as_str()), ("x-csrftoken", token.as_str()));
    assert_eq!(service.ask("POST", &[cookie, token, ORIGIN]), Ok(Some(7)));
    let planted = "b".repeat(64);
    let tossed = format!("{}; csrftoken={planted}; __Host-csrftoken={planted}", cookie.1);
    let (_, eves) = service.log_in(8, "");
    for (attack, method, headers) in [
        ("no token", "POST", vec![cookie, ORIGIN]),
        ("no token, for a method that we do not know", "PROPFIND", vec![cookie, ORIGIN]),
        ("Basic, as if by no cookie", "POST", vec![cookie, ORIGIN, ("authorization", "Basic eDp5")]),
        ("another origin", "POST", vec![cookie, token, ("origin", "https://evil.example")]),
        ("a sibling", "POST", vec![cookie, token, ("origin", "https://b.a.example")]),
        ("no origin", "POST", vec![cookie, token, ("origin", "null")]),
        ("a planted cookie", "POST", vec![("cookie", &tossed), ("x-csrftoken", &planted), ORIGIN]),
        ("the token of another session", "POST", vec![cookie, ("x-csrftoken", &eves), ORIGIN]),
        ("a browser that says so", "POST", vec![cookie, token, ("sec-fetch-site", "cross-site")]),
    ] {
        assert_eq!(service.ask(method, &headers), Err(403), "{attack}");
    }
    // Where HTTPS is not known, behind a proxy: the origin counts all the same.
    let plain = Site { is_secure: false, host: "a.example" };
    let headers = [cookie, token, ("origin", "https://evil.example")];
    let admission = now(service.gate.admit(&RequestHead::new("POST", "/", &headers), plain));
    assert_eq!(admission.map_err(|refusal| refusal.status()), Err(403));
}
