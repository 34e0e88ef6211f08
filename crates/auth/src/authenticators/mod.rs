//! The authenticators that come with the crate.
//!
//! | Who calls shows | Take | It asks of you |
//! |---|---|---|
//! | a token that you or another service signed | [`JwtAuthenticator`] | a [`UserStore`](crate::UserStore), or [`Revocations`](crate::revocation::Revocations) |
//! | an API key | [`TokenAuthenticator`] | an [`ApiKeyStore`](crate::api_keys::ApiKeyStore) |
//! | a session's cookie | [`SessionAuthenticator`] | [`SessionUsers`](crate::SessionUsers) |
//! | a name and a password, each time | [`BasicAuthenticator`] | a [`CredentialStore`](crate::CredentialStore) |
//!
//! Each passes on what is not meant for it, such as another scheme in `Authorization`, and refuses credentials of its kind
//! that are wrong: nobody behind it is asked then. (A session that has ended is passed on, too.) The first of a chain says by
//! its challenge whether a stranger is answered 401 or 403.

mod basic;
mod header;
mod jwt;
mod session;
mod token;

pub use basic::BasicAuthenticator;
pub use jwt::JwtAuthenticator;
pub use session::SessionAuthenticator;
pub use token::TokenAuthenticator;
