//! Logins and logouts with sessions of this crate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use presspass_auth::csrf::Site;
use presspass_auth::gate::Gate;
use presspass_auth::sessions::{
    FingerprintKey, Login, Session, SessionAccount, SessionAccounts, SessionCookies, SessionDigest,
    SessionStore, Sessions,
};
use presspass_auth::{AuthenticatorChain, BoxFuture, RequestHead, StoreError};
use time::OffsetDateTime;

use crate::support::{clock, now};

/// Ids are texts here, such as UUIDs.
type Id = String;

#[derive(Debug, Default)]
struct Memory(Mutex<HashMap<SessionDigest, Session<Id>>>);

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

fn ready<'a, T: Send + 'a>(answer: T) -> Answer<'a, T> {
    Box::pin(std::future::ready(Ok(answer)))
}

impl SessionStore<Id> for Memory {
    fn begin(&self, digest: SessionDigest, session: Session<Id>) -> Answer<'_, ()> {
        self.0.lock().unwrap().insert(digest, session);
        ready(())
    }

    fn find(&self, digest: SessionDigest) -> Answer<'_, Option<Session<Id>>> {
        ready(self.0.lock().unwrap().get(&digest).cloned())
    }

    fn end(&self, digest: SessionDigest) -> Answer<'_, ()> {
        self.0.lock().unwrap().remove(&digest);
        ready(())
    }

    fn end_all(&self, _account: Id, _but: Option<SessionDigest>) -> Answer<'_, u64> {
        ready(0)
    }

    fn of_account(&self, _account: Id) -> Answer<'_, Vec<(SessionDigest, Session<Id>)>> {
        ready(Vec::new())
    }

    fn sweep(&self, _now: OffsetDateTime, _limit: u32) -> Answer<'_, u64> {
        ready(0)
    }
}

/// Every id is an account; all have one password, whose hash a test changes.
#[derive(Debug)]
struct Accounts(Mutex<&'static str>);

impl SessionAccounts<Id> for Accounts {
    type User = String;

    async fn find(&self, id: &Id) -> Result<Option<SessionAccount<String>>, StoreError> {
        Ok(Some(SessionAccount { user: id.clone(), password: self.0.lock().unwrap().to_owned() }))
    }
}

struct Service {
    store: Arc<Memory>,
    accounts: Arc<Accounts>,
    sessions: Sessions<Id>,
    gate: Gate<String>,
}

fn service(cookies: SessionCookies) -> Service {
    let (store, accounts) = (Arc::new(Memory::default()), Arc::new(Accounts(Mutex::new("hash"))));
    let key = FingerprintKey::new(b"a secret of the service");
    let sessions = Sessions::new(store.clone(), key).with_clock(clock()).with_cookies(cookies);
    let gate = Gate::new(AuthenticatorChain::of(sessions.authenticator(accounts.clone())));
    Service { store, accounts, sessions, gate }
}

/// The `Cookie` header that a browser sends afterwards.
fn cookie(login: &Login) -> String {
    let pairs = login.set_cookies.iter().filter_map(|line| line.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

impl Service {
    fn log_in(&self, id: &str, cookie: &str) -> Login {
        let headers = [("cookie", cookie)];
        let head = RequestHead::new("POST", "/login", &headers);
        now(self.sessions.log_in(&head, id.to_owned(), "hash")).unwrap()
    }

    /// Who writes, or why not.
    fn write(&self, headers: &[(&str, &str)]) -> Result<Option<String>, u16> {
        let site = Site { is_secure: true, host: "a.example" };
        let admission = now(self.gate.admit(&RequestHead::new("POST", "/", &headers), site));
        admission.map(|admission| admission.account).map_err(|refusal| refusal.status())
    }
}

const ORIGIN: (&str, &str) = ("origin", "https://a.example");

#[test]
fn a_login_has_a_session_and_the_csrf_token_that_goes_with_it() {
    let service = service(SessionCookies::default());
    let login = service.log_in("ada", "");
    let [session, csrf] = login.set_cookies.as_slice() else { panic!("{:?}", login.set_cookies.len()) };
    assert!(session.starts_with("__Host-sessionid=") && session.ends_with("; Secure; HttpOnly"), "{session}");
    assert!(csrf.starts_with("__Host-csrftoken=") && csrf.ends_with("; Secure"), "{csrf}");
    let (cookie, token) = (cookie(&login), login.csrf_token.as_str());
    let headers = [("cookie", cookie.as_str()), ORIGIN, ("x-csrftoken", token)];
    assert_eq!(service.write(&headers), Ok(Some("ada".to_owned())));
    assert_eq!(service.write(&headers[..2]), Err(403));
    assert_eq!(service.write(&headers[1..]), Ok(None));
    assert!(!format!("{login:?}").contains(token));
}

#[test]
fn another_login_ends_the_session_before_it_and_its_token() {
    let service = service(SessionCookies::default().over_http());
    let first = service.log_in("ada", "");
    let second = service.log_in("bob", &cookie(&first));
    assert_eq!(service.store.0.lock().unwrap().len(), 1);
    assert_ne!(first.csrf_token, second.csrf_token);
    let write = |login: &Login, token: &Login| {
        let (cookie, token) = (cookie(login), token.csrf_token.as_str().to_owned());
        service.write(&[("cookie", &cookie), ORIGIN, ("x-csrftoken", &token)])
    };
    assert_eq!(write(&first, &first), Ok(None));
    assert_eq!(write(&second, &first), Err(403));
    assert_eq!(write(&second, &second), Ok(Some("bob".to_owned())));
}

#[test]
fn a_logout_ends_the_session_and_deletes_both_cookies() {
    let service = service(SessionCookies::default());
    let login = service.log_in("ada", "");
    let cookie = cookie(&login);
    let headers = [("cookie", cookie.as_str())];
    let lines = now(service.sessions.log_out(&RequestHead::new("POST", "/logout", &headers))).unwrap();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.contains("=; ") && line.contains("; Max-Age=0; ")), "{lines:?}");
    assert!(service.store.0.lock().unwrap().is_empty());
    assert_eq!(service.write(&headers), Ok(None));
}

#[test]
fn a_session_ends_when_the_password_changes() {
    let service = service(SessionCookies::default());
    let login = service.log_in("ada", "");
    let write = |login: &Login| {
        let cookie = cookie(login);
        service.write(&[("cookie", &cookie), ORIGIN, ("x-csrftoken", login.csrf_token.as_str())])
    };
    assert_eq!(write(&login), Ok(Some("ada".to_owned())));
    *service.accounts.0.lock().unwrap() = "another hash";
    assert_eq!(write(&login), Ok(None));
    assert!(service.store.0.lock().unwrap().is_empty());
}
