//! Keys that are fetched: from a scripted client, and by HTTP from a server of this machine.
#![expect(clippy::similar_names, reason = "a verifier verifies what is verified")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use presspass_auth::tokens::{
    Algorithm, HttpClient, HttpError, HttpResponse, KeyId, KeyRing, RemoteKeys, RemoteKeysError, RingKey,
    SigningKey, TokenError, TokenIssuer, TokenPolicy, TokenVerifier, UreqClient,
};
use presspass_auth::{StoreError, SystemRandomness};
use time::{Duration, OffsetDateTime};

const URL: &str = "https://accounts.example.org/keys";
const ISSUER: &str = "https://accounts.example.org/realm";

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

fn at(seconds: i64) -> OffsetDateTime {
    now() + Duration::seconds(seconds)
}

/// Answers each address with its responses in turn, the last one again and again, and notes what was asked. Without a
/// response, a request hangs until there is one.
#[derive(Debug, Default)]
struct Scripted {
    responses: Mutex<HashMap<String, VecDeque<Option<HttpResponse>>>>,
    requests: Mutex<Vec<String>>,
}

impl Scripted {
    fn with(self: Arc<Self>, url: &str, response: Option<HttpResponse>) -> Arc<Self> {
        self.responses.lock().unwrap().entry(url.to_owned()).or_default().push_back(response);
        self
    }

    fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    #[expect(clippy::option_option, reason = "no answer yet, or one that failed")]
    fn next(&self, url: &str) -> Option<Option<HttpResponse>> {
        let mut all = self.responses.lock().unwrap();
        let responses = all.get_mut(url)?;
        if responses.len() > 1 { responses.pop_front() } else { responses.front().cloned() }
    }
}

impl HttpClient for Scripted {
    async fn get(&self, url: &str) -> Result<HttpResponse, HttpError> {
        self.requests.lock().unwrap().push(url.to_owned());
        let response = std::future::poll_fn(|_| self.next(url).map_or(Poll::Pending, Poll::Ready)).await;
        response.ok_or_else(|| "the network is down".into())
    }
}

fn key(name: &str) -> SigningKey {
    let key = SigningKey::generate(Algorithm::EdDsa, &SystemRandomness).unwrap();
    key.with_id(KeyId::parse(name).unwrap())
}

fn ring(keys: &[&SigningKey]) -> KeyRing {
    KeyRing::new(keys.iter().map(|key| RingKey::from((*key).clone()))).unwrap()
}

/// The published keys of a ring, fresh for 300 seconds.
#[expect(clippy::unnecessary_wraps, reason = "a response, as a script has them")]
fn published(keys: &[&SigningKey]) -> Option<HttpResponse> {
    Some(HttpResponse::new(200, ring(keys).jwks(now())).with_cache_control("max-age=300"))
}

/// A token by the last of these keys. It names its key if there are several.
fn token(keys: &[&SigningKey]) -> Vec<u8> {
    token_at(keys, 0)
}

fn token_at(keys: &[&SigningKey], seconds: i64) -> Vec<u8> {
    TokenIssuer::new(ring(keys), TokenPolicy::default()).issue("ada", at(seconds)).unwrap().into_bytes()
}

fn remote(client: &Arc<Scripted>) -> RemoteKeys {
    RemoteKeys::new(URL, client.clone()).unwrap()
}

fn verifier(keys: &RemoteKeys) -> TokenVerifier {
    TokenVerifier::new(keys.clone(), TokenPolicy::default())
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Nothing here waits for anything but the scripted client.
fn ready<F: Future>(future: F) -> F::Output {
    match poll(pin!(future)) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

fn verify(verifier: &TokenVerifier, token: &[u8], seconds: i64) -> Result<bool, StoreError> {
    ready(verifier.verify_remote(token, at(seconds))).map(|verified| match verified {
        Ok(_) => true,
        Err(TokenError::UnknownKey) => false,
        Err(other) => panic!("{other:?}"),
    })
}

#[test]
fn keys_are_fetched_with_the_first_token_and_again_when_they_have_expired() {
    let (a, b) = (key("a"), key("b"));
    let client = Arc::<Scripted>::default().with(URL, published(&[&a, &b]));
    let verifier = verifier(&remote(&client));
    assert_eq!(client.requests(), 0);
    for (seconds, requests) in [(0, 1), (299, 1), (300, 2), (400, 2), (601, 3)] {
        assert!(verify(&verifier, &token_at(&[&a, &b], seconds), seconds).unwrap(), "{seconds}");
        assert_eq!(client.requests(), requests, "{seconds}");
    }
}

#[test]
fn without_cache_control_keys_are_fresh_for_ten_minutes_and_never_for_less_than_one() {
    let a = key("a");
    let plain = Some(HttpResponse::new(200, ring(&[&a]).jwks(now())));
    let no_store = plain.clone().map(|response| response.with_cache_control("no-store"));
    for (response, fresh) in [(plain, 600), (no_store, 60)] {
        let client = Arc::<Scripted>::default().with(URL, response);
        let keys = remote(&client);
        for (seconds, requests) in [(0, 1), (fresh - 1, 1), (fresh, 2)] {
            ready(keys.ready(at(seconds))).unwrap();
            assert_eq!(client.requests(), requests);
        }
    }
}

#[test]
fn an_unknown_key_causes_one_fetch_and_bogus_ones_no_more_within_the_cool_down() {
    let (a, b, bogus) = (key("a"), key("b"), key("bogus"));
    let client = Arc::<Scripted>::default().with(URL, published(&[&a])).with(URL, published(&[&a, &b]));
    let verifier = verifier(&remote(&client));
    assert!(verify(&verifier, &token(&[&b, &a]), 0).unwrap());
    // Just fetched: a new key is not looked for yet.
    assert!(!verify(&verifier, &token(&[&a, &b]), 29).unwrap());
    assert_eq!(client.requests(), 1);
    assert!(verify(&verifier, &token(&[&a, &b]), 30).unwrap());
    assert_eq!(client.requests(), 2);
    for seconds in 30..60 {
        assert!(!verify(&verifier, &token(&[&a, &bogus]), seconds).unwrap());
    }
    assert_eq!(client.requests(), 2);
    assert!(!verify(&verifier, &token(&[&a, &bogus]), 60).unwrap());
    assert_eq!(client.requests(), 3);
}

#[test]
fn requests_that_wait_for_keys_share_one_fetch() {
    let a = key("a");
    let client = Arc::<Scripted>::default();
    let verifier = verifier(&remote(&client));
    let token = token(&[&a]);
    let mut waiting: Vec<_> = (0..5).map(|_| Box::pin(verifier.verify_remote(&token, now()))).collect();
    for one in &mut waiting {
        assert!(poll(one.as_mut()).is_pending());
    }
    assert_eq!(client.requests(), 1);
    client.clone().with(URL, published(&[&a]));
    for one in &mut waiting {
        let Poll::Ready(verified) = poll(one.as_mut()) else { panic!("it waits") };
        assert!(verified.unwrap().is_ok());
    }
    assert_eq!(client.requests(), 1);
}

#[test]
fn a_client_that_disconnects_while_keys_are_fetched_leaves_the_fetch_to_another() {
    let a = key("a");
    let client = Arc::<Scripted>::default();
    let verifier = verifier(&remote(&client));
    let token = token(&[&a]);
    let mut first = Box::pin(verifier.verify_remote(&token, now()));
    let mut second = Box::pin(verifier.verify_remote(&token, now()));
    assert!(poll(first.as_mut()).is_pending());
    assert!(poll(second.as_mut()).is_pending());
    drop(first);
    client.clone().with(URL, published(&[&a]));
    let Poll::Ready(verified) = poll(second.as_mut()) else { panic!("it waits") };
    assert!(verified.unwrap().is_ok());
    assert_eq!(client.requests(), 2);
}

#[test]
fn known_keys_remain_in_use_while_they_cannot_be_fetched() {
    let a = key("a");
    let client = Arc::<Scripted>::default()
        .with(URL, published(&[&a]))
        .with(URL, None)
        .with(URL, Some(HttpResponse::new(500, "")))
        .with(URL, Some(HttpResponse::new(200, "<html>")));
    let verifier = verifier(&remote(&client));
    let day = 24 * 3600;
    for (seconds, requests) in [(0, 1), (300, 2), (309, 2), (310, 3), (320, 4), (300 + day - 1, 5)] {
        assert!(verify(&verifier, &token_at(&[&a], seconds), seconds).unwrap(), "{seconds}");
        assert_eq!(client.requests(), requests, "{seconds}");
    }
    // They do so for a day.
    let late = 300 + day + 10;
    assert!(matches!(verify(&verifier, &token_at(&[&a], late), late), Err(StoreError::Unavailable(_))));
}

#[test]
fn without_any_keys_a_token_is_neither_accepted_nor_refused() {
    let a = key("a");
    let client = Arc::<Scripted>::default().with(URL, None).with(URL, published(&[&a]));
    let verifier = verifier(&remote(&client));
    for (seconds, requests) in [(0, 1), (9, 1)] {
        let verified = verify(&verifier, &token(&[&a]), seconds);
        assert!(matches!(verified, Err(StoreError::Unavailable(_))), "{verified:?}");
        assert_eq!(client.requests(), requests);
    }
    assert!(verify(&verifier, &token(&[&a]), 10).unwrap());
}

#[test]
fn an_unknown_key_is_no_401_while_keys_cannot_be_fetched() {
    let (a, b) = (key("a"), key("b"));
    let client = Arc::<Scripted>::default().with(URL, published(&[&a])).with(URL, None);
    let verifier = verifier(&remote(&client));
    assert!(verify(&verifier, &token(&[&b, &a]), 0).unwrap());
    assert!(matches!(verify(&verifier, &token(&[&a, &b]), 40), Err(StoreError::Unavailable(_))));
    assert!(verify(&verifier, &token(&[&b, &a]), 40).unwrap());
}

#[test]
fn a_token_of_another_issuer_causes_no_fetch() {
    let a = key("a");
    let client = Arc::<Scripted>::default().with(URL, None);
    let policy = |issuer: &str| TokenPolicy::default().with_issuer(issuer);
    let verifier = TokenVerifier::new(remote(&client), policy(ISSUER));
    for other in [policy("https://other.example.org"), TokenPolicy::default()] {
        let token = TokenIssuer::new(a.clone(), other).issue("ada", now()).unwrap();
        assert!(ready(verifier.verify_remote(token.as_bytes(), now())).unwrap().is_err());
    }
    assert_eq!(client.requests(), 0);
    let token = TokenIssuer::new(a, policy(ISSUER)).issue("ada", now()).unwrap();
    assert!(ready(verifier.verify_remote(token.as_bytes(), now())).is_err());
    assert_eq!(client.requests(), 1);
}

#[test]
fn an_issuer_names_the_address_of_its_keys() {
    let a = key("a");
    let metadata = |issuer: &str, jwks_uri: &str| {
        let json = serde_json::json!({ "issuer": issuer, "jwks_uri": jwks_uri, "scopes_supported": [] });
        Some(HttpResponse::new(200, json.to_string()))
    };
    let of = |metadata: Option<HttpResponse>| {
        let client = Arc::<Scripted>::default()
            .with(&format!("{ISSUER}/.well-known/openid-configuration"), metadata)
            .with(URL, published(&[&a]))
            .with("http://accounts.example.org/keys", published(&[&a]));
        ready(RemoteKeys::discover(ISSUER, client).unwrap().ready(now()))
    };
    assert!(of(metadata(ISSUER, URL)).is_ok());
    let other = of(metadata("https://accounts.example.org/other", URL));
    assert!(matches!(other, Err(RemoteKeysError::Metadata(_))), "{other:?}");
    let insecure = of(metadata(ISSUER, "http://accounts.example.org/keys"));
    assert!(matches!(insecure, Err(RemoteKeysError::Insecure(_))), "{insecure:?}");
    assert!(matches!(of(Some(HttpResponse::new(404, ""))), Err(RemoteKeysError::Status(404))));
    assert!(matches!(of(Some(HttpResponse::new(200, "{}"))), Err(RemoteKeysError::Metadata(_))));
}

/// Serves the given responses, one connection each, and returns its address and what was asked.
fn server(responses: Vec<String>) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = std::thread::spawn(move || {
        responses
            .into_iter()
            .map(|response| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
                let first = lines.next().unwrap();
                let _ = lines.find(String::is_empty);
                stream.write_all(response.as_bytes()).unwrap();
                first
            })
            .collect()
    });
    (address, serving)
}

fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

/// Waits for a future that another thread wakes.
fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn keys_come_over_http_and_redirects_and_long_bodies_are_refused() {
    let a = key("a");
    let jwks = ring(&[&a]).jwks(now());
    let long = " ".repeat(300 * 1024);
    let (address, serving) = server(vec![
        response("200 OK", "cache-control: max-age=300\r\nage: 100\r\n", &jwks),
        response("302 Found", "location: http://127.0.0.1:9/\r\n", ""),
        response("200 OK", "", &long),
    ]);
    let client = UreqClient::new();
    let url = format!("{address}/keys?tenant=1");
    let found = block_on(client.get(&url)).unwrap();
    assert_eq!(
        (found.status, found.cache_control.as_deref(), found.age.as_deref()),
        (200, Some("max-age=300"), Some("100"))
    );
    assert_eq!(found.body, jwks.as_bytes());
    let keys = || RemoteKeys::new(&url, client.clone()).unwrap();
    assert!(matches!(block_on(keys().ready(now())), Err(RemoteKeysError::Status(302))));
    assert!(matches!(block_on(keys().ready(now())), Err(RemoteKeysError::Set(_))));
    assert_eq!(serving.join().unwrap(), vec!["GET /keys?tenant=1 HTTP/1.1"; 3]);
    // The server has ended.
    assert!(matches!(block_on(keys().ready(now())), Err(RemoteKeysError::Http(_))));
}
