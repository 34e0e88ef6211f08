//! The authenticators of this crate.
//!
//! | Credentials | Authenticator | Store |
//! |---|---|---|
//! | a token that your service or another one signed | [`JwtAuthenticator`] | a [`UserStore`](crate::UserStore) |
//! | an API key | [`ApiKeyAuthenticator`] | an [`ApiKeyStore`](crate::api_keys::ApiKeyStore) |
//! | a session cookie | [`SessionAuthenticator`] | [`SessionUsers`](crate::SessionUsers) |
//! | a name and a password with every request | [`BasicAuthenticator`] | a [`CredentialStore`](crate::CredentialStore) |
//!
//! Each ignores credentials of other kinds, such as another scheme in `Authorization`, and rejects invalid ones of
//! its own kind, which ends the chain. With the same scheme, a token is passed on from one issuer's verifier to the next,
//! and an API key is told from a token by its form. (An expired session counts as no credentials.) The challenge of the first
//! authenticator determines whether an anonymous caller gets 401 or 403.

mod api_key;
mod basic;
mod header;
mod jwt;
mod session;

pub use api_key::ApiKeyAuthenticator;
pub use basic::BasicAuthenticator;
pub use jwt::JwtAuthenticator;
pub use session::SessionAuthenticator;
