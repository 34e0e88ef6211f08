//! The authenticators of this crate.
//!
//! | Credentials | Authenticator | Name | Store |
//! |---|---|---|---|
//! | a token that your service or another one signed | [`JwtAuthenticator`] | [`JWT`] | a [`UserStore`](crate::UserStore) |
//! | an API key | [`ApiKeyAuthenticator`] | [`API_KEY`] | an [`ApiKeyStore`](crate::api_keys::ApiKeyStore) |
//! | a session cookie | [`SessionAuthenticator`] | [`SESSION`] | [`SessionAccounts`](crate::sessions::SessionAccounts) |
//! | a session of tower-sessions or actix-session | [`FrameworkSessionAuthenticator`] | [`SESSION`] | the same |
//! | a name and a password with every request | [`BasicAuthenticator`] | [`BASIC`] | a [`CredentialStore`](crate::CredentialStore) |
//!
//! Each ignores credentials of other kinds, such as another scheme in `Authorization`, and rejects invalid ones of
//! its own kind, which ends the chain. With the same scheme, a token is passed on from one issuer's verifier to the next,
//! and an API key is told from a token by its form. (An expired session counts as no credentials.) The challenge of the first
//! authenticator determines whether an anonymous caller gets 401 or 403.
//!
//! The name is what handlers and policies see as the authenticator that decided:
//! `account.authenticator() == Some(authenticators::API_KEY)`. Several of one kind have the same name.

mod api_key;
mod basic;
mod framework_session;
mod header;
mod jwt;
mod session;

pub use api_key::ApiKeyAuthenticator;
pub use basic::BasicAuthenticator;
pub use framework_session::FrameworkSessionAuthenticator;
pub use jwt::JwtAuthenticator;
pub use session::SessionAuthenticator;

/// The name of [`JwtAuthenticator`].
pub const JWT: &str = "jwt";
/// The name of [`ApiKeyAuthenticator`].
pub const API_KEY: &str = "api-key";
/// The name of [`SessionAuthenticator`] and [`FrameworkSessionAuthenticator`].
pub const SESSION: &str = "session";
/// The name of [`BasicAuthenticator`].
pub const BASIC: &str = "basic";
