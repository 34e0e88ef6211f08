//! Authentication and permissions for services that have their own users table.
//!
//! A request goes through an ordered [chain](AuthenticatorChain) of authenticators: tokens, sessions, names and
//! passwords, API keys, or your own. Each finds no credentials of its kind, verifies the caller, or rejects the
//! credentials; the first that verifies or rejects decides. You do not have to implement any trait on your user type,
//! and the core knows no web framework, no database and no async runtime.
//!
//! Add the crate with a feature for the framework: `presspass-auth = { version = "0.1", features = ["axum"] }`. What
//! else there is behind a [feature](#features): key pairs for tokens, keys of other services, password hashes.
//!
//! # A chain of two, step by step
//!
//! **Your users.** A [`UserStore`] finds the account that a verified token names. Yours queries a database; this one
//! has a list.
//!
//! ```
//! use presspass_auth::tokens::VerifiedToken;
//! use presspass_auth::{Resolution, StoreError, UserStore};
//!
//! #[derive(Debug, Clone)]
//! struct User { id: u64, name: String } // your own
//!
//! #[derive(Debug)]
//! struct Users(Vec<User>);
//!
//! impl UserStore for Users {
//!     type User = User;
//!     type Id = u64; // or String, or Uuid: every type that implements FromStr
//!
//!     // A service that revokes tokens, or has claims of its own, looks at the second argument.
//!     async fn resolve(&self, id: u64, _token: VerifiedToken) -> Result<Resolution<User>, StoreError> {
//!         let found = self.0.iter().find(|user| user.id == id);
//!         Ok(found.cloned().map_or(Resolution::Unknown, Resolution::Active))
//!     }
//! }
//! ```
//!
//! **Tokens.** One key [issues](tokens::TokenIssuer) and [verifies](tokens::TokenVerifier) them. A key that is too weak
//! is refused here. A token has the claims `sub`, `exp`, `iat` and `jti`, is valid for five minutes, and contains nothing
//! else about the user.
//!
//! ```
//! use presspass_auth::tokens::{SigningKey, TokenIssuer, TokenPolicy, TokenVerifier};
//! use presspass_auth::{Clock, SystemClock};
//!
//! let key = SigningKey::hs256("a secret of thirty-two bytes or more, kept well")?;
//! let issuer = TokenIssuer::new(key.clone(), TokenPolicy::default());
//! let id = 1; // your user's
//! let token = issuer.issue(id, SystemClock.now())?;
//!
//! let verifier = TokenVerifier::new(key, TokenPolicy::default());
//! assert!(verifier.verify(token.as_bytes(), SystemClock.now()).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Your own authenticator.** It has five methods. This one accepts API keys in the header `X-API-Key`, and keeps only
//! their [digests](api_keys::ApiKeyDigest).
//!
//! ```
//! use std::collections::HashMap;
//! use presspass_auth::api_keys::{ApiKey, ApiKeyDigest};
//! use presspass_auth::{Authenticator, Challenge, Outcome, Rejection, RequestHead, StoreError};
//!
//! #[derive(Debug)]
//! struct HeaderKeys<U>(HashMap<ApiKeyDigest, U>);
//!
//! impl<U: std::fmt::Debug + Clone + Send + Sync> Authenticator<U> for HeaderKeys<U> {
//!     fn name(&self) -> &'static str { "header-key" }
//!
//!     async fn authenticate(&self, head: &RequestHead<'_>) -> Result<Outcome<U>, StoreError> {
//!         let Some(header) = head.header("x-api-key") else { return Ok(Outcome::NotAttempted) };
//!         let key = ApiKey::parse(&String::from_utf8_lossy(&header)).ok();
//!         Ok(match key.and_then(|key| self.0.get(&key.digest())) {
//!             Some(user) => Outcome::Verified(user.clone()),
//!             None => Outcome::Rejected(Rejection::unauthenticated("Invalid API key.", "unknown key")),
//!         })
//!     }
//!
//!     // `WWW-Authenticate` of a 401, if this authenticator is the first of its chain.
//!     fn challenge(&self) -> Option<Challenge> { Some(Challenge::bare("ApiKey")) }
//!     // Browsers do not send this header automatically, so a page of another site cannot use it.
//!     fn reads_session_cookie(&self) -> bool { false }
//!     fn relies_on_cookie(&self, _head: &RequestHead<'_>) -> bool { false }
//! }
//! ```
//!
//! **The chain.** It can have any order and length. An invalid token is rejected; the authenticators after it are not
//! consulted. Several authenticators can share the scheme `Bearer`: one for each issuer of tokens, and one for API keys.
//!
//! ```
//! # use presspass_auth::{Authenticator, UserStore};
//! use presspass_auth::AuthenticatorChain;
//! use presspass_auth::authenticators::JwtAuthenticator;
//! # use presspass_auth::tokens::TokenVerifier;
//!
//! # fn chain<S: UserStore<User: 'static> + 'static>(verifier: TokenVerifier, users: S, header_keys: impl Authenticator<S::User> + 'static) -> AuthenticatorChain<S::User> {
//! let tokens = JwtAuthenticator::new(verifier, users);
//! let chain = AuthenticatorChain::of(tokens).then(header_keys);
//! # chain }
//! ```
//!
//! **In front of a service.** With actix-web (feature `actix`) you need two more lines, one for the middleware and one
//! in the handler; with axum (feature `axum`) as well:
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
//! Without a framework, use a [`Gate`](gate::Gate), or the chain itself.
//!
//! # Login
//!
//! `passwords::PasswordLogin` (with a feature for [hashes](passwords)) verifies a name and a password over your table: an
//! unknown name takes as long as a wrong password, failed logins can be [limited](throttles::LoginThrottle), and hashes
//! of another family are replaced. For the account that it returns, issue a [token](tokens::TokenIssuer), a pair with a
//! [refresh token](refresh), or begin a [session](sessions).
//!
#![cfg_attr(feature = "argon2", doc = "```")]
#![cfg_attr(not(feature = "argon2"), doc = "```ignore")]
//! use presspass_auth::passwords::{LoginOutcome, Password, PasswordLogin, PasswordStore};
//! use presspass_auth::tokens::TokenIssuer;
//! use presspass_auth::{Clock, SystemClock};
//! # struct User { id: u64 }
//!
//! # async fn login<S: PasswordStore<User = User>>(logins: PasswordLogin<S>, issuer: TokenIssuer, name: &str, password: &str, client: std::net::IpAddr) -> Result<String, Box<dyn std::error::Error>> {
//! // The third argument is the client's address, by which failed logins are limited.
//! match logins.log_in(name, &Password::new(password), Some(client)).await? {
//!     LoginOutcome::Verified(account) => Ok(issuer.issue(account.user.id, SystemClock.now())?),
//!     LoginOutcome::Throttled(_, throttled) => Err(throttled.detail().into()), // 429
//!     _ => Err("name or password is wrong".into()),                            // whichever it was
//! }
//! # }
//! ```
//!
//! # Examples
//!
//! Each file in `examples/` is a small service with its test: `plain` (no framework), `actix_service` and `axum_service`;
//! `uuid_axum` (UUIDs, refresh tokens, API keys behind `Bearer`, policies); `tower_sessions` and `actix_sessions` (the
//! sessions of these crates, CSRF); `oidc_login` (login at an identity provider); `verify_only` (the next section).
//!
//! # Key rotation, and services that only verify
//!
//! In place of a key, there can be a [`KeyRing`](tokens::KeyRing): the newest key signs, and all verify until they
//! retire. A [`SharedKeyRing`](tokens::SharedKeyRing) can be replaced while the service runs. The public keys of a ring
//! with [`ES256`, `EdDSA` or other key pairs](tokens::Algorithm) are published as a JWK set, with which another service
//! verifies tokens: it needs no secret and no database, and can [replace the keys](tokens::RefreshableKeys) without a
//! restart, or fetch them when it needs them (`RemoteKeys`, features `jwks` and `ureq`). Tokens can have [your own claims](tokens::VerifiedToken::claims), as a type.
//!
//! ```
//! use presspass_auth::tokens::{Algorithm, JwkSet, KeyRing, SigningKey, TokenIssuer, TokenPolicy};
//! use presspass_auth::tokens::{TokenRequest, TokenVerifier};
//! use presspass_auth::{Clock, SystemClock, SystemRandomness};
//! # use serde::{Deserialize, Serialize};
//! # #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! # struct Tenant { tenant: u64 }
//!
//! let now = SystemClock.now();
//! let ring = KeyRing::from(SigningKey::generate(Algorithm::EdDsa, &SystemRandomness)?);
//! let published = ring.jwks(now);
//! let issuer = TokenIssuer::new(ring, TokenPolicy::default());
//! let token = issuer.issue(TokenRequest::new("ada").with_claims(&Tenant { tenant: 7 })?, now)?;
//!
//! // Elsewhere:
//! let verifier = TokenVerifier::new(JwkSet::parse(&published)?, TokenPolicy::default());
//! let verified = verifier.verify(token.as_bytes(), now)?;
//! assert_eq!(verified.claims::<Tenant>()?, Tenant { tenant: 7 });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Responses
//!
//! | The chain finds | The client gets |
//! |---|---|
//! | an account | the response of the handler |
//! | no credentials | the response of the handler if it takes an `Option<Account<U>>`; otherwise as the next |
//! | invalid credentials | 401 with the first authenticator's challenge; 403 if it has none, as for sessions |
//! | an account by a cookie, for a request that changes something, without the [CSRF token](csrf) | 403 |
//! | an account without the [permission](permissions) | 403 |
//! | a store that is unavailable ([`StoreError`]) | 503 with `Retry-After`, never 401 |
//!
//! The body is problem details (RFC 9457), `{"type": "about:blank", "title": "…", "status": …, "detail": "…"}`, or
//! [a format of your own](gate::ErrorFormat).
//!
//! # Modules, in reading order
//!
//! 1. [`authenticators`]: tokens, API keys, sessions, Basic.
//! 2. [`gate`], and [`actix`] or [`tower`]: in front of a service.
//! 3. [`permissions`], composed with and, or, not; and [`policies`], which see the user, the request and a resource.
//! 4. [`tokens`]: JSON Web Tokens (RFC 7519), keys and key rings; [`revocation`] of tokens.
//! 5. [`refresh`]: refresh tokens, with families, rotation and detection of copies.
//! 6. [`api_keys`]: for programs; with scopes, stored as digests, recognisable for scanners of leaked secrets.
//! 7. [`passwords`]: Argon2id, bcrypt, scrypt, PBKDF2, also as Django writes them; on threads of their own, upgraded.
//! 8. [`sessions`] and [`csrf`]: for browsers.
//! 9. [`throttles`]: limits of requests and of failed logins.
//!
//! Time and randomness are parameters ([`Clock`], [`Randomness`]), so that tests can set them.
//!
//! # Features
//!
//! None is enabled by default: then tokens have shared secrets (HS256, HS384, HS512). The core depends on no web framework,
//! no database and no async runtime.
//!
//! | Feature | What it adds |
//! |---|---|
//! | `actix` | middleware, extractors and responses for actix-web 4 |
//! | `tower` | layers for every service with `http` 1.x |
//! | `axum` | `tower`, and extractors for axum 0.8 |
//! | `actix-session`, `tower-sessions` | logins in the sessions of these crates |
//! | `ecdsa`, `eddsa`, `rsa` | [keys](tokens::Algorithm) for ES256 and ES384; for `EdDSA`; for RS256 to PS512 (RUSTSEC-2023-0071) |
//! | `jwks`, `ureq` | keys of other services that are fetched; the same with an HTTP client |
//! | `argon2`, `bcrypt`, `pbkdf2`, `scrypt` | families of [password hashes](passwords) |
//! | `django` | for services that replace a Django project: its password hashes, its tokens, its API keys and the responses of Django REST framework |
//! | `acceptance` | tests for implementations of the store traits |
//! | `tracing` | a span around the chain, with the authenticators consulted and the outcome, and events: `DEBUG` for rejected credentials, `WARN` for a refresh token that was used twice and for a store that cannot be written, `ERROR` for a missing middleware. Never a credential. Without this feature nothing is logged |
//!
#![cfg_attr(not(feature = "actix"), doc = "[`actix`]: #features")]
#![cfg_attr(not(feature = "tower"), doc = "[`tower`]: #features")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]

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
pub mod policies;
mod proxies;
#[cfg(feature = "django")]
pub mod python_base64;
#[cfg(feature = "django")]
pub mod python_int;
mod randomness;
pub mod refresh;
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

pub use chain::{Authentication, Authenticator, AuthenticatorChain, DynAuthenticator};
pub use clock::{Clock, ManualClock, SystemClock};
pub use outcome::{Challenge, Outcome, Rejection, RejectionKind};
pub use proxies::{Forwarded, TrustedProxies};
pub use randomness::{Randomness, RandomnessError, SystemRandomness};
pub use request_head::{Headers, RequestHead};
pub use store::{
    BoxFuture, CredentialOutcome, CredentialStore, Resolution, SessionUsers, StoreError, UserStore,
};
