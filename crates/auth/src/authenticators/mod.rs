//! The authenticators of this crate.
//!
//! | Credentials | Authenticator | Store |
//! |---|---|---|
//! | a token that your service or another one signed | [`JwtAuthenticator`] | a [`UserStore`](crate::UserStore) |
//! | an API key | [`TokenAuthenticator`] | an [`ApiKeyStore`](crate::api_keys::ApiKeyStore) |
//! | a session cookie | [`SessionAuthenticator`] | [`SessionUsers`](crate::SessionUsers) |
//! | a name and a password with every request | [`BasicAuthenticator`] | a [`CredentialStore`](crate::CredentialStore) |
//!
//! Each ignores credentials of other kinds, such as another scheme in `Authorization`, and rejects invalid ones of
//! its own kind, which ends the chain. (An expired session counts as no credentials.) The challenge of the first
//! authenticator determines whether an anonymous caller gets 401 or 403.

mod basic;
mod header;
mod jwt;
mod session;
mod token;

pub use basic::BasicAuthenticator;
pub use jwt::JwtAuthenticator;
pub use session::SessionAuthenticator;
pub use token::TokenAuthenticator;
