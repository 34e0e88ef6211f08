//! The authenticators that come with the crate.

mod jwt;
mod session;

pub use jwt::JwtAuthenticator;
pub use session::SessionAuthenticator;
