//! Whose tokens and words are on the wire.

/// Which package of Django REST framework a service takes the place of: what its tokens say, and what callers are told.
/// Tokens of each are accepted in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TokenWire {
    /// djangorestframework-jwt 1.11.
    #[default]
    DjangorestframeworkJwt,
    /// drf-jwt 1.19, its fork, over `PyJWT` 2: tokens with `iat` and `jti`, and each that is refreshed with the `jti` of the
    /// first as `orig_jti`.
    DrfJwt,
}
