//! The chain and its authenticators, with fakes that count how often they are consulted.
#![expect(clippy::unwrap_used, reason = "a test that panics fails")]

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use presspass_auth::authenticators::{JwtAuthenticator, SessionAuthenticator};
use presspass_auth::sessions::SessionKey;
use presspass_auth::tokens::{
    DjangoAccount, DjangoSubject, SigningKey, TokenIssuer, TokenPolicy, TokenVerifier, VerifiedToken,
};
use presspass_auth::{
    Authentication, Authenticator, AuthenticatorChain, Challenge, Clock, DynAuthenticator, ManualClock,
    Outcome, Rejection, RequestHead, Resolution, SessionUsers, StoreError, UserStore,
};
use time::OffsetDateTime;

/// Nothing here waits, so one poll is enough.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

#[derive(Debug)]
enum Answer {
    NotAttempted,
    Verified(&'static str),
    Rejected,
    Broken,
}

#[derive(Debug)]
struct Fake {
    answer: Answer,
    challenge: Option<&'static str>,
    reads_cookie: bool,
    asked: AtomicUsize,
}

impl Fake {
    fn new(answer: Answer) -> Arc<Self> {
        Arc::new(Self { answer, challenge: None, reads_cookie: false, asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Authenticator<&'static str> for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    async fn authenticate(&self, _head: &RequestHead<'_>) -> Result<Outcome<&'static str>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match self.answer {
            Answer::NotAttempted => Ok(Outcome::NotAttempted),
            Answer::Verified(user) => Ok(Outcome::Verified(user)),
            Answer::Rejected => Ok(Outcome::Rejected(Rejection::unauthenticated("no", "a fake says so"))),
            Answer::Broken => Err(StoreError::Unavailable("down".into())),
        }
    }

    fn challenge(&self) -> Option<Challenge> {
        self.challenge.map(|scheme| Challenge::new(scheme, "api"))
    }

    fn reads_session_cookie(&self) -> bool {
        self.reads_cookie
    }

    fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool {
        false
    }
}

type Shared = Arc<dyn DynAuthenticator<&'static str>>;

fn of(authenticators: impl IntoIterator<Item = Shared>) -> AuthenticatorChain<&'static str> {
    authenticators.into_iter().fold(AuthenticatorChain::new(), AuthenticatorChain::then_shared)
}

fn ask(fakes: &[&Arc<Fake>]) -> Result<Authentication<&'static str>, StoreError> {
    let chain = of(fakes.iter().map(|fake| Arc::clone(fake) as _));
    now(chain.authenticate(&RequestHead::new("GET", "/", &[] as &[(&str, &str); 0])))
}

#[test]
fn the_first_that_verifies_decides_and_later_ones_are_not_consulted() {
    let (first, second, third) = (
        Fake::new(Answer::NotAttempted),
        Fake::new(Answer::Verified("ada")),
        Fake::new(Answer::Verified("eve")),
    );
    let found = ask(&[&first, &second, &third]).unwrap();
    assert_eq!(found.outcome, Outcome::Verified("ada"));
    assert_eq!((first.asked(), second.asked(), third.asked()), (1, 1, 0));
    assert_eq!(found.consulted.len(), 2);
}

#[test]
fn a_rejection_ends_the_chain() {
    let (first, second) = (Fake::new(Answer::Rejected), Fake::new(Answer::Verified("ada")));
    let found = ask(&[&first, &second]).unwrap();
    assert!(matches!(found.outcome, Outcome::Rejected(rejection) if rejection.detail() == "no"));
    assert_eq!(second.asked(), 0);
}

#[test]
fn an_unavailable_store_is_an_error_and_not_a_rejection() {
    let (first, second) = (Fake::new(Answer::Broken), Fake::new(Answer::Verified("ada")));
    assert!(matches!(ask(&[&first, &second]), Err(StoreError::Unavailable(_))));
    assert_eq!(second.asked(), 0);
}

#[test]
fn in_an_empty_chain_or_without_attempts_the_caller_is_anonymous() {
    assert_eq!(ask(&[]).unwrap().outcome, Outcome::NotAttempted);
    assert_eq!(ask(&[&Fake::new(Answer::NotAttempted)]).unwrap().outcome, Outcome::NotAttempted);
}

#[test]
fn responses_vary_on_the_cookie_only_if_it_was_read() {
    let cookie =
        |answer| Arc::new(Fake { answer, challenge: None, reads_cookie: true, asked: AtomicUsize::new(0) });
    assert!(ask(&[&cookie(Answer::NotAttempted)]).unwrap().varies_on_cookie);
    assert!(
        ask(&[&Fake::new(Answer::NotAttempted), &cookie(Answer::Verified("ada"))]).unwrap().varies_on_cookie
    );
    assert!(
        !ask(&[&Fake::new(Answer::Verified("ada")), &cookie(Answer::NotAttempted)]).unwrap().varies_on_cookie
    );
}

#[test]
fn the_first_authenticators_challenge_is_the_chains() {
    let with = |challenge| {
        Arc::new(Fake {
            answer: Answer::NotAttempted,
            challenge,
            reads_cookie: false,
            asked: AtomicUsize::new(0),
        }) as Shared
    };
    let challenge = |chain: Vec<_>| of(chain).challenge().map(|found| found.to_string());
    assert_eq!(challenge(vec![with(Some("JWT")), with(None)]).as_deref(), Some("JWT realm=\"api\""));
    assert_eq!(challenge(vec![with(None), with(Some("JWT"))]), None);
    assert_eq!(challenge(vec![]), None);
}

#[test]
fn a_challenge_cannot_break_out_of_its_header() {
    assert_eq!(Challenge::new("JWT", "a\"b\r\nX: y\\").to_string(), "JWT realm=\"abX: y\"");
}

/// One active account and one that is disabled.
#[derive(Debug)]
struct Users;

impl UserStore for Users {
    type User = String;
    type Id = DjangoAccount;

    async fn resolve(
        &self,
        account: DjangoAccount,
        _token: VerifiedToken,
    ) -> Result<Resolution<String>, StoreError> {
        Ok(match (account.id, account.username.as_str()) {
            (1, "ada") => Resolution::Active("ada".to_owned()),
            (2, "bob") => Resolution::Disabled,
            _ => Resolution::Unknown,
        })
    }
}

/// The key of the only session.
const LIVE: &str = "0123456789012345678901234567890123456789abc";

#[derive(Debug)]
struct Sessions;

impl SessionUsers for Sessions {
    type User = String;

    async fn resolve(&self, key: &SessionKey) -> Result<Option<String>, StoreError> {
        Ok((key.expose() == LIVE).then(|| "ada".to_owned()))
    }
}

fn signing_key() -> SigningKey {
    SigningKey::hs256("a secret of thirty-two bytes or more").unwrap()
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()))
}

fn token(clock: &ManualClock, user_id: i64, username: &str) -> String {
    let issuer = TokenIssuer::new(signing_key(), TokenPolicy::django());
    issuer.issue(DjangoSubject { user_id, username, email: "" }, clock.now()).unwrap()
}

fn jwt(clock: Arc<ManualClock>) -> JwtAuthenticator<Users> {
    let verifier = Arc::new(TokenVerifier::new(signing_key(), TokenPolicy::django()));
    JwtAuthenticator::new(verifier, Users).with_clock(clock)
}

fn by_header(authenticator: &JwtAuthenticator<Users>, value: &str) -> Result<Option<String>, String> {
    let headers = [("authorization", value)];
    match now(authenticator.authenticate(&RequestHead::new("GET", "/", &headers))).unwrap() {
        Outcome::NotAttempted => Ok(None),
        Outcome::Verified(user) => Ok(Some(user)),
        Outcome::Rejected(rejection) => Err(rejection.detail().to_owned()),
    }
}

#[test]
fn the_scheme_of_a_token_is_case_insensitive() {
    let clock = clock();
    let authenticator = jwt(clock.clone());
    let token = token(&clock, 1, "ada");
    for scheme in ["JWT ", "jwt ", "Jwt  ", "JWT\t", " JWT "] {
        assert_eq!(
            by_header(&authenticator, &format!("{scheme}{token}")),
            Ok(Some("ada".to_owned())),
            "{scheme:?}"
        );
    }
}

#[test]
fn other_schemes_are_no_attempt() {
    let authenticator = jwt(clock());
    for value in ["", " ", "Bearer x", "Basic eDp5", "JWTx y", "Token x"] {
        assert_eq!(by_header(&authenticator, value), Ok(None), "{value:?}");
    }
}

#[test]
fn error_messages_are_those_of_django() {
    let clock = clock();
    let authenticator = jwt(clock.clone());
    let refused = |value: &str| by_header(&authenticator, value).unwrap_err();
    assert_eq!(refused("JWT"), "Invalid Authorization header. No credentials provided.");
    assert_eq!(
        refused("JWT a b"),
        "Invalid Authorization header. Credentials string should not contain spaces."
    );
    assert_eq!(refused("JWT a.b.c"), "Error decoding signature.");
    assert_eq!(refused(&format!("JWT {}", token(&clock, 2, "bob"))), "User account is disabled.");
    assert_eq!(refused(&format!("JWT {}", token(&clock, 2, "ada"))), "Invalid signature.");
    assert_eq!(refused(&format!("JWT {}", token(&clock, 1, ""))), "Invalid payload.");
    let expired = token(&clock, 1, "ada");
    clock.advance(301);
    assert_eq!(refused(&format!("JWT {expired}")), "Signature has expired.");
}

#[test]
fn the_cookie_is_read_only_if_configured_and_without_a_header() {
    let clock = clock();
    let cookie = format!("JWT={}", token(&clock, 1, "ada"));
    let headers = [("cookie", cookie.as_str())];
    let head = RequestHead::new("GET", "/", &headers);
    assert_eq!(now(jwt(clock.clone()).authenticate(&head)).unwrap(), Outcome::NotAttempted);
    let with_cookie = jwt(clock.clone()).with_cookie("JWT");
    assert_eq!(now(with_cookie.authenticate(&head)).unwrap(), Outcome::Verified("ada".to_owned()));
    let headers = [("cookie", cookie.as_str()), ("authorization", "Bearer x")];
    let head = RequestHead::new("GET", "/", &headers);
    assert_eq!(now(with_cookie.authenticate(&head)).unwrap(), Outcome::NotAttempted);
}

#[test]
fn a_session_is_found_by_its_cookie_and_an_expired_one_is_no_attempt() {
    let authenticator = SessionAuthenticator::new(Sessions).with_cookie("sessionid");
    let by = |cookie: &str| {
        let headers = [("cookie", cookie)];
        now(authenticator.authenticate(&RequestHead::new("GET", "/", &headers))).unwrap()
    };
    assert_eq!(by(&format!("sessionid={LIVE}")), Outcome::Verified("ada".to_owned()));
    for cookie in [
        format!("sessionid={LIVE}x"),
        "sessionid=".into(),
        format!("other={LIVE}"),
        String::new(),
        LIVE.replace('0', "1"),
    ] {
        assert_eq!(by(&cookie), Outcome::NotAttempted, "{cookie}");
    }
    assert_eq!(authenticator.challenge(), None);
    assert!(authenticator.reads_session_cookie());
}

#[test]
fn a_session_that_a_layer_has_found_needs_no_cookie() {
    let authenticator = SessionAuthenticator::new(Sessions);
    let cookie = format!("sessionid={LIVE}");
    let headers = [("cookie", cookie.as_str())];
    let head = RequestHead::new("GET", "/", &headers);
    assert_eq!(now(authenticator.authenticate(&head)).unwrap(), Outcome::NotAttempted);
    let key = SessionKey::parse(LIVE);
    let head = head.with_session(key.as_ref());
    assert_eq!(now(authenticator.authenticate(&head)).unwrap(), Outcome::Verified("ada".to_owned()));
}

#[test]
fn a_cookie_needs_a_csrf_check_and_a_header_does_not() {
    let clock = clock();
    let verifier = Arc::new(TokenVerifier::new(signing_key(), TokenPolicy::django()));
    let jwt = JwtAuthenticator::new(verifier, Users).with_clock(clock.clone()).with_cookie("JWT");
    let session = SessionAuthenticator::new(Sessions).with_cookie("sessionid");
    let chain = AuthenticatorChain::of(jwt).then(session);
    let token = token(&clock, 1, "ada");
    let (header, cookie) = (format!("JWT {token}"), format!("JWT={token}"));
    let live = format!("sessionid={LIVE}");
    for (header, cookie, relies) in [
        (header.as_str(), "", false),
        (header.as_str(), cookie.as_str(), false),
        (header.as_str(), live.as_str(), false),
        ("", cookie.as_str(), true),
        ("", live.as_str(), true),
        (" ", cookie.as_str(), true),
        ("", "", false),
    ] {
        let headers = [("authorization", header), ("cookie", cookie)];
        let found = now(chain.authenticate(&RequestHead::new("POST", "/", &headers))).unwrap();
        assert_eq!(found.relies_on_cookie, relies, "{header:?} {cookie:?}");
    }
}
