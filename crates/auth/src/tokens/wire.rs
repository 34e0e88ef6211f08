//! The packages whose tokens and messages this crate reproduces.

/// The Django REST framework package that a service replaces: it determines the claims of new tokens and the error
/// messages. Tokens of both are accepted in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TokenWire {
    /// djangorestframework-jwt 1.11.
    #[default]
    DjangorestframeworkJwt,
    /// drf-jwt 1.19, its fork, with `PyJWT` 2: tokens have `iat` and `jti`, and a refreshed one has the `jti` of the
    /// first as `orig_jti`.
    DrfJwt,
}
