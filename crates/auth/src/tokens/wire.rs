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

/// The identifiers of a refreshed token, in the form of [`TokenWire::DrfJwt`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshedIds<'a> {
    /// Its own: [`new_uuid`](super::new_uuid).
    pub jti: &'a str,
    /// That of the first token of its family, where it has one.
    pub orig_jti: Option<&'a str>,
}
