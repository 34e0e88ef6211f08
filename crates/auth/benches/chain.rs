//! The cost of the chain without its authenticators: `cargo bench -p presspass-auth --bench chain`.
#![expect(clippy::expect_used, reason = "a benchmark that cannot start fails")]

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use criterion::{Criterion, criterion_group, criterion_main};
use presspass_auth::authenticators::JwtAuthenticator;
use presspass_auth::csrf::Site;
use presspass_auth::gate::Gate;
use presspass_auth::tokens::{
    DjangoAccount, DjangoSubject, SigningKey, TokenIssuer, TokenPolicy, TokenVerifier, VerifiedToken,
};
use presspass_auth::{
    Authenticator, AuthenticatorChain, Challenge, Clock, DynAuthenticator, Outcome, RequestHead, Resolution,
    StoreError, SystemClock, UserStore,
};

/// Nothing here waits, so one poll is enough.
fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The cheapest possible authenticator: what remains is the chain.
#[derive(Debug, Clone)]
struct Constant(Outcome<u64>);

impl Authenticator<u64> for Constant {
    fn name(&self) -> &'static str {
        "constant"
    }

    async fn authenticate(&self, _head: &RequestHead<'_>) -> Result<Outcome<u64>, StoreError> {
        Ok(self.0.clone())
    }

    fn challenge(&self) -> Option<Challenge> {
        None
    }

    fn reads_session_cookie(&self) -> bool {
        false
    }

    fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool {
        false
    }
}

#[derive(Debug)]
struct Users;

impl UserStore for Users {
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

fn constant(criterion: &mut Criterion) {
    let headers: [(&str, &str); 0] = [];
    let head = RequestHead::new("GET", "/", &headers);
    let (passes, verifies) = (Constant(Outcome::NotAttempted), Constant(Outcome::Verified(1)));
    let alone: Arc<dyn DynAuthenticator<u64>> = Arc::new(verifies.clone());
    let one = AuthenticatorChain::of(verifies.clone());
    let three = AuthenticatorChain::of(passes.clone()).then(passes).then(verifies);
    let gate = Gate::new(one.clone());
    let site = Site { is_secure: true, host: "a.example" };
    let mut group = criterion.benchmark_group("constant");
    group.bench_function("authenticator", |it| it.iter(|| now(alone.dyn_authenticate(black_box(&head)))));
    group.bench_function("chain of one", |it| it.iter(|| now(one.authenticate(black_box(&head)))));
    group.bench_function("chain of three", |it| it.iter(|| now(three.authenticate(black_box(&head)))));
    group.bench_function("gate", |it| it.iter(|| now(gate.admit(black_box(&head), site))));
    group.finish();
}

fn jwt(criterion: &mut Criterion) {
    let key = SigningKey::hs256("a secret of thirty-two bytes or more").expect("it is long enough");
    let subject = DjangoSubject { user_id: 1, username: "ada", email: "ada@example.org" };
    let policy = TokenPolicy::django().with_lifetime(time::Duration::HOUR);
    let issuer = TokenIssuer::new(key.clone(), policy.clone());
    let token = issuer.issue(subject, SystemClock.now()).expect("an HMAC does not fail");
    let authorization = format!("JWT {token}");
    let headers = [("authorization", authorization.as_str())];
    let head = RequestHead::new("GET", "/", &headers);
    let authenticator = || {
        let verifier = Arc::new(TokenVerifier::new(key.clone(), policy.clone()));
        JwtAuthenticator::new(verifier, Users)
    };
    let alone: Arc<dyn DynAuthenticator<DjangoAccount>> = Arc::new(authenticator());
    let chain = AuthenticatorChain::of(authenticator());
    let mut group = criterion.benchmark_group("jwt");
    group.bench_function("authenticator", |it| it.iter(|| now(alone.dyn_authenticate(black_box(&head)))));
    group.bench_function("chain of one", |it| it.iter(|| now(chain.authenticate(black_box(&head)))));
    group.finish();
}

criterion_group!(benches, constant, jwt);
criterion_main!(benches);
