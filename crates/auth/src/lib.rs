//! Who is calling, and what they may do: for services that have a users table of their own.
//!
//! A request goes through an ordered [chain](AuthenticatorChain) of authenticators: tokens, sessions, names and
//! passwords, API keys, or what you write yourself. Each says that it was not attempted, that it verified the caller,
//! or that it rejects the credentials; the first that decides ends it. What an account is stays your own business: no
//! trait has to be implemented on your user type, and nothing here names a web framework, a database or an async
//! runtime.
//!
//! The crate is taken by path or from its repository, with a feature for the framework:
//! `presspass-auth = { path = "…", features = ["actix"] }`.
//!
//! # From nothing to a chain of two
//!
//! **Your users.** A [`UserStore`] says which account a verified token names. Yours asks a database; this one knows
//! everybody in a list.
//!
//! ```
//! use presspass_auth::revocation::TokenFacts;
//! use presspass_auth::{AccountRef, BoxFuture, Resolution, StoreError, UserStore};
//!
//! #[derive(Debug, Clone)]
//! struct User { id: i64, name: String } // your own
//!
//! #[derive(Debug)]
//! struct Users(Vec<User>);
//!
//! impl UserStore for Users {
//!     type User = User;
//!
//!     // A service that revokes tokens looks at the second argument.
//!     fn resolve(
//!         &self,
//!         account: AccountRef,
//!         _token: TokenFacts,
//!     ) -> BoxFuture<'_, Result<Resolution<User>, StoreError>> {
//!         Box::pin(async move {
//!             let found = self.0.iter().find(|user| user.id == account.id && user.name == account.username);
//!             Ok(found.cloned().map_or(Resolution::Unknown, Resolution::Active))
//!         })
//!     }
//! }
//! ```
//!
//! **Tokens.** One key [issues](tokens::TokenIssuer) and [verifies](tokens::TokenVerifier). A key that is too weak is
//! refused here, not at the first attack.
//!
//! ```
//! use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenSubject, TokenVerifier};
//! use presspass_auth::{Clock, SystemClock};
//!
//! let key = SigningKey::hs256("a secret of thirty-two bytes or more, kept well")?;
//! let issuer = TokenIssuer::new(key.clone(), TokenPolicy::default());
//! let subject = TokenSubject { user_id: 1, username: "ada", email: "" };
//! let token = issuer.issue(subject, SystemClock.now())?;
//!
//! let verifier = TokenVerifier::new(key, TokenPolicy::default());
//! assert!(verifier.verify(token.as_bytes(), SystemClock.now()).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **An authenticator of your own.** Five answers make one: API keys in the header `X-API-Key`. It keeps
//! [digests](api_keys::ApiKeyDigest) only, so that a copy of its memory opens nothing.
//!
//! ```
//! use std::collections::HashMap;
//! use presspass_auth::api_keys::{ApiKey, ApiKeyDigest};
//! use presspass_auth::{Attempt, Authenticator, Challenge, Outcome, Rejection, RequestHead};
//!
//! #[derive(Debug)]
//! struct HeaderKeys<U>(HashMap<ApiKeyDigest, U>);
//!
//! impl<U: std::fmt::Debug + Clone + Send + Sync> Authenticator<U> for HeaderKeys<U> {
//!     fn name(&self) -> &'static str { "header-key" }
//!
//!     fn authenticate<'a>(&'a self, head: &'a RequestHead<'a>) -> Attempt<'a, U> {
//!         Box::pin(async move {
//!             let Some(header) = head.header("x-api-key") else { return Ok(Outcome::NotAttempted) };
//!             let key = ApiKey::parse(&String::from_utf8_lossy(&header)).ok();
//!             Ok(match key.and_then(|key| self.0.get(&key.digest())) {
//!                 Some(user) => Outcome::Verified(user.clone()),
//!                 None => Outcome::Rejected(Rejection::unauthenticated("Invalid API key.", "unknown key")),
//!             })
//!         })
//!     }
//!
//!     // What a 401 says in `WWW-Authenticate` where this authenticator is the first of its chain.
//!     fn challenge(&self) -> Option<Challenge> { Some(Challenge::bare("ApiKey")) }
//!     // No browser sends this header unasked, so no other site can.
//!     fn reads_session_cookie(&self) -> bool { false }
//!     fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool { false }
//! }
//! ```
//!
//! **The chain.** Any order, of any length. A bad token is not passed on to whoever stands behind: it is refused.
//!
//! ```
//! # use std::sync::Arc;
//! # use presspass_auth::{Authenticator, SystemClock, UserStore};
//! use presspass_auth::AuthenticatorChain;
//! use presspass_auth::authenticators::JwtAuthenticator;
//! # use presspass_auth::tokens::TokenVerifier;
//!
//! # fn chain<U: Send + 'static>(verifier: Arc<TokenVerifier>, users: Arc<dyn UserStore<User = U>>, header_keys: impl Authenticator<U> + 'static) -> AuthenticatorChain<U> {
//! let tokens = JwtAuthenticator::new(verifier, users, Arc::new(SystemClock));
//! let chain = AuthenticatorChain::of(tokens).then(header_keys);
//! # chain }
//! ```
//!
//! **In front of a service.** With actix-web (feature `actix`) it takes two lines more, one for the middleware and one
//! in the handler; with axum (features `tower` and `axum`) the same two:
//!
#![cfg_attr(all(feature = "actix", feature = "axum"), doc = "```")]
#![cfg_attr(not(all(feature = "actix", feature = "axum")), doc = "```ignore")]
//! # use presspass_auth::AuthenticatorChain;
//! use presspass_auth::gate::Account;
//! # #[derive(Debug, Clone)] struct User { id: i64, name: String }
//!
//! async fn me(user: Account<User>) -> String {
//!     user.name.clone()
//! }
//!
//! # fn on_actix(chain: AuthenticatorChain<User>) {
//! let app = actix_web::App::new()
//!     .wrap(presspass_auth::actix::Authenticate::new(chain))
//!     .route("/me", actix_web::web::get().to(me));
//! # drop(app); }
//!
//! # fn on_axum(chain: AuthenticatorChain<User>) {
//! let app: axum::Router = axum::Router::new()
//!     .route("/me", axum::routing::get(me))
//!     .layer(presspass_auth::tower::AuthenticateLayer::new(chain));
//! # drop(app); }
//! ```
//!
//! Without a framework, ask a [`Gate`](gate::Gate), or the chain itself. `examples/` has a small service for each:
//! `actix_service`, `axum_service`, `plain`, and `verify_only` for the next part.
//!
//! # Keys that change, and services that only verify
//!
//! A [`KeyRing`](tokens::KeyRing) stands wherever a key does: the newest key signs, all verify until they retire; a
//! [`SharedKeyRing`](tokens::SharedKeyRing) is exchanged while the service runs. With pairs of keys in it, of [`ES256`, `EdDSA` and others](tokens::Algorithm), it publishes the public ones as a JWK set, and
//! another service verifies by that [set](tokens::JwkSet) alone: no secret, no database, and
//! [other keys](tokens::RefreshableKeys) without a restart. Tokens carry [claims of your own](tokens::Claims), typed.
//!
//! ```
//! use presspass_auth::tokens::{Algorithm, Claims, JwkSet, KeyRing, SigningKey, TokenIssuer, TokenPolicy};
//! use presspass_auth::tokens::{TokenRequest, TokenSubject, TokenVerifier};
//! use presspass_auth::{Clock, SystemClock, SystemRandomness};
//! # use serde::{Deserialize, Serialize};
//! # #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! # struct Tenant { tenant: u64 }
//!
//! let now = SystemClock.now();
//! let ring = KeyRing::from(SigningKey::generate(Algorithm::EdDsa, &SystemRandomness)?);
//! let published = ring.jwks(now);
//! let issuer = TokenIssuer::new(ring, TokenPolicy::default());
//! let subject = TokenSubject { user_id: 1, username: "ada", email: "" };
//! let token = issuer.issue(TokenRequest::new(subject).with_claims(&Tenant { tenant: 7 })?, now)?;
//!
//! // Elsewhere:
//! let verifier = TokenVerifier::new(JwkSet::parse(&published)?, TokenPolicy::default());
//! let Claims { extra, .. } = verifier.verify_claims::<Tenant>(token.as_bytes(), now)?;
//! assert_eq!(extra, Tenant { tenant: 7 });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a client is answered
//!
//! | The chain finds | The client gets |
//! |---|---|
//! | an account | the handler |
//! | nobody | the handler, if it takes an `Option<Account<U>>`; else as the next |
//! | bad credentials | 401 with the first authenticator's challenge; 403 where that has none, as sessions |
//! | an account by a cookie, on a request that changes something, without the page's [CSRF token](csrf) | 403 |
//! | an account without the [permission](permissions) | 403 |
//! | a store that is away ([`StoreError`]) | 503 with `Retry-After`: never 401 |
//!
//! The body is `{"detail": "…"}`, and the words are those of Django REST framework and djangorestframework-jwt, whose
//! clients need to notice nothing.
//!
//! # The modules, in the order in which to read them
//!
//! 1. [`authenticators`]: tokens, API keys, sessions, Basic.
//! 2. [`gate`], and [`actix`] or [`tower`]: the way in.
//! 3. [`permissions`]: who may do what, with and, or, not.
//! 4. [`tokens`]: JSON Web Tokens (RFC 7519), parsed strictly, keys and key rings; [`revocation`]: how they end before
//!    their time.
//! 5. [`api_keys`]: for programs; scoped, stored as digests, recognisable to scanners for leaked secrets.
//! 6. [`passwords`]: every format that Django writes, verified apart from your connections, and upgraded.
//! 7. [`sessions`] and [`csrf`]: for browsers.
//! 8. [`throttles`]: how often somebody may ask, and how often a log-in may fail.
//!
//! Time and randomness are parameters everywhere ([`Clock`], [`Randomness`]), so a test sets the moment.
//!
//! # Features
//!
//! None is on by default; the core has no framework, no database and no async runtime in its tree.
//!
//! | Feature | What it adds |
//! |---|---|
//! | `actix` | middleware, extractors and answers for actix-web 4 |
//! | `tower` | layers for every service that speaks http 1.x |
//! | `axum` | `tower`, and extractors for axum 0.8 |
//! | `tracing` | a span around the chain: who was consulted, who decided, and how; never a credential |
//!
#![cfg_attr(not(feature = "actix"), doc = "[`actix`]: #features")]
#![cfg_attr(not(feature = "tower"), doc = "[`tower`]: #features")]
#![deny(missing_docs)]

mod account_ref;
#[cfg(feature = "actix")]
pub mod actix;
mod alphanumeric;
pub mod api_keys;
pub mod authenticators;
mod chain;
mod clock;
pub mod csrf;
pub mod gate;
mod newtypes;
mod outcome;
pub mod passwords;
pub mod permissions;
pub mod python_base64;
pub mod python_int;
mod randomness;
mod request_head;
pub mod revocation;
pub mod sessions;
mod store;
pub mod throttles;
pub mod tokens;
#[cfg(feature = "tower")]
pub mod tower;

/// The examples of README.md, run as tests.
#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
struct Readme;

pub use account_ref::AccountRef;
pub use chain::{Attempt, Authentication, Authenticator, AuthenticatorChain};
pub use clock::{Clock, ManualClock, SystemClock};
pub use outcome::{Challenge, Outcome, Rejection, RejectionKind};
pub use randomness::{Randomness, RandomnessError, SystemRandomness};
pub use request_head::{Headers, RequestHead};
pub use store::{
    BoxFuture, CredentialOutcome, CredentialStore, Resolution, SessionUsers, StoreError, UserStore,
};
