//! The authenticators that come with the crate.

mod basic;
mod header;
mod jwt;
mod session;
mod token;

pub use basic::BasicAuthenticator;
pub use jwt::JwtAuthenticator;
pub use session::SessionAuthenticator;
pub use token::TokenAuthenticator;
