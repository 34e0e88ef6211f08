//! Accounts, sessions and tokens for the tests of adapters.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use presspass_auth::api_keys::Scopes;
use presspass_auth::authenticators::{JwtAuthenticator, SessionAuthenticator};
use presspass_auth::csrf::CsrfToken;
use presspass_auth::gate::{DrfErrors, Gate, Rights};
use presspass_auth::permissions::{Codenames, Grants, Model, Privileges};
use presspass_auth::sessions::SessionKey;
use presspass_auth::tokens::{
    DjangoAccount, DjangoSubject, SigningKey, TokenIssuer, TokenPolicy, TokenVerifier, VerifiedToken,
};
use presspass_auth::{
    AuthenticatorChain, Clock, ManualClock, Resolution, SessionUsers, StoreError, UserStore,
};
use time::OffsetDateTime;

pub const POST: Model = Model { app_label: "posts", name: "post" };

/// Nothing here waits, so one poll is enough.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

/// An account without `Clone`: nothing may require it.
#[derive(Debug, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub scopes: Scopes,
}

impl User {
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), scopes: Scopes::All }
    }
}

/// Three accounts: `ada` has `posts.add_post`, `grace` is staff, `root` is a superuser. `down` makes the store
/// unavailable, and `limited` has used a key with the scope `posts.add_post`.
#[derive(Debug)]
pub struct Users;

fn account(name: &str) -> Result<Resolution<User>, StoreError> {
    match name {
        "down" => Err(StoreError::Unavailable("the connection to secret-host is gone".into())),
        "ada" | "grace" | "root" => Ok(Resolution::Active(User::named(name))),
        "limited" => {
            let scopes = Scopes::only(["posts.add_post"]).unwrap();
            Ok(Resolution::Active(User { name: "ada".to_owned(), scopes }))
        }
        "bob" => Ok(Resolution::Disabled),
        _ => Ok(Resolution::Unknown),
    }
}

impl UserStore for Users {
    type User = User;

    type Id = DjangoAccount;

    async fn resolve(
        &self,
        claimed: DjangoAccount,
        _token: VerifiedToken,
    ) -> Result<Resolution<User>, StoreError> {
        account(&claimed.username)
    }
}

impl SessionUsers for Users {
    type User = User;

    async fn resolve(&self, key: &SessionKey) -> Result<Option<User>, StoreError> {
        Ok((key.expose() == SESSION).then(|| User::named("ada")))
    }
}

impl Rights for Users {
    type User = User;

    fn privileges(&self, user: &User) -> Privileges {
        Privileges { is_staff: user.name == "grace", is_superuser: user.name == "root" }
    }

    fn scopes<'a>(&'a self, user: &'a User) -> &'a Scopes {
        &user.scopes
    }

    async fn grants(&self, user: &User) -> Result<impl Grants + Send, StoreError> {
        let names: &[&str] = if user.name == "ada" { &["posts.add_post"] } else { &[] };
        Ok(Codenames::new(names.iter().copied()).unwrap())
    }
}

/// The key of the only session.
pub const SESSION: &str = "0123456789012345678901234567890123456789abc";
/// A CSRF token that the cookie repeats, as Django has it: enough only for gates with double submit.
pub const PLANTED: &str = "abcdefghijklmnopqrstuvwxyzABCDEF";

/// The CSRF token of the only session.
pub fn csrf() -> String {
    CsrfToken::for_session(SESSION.as_bytes()).as_str().to_owned()
}

pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()))
}

fn key() -> SigningKey {
    SigningKey::hs256("a secret of thirty-two bytes or more").unwrap()
}

pub fn verifier() -> Arc<TokenVerifier> {
    Arc::new(TokenVerifier::new(key(), TokenPolicy::django()))
}

/// The header of an account with this name.
pub fn jwt_of(username: &str) -> String {
    let issuer = TokenIssuer::new(key(), TokenPolicy::django());
    let token = issuer.issue(DjangoSubject { user_id: 1, username, email: "" }, clock().now());
    format!("JWT {}", token.unwrap())
}

/// Tokens, then sessions.
pub fn chain() -> AuthenticatorChain<User> {
    AuthenticatorChain::of(JwtAuthenticator::new(verifier(), Users).with_clock(clock()))
        .then(SessionAuthenticator::new(Users).with_cookie("sessionid"))
}

/// With the errors of Django REST framework.
pub fn gate() -> Gate<User> {
    Gate::new(chain()).with_rights(Arc::new(Users)).with_errors(DrfErrors)
}
