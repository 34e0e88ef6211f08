//! The cost of tokens: `cargo bench -p presspass-auth --bench tokens`.
#![expect(clippy::expect_used, reason = "a benchmark that cannot start fails")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use presspass_auth::tokens::{
    Algorithm, DjangoSubject, KeyRing, KeyType, RingKey, SharedKeyRing, SigningKey, TokenIssuer, TokenPolicy,
    TokenRequest, TokenVerifier,
};
use presspass_auth::{Clock, SystemClock, SystemRandomness};
use serde::{Deserialize, Serialize};

const SUBJECT: DjangoSubject<'static> =
    DjangoSubject { user_id: 1, username: "ada", email: "ada@example.org" };

/// A service's own claims.
#[derive(Serialize, Deserialize)]
struct Claims {
    tenant: u64,
    roles: Vec<String>,
}

fn key(algorithm: Algorithm) -> SigningKey {
    if algorithm.key_type() == KeyType::Rsa {
        let pem = include_str!("../tests/data/keys/rsa.pem");
        return SigningKey::from_pem(algorithm, pem).expect("the key is good");
    }
    SigningKey::generate(algorithm, &SystemRandomness).expect("the system has randomness")
}

/// Signature and claims are verified, as for a request.
fn tokens(criterion: &mut Criterion) {
    let now = SystemClock.now();
    let policy = || TokenPolicy::django().with_lifetime(time::Duration::HOUR);
    let mut group = criterion.benchmark_group("tokens");
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let issuer = TokenIssuer::new(key.clone(), policy());
        let token = issuer.issue(SUBJECT, now).expect("the key signs").into_bytes();
        let verifier = TokenVerifier::new(key, policy());
        group.bench_function(format!("verify {algorithm}"), |it| {
            it.iter(|| verifier.verify(black_box(&token), black_box(now)).expect("it is good"));
        });
        group.bench_function(format!("issue {algorithm}"), |it| {
            it.iter(|| issuer.issue(black_box(SUBJECT), black_box(now)).expect("the key signs"));
        });
    }
    let ring = [Algorithm::Es256, Algorithm::Hs512, Algorithm::Hs256].map(|one| RingKey::from(key(one)));
    let ring = KeyRing::new(ring).expect("their names differ");
    let token =
        TokenIssuer::new(ring.clone(), policy()).issue(SUBJECT, now).expect("a key signs").into_bytes();
    let verifier = TokenVerifier::new(ring.clone(), policy());
    group.bench_function("verify HS256 by a ring of three", |it| {
        it.iter(|| verifier.verify(black_box(&token), black_box(now)).expect("it is good"));
    });
    let verifier = TokenVerifier::new(SharedKeyRing::new(ring), policy());
    group.bench_function("verify HS256 by a shared ring of three", |it| {
        it.iter(|| verifier.verify(black_box(&token), black_box(now)).expect("it is good"));
    });
    group.finish();
}

/// The default profile: `sub`, and a service's own claims, which are read as types.
fn claims(criterion: &mut Criterion) {
    let (key, now) = (key(Algorithm::Hs256), SystemClock.now());
    let claims = Claims { tenant: 7, roles: vec!["editor".to_owned()] };
    let request = TokenRequest::new("ada").with_claims(&claims).expect("no claim is reserved");
    let issuer = TokenIssuer::new(key.clone(), TokenPolicy::default());
    let token = issuer.issue(request, now).expect("the key signs").into_bytes();
    let verifier = TokenVerifier::new(key, TokenPolicy::default());
    let mut group = criterion.benchmark_group("claims");
    group.bench_function("verify HS256 with sub", |it| {
        it.iter(|| verifier.verify(black_box(&token), black_box(now)).expect("it is good"));
    });
    group.bench_function("verify HS256, and read sub and claims", |it| {
        it.iter(|| {
            let good = verifier.verify(black_box(&token), black_box(now)).expect("it is good");
            let subject: String = good.subject().expect("there is one");
            let claims: Claims = good.claims().expect("they are there");
            (subject, claims)
        });
    });
    group.finish();
}

criterion_group!(benches, tokens, claims);
criterion_main!(benches);
