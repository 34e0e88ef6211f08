//! JWK sets: the public keys that another service publishes.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::algorithm::{Algorithm, KeyType};
use super::keys::{Jwk, KeyError, VerifyingKey};

/// The public keys of another service: a JWK set (RFC 7517, section 5).
///
/// Keys that cannot be used (another algorithm, another use, too weak, not understood) are ignored, and listed by
/// [`JwkSet::ignored`]. A set with a secret or a private key is refused as a whole, because everyone who can read it
/// can sign.
#[derive(Debug, Clone)]
pub struct JwkSet {
    keys: Vec<VerifyingKey>,
    ignored: Vec<IgnoredKey>,
    rsa: Option<Algorithm>,
}

/// A key of a set that is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredKey {
    /// Its `kid`, if it has one.
    pub kid: Option<String>,
    /// Why.
    pub reason: KeyError,
}

/// Why a set of keys is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwkSetError {
    /// It is longer than [`JwkSet::MAX_LENGTH`].
    #[error("the set is longer than {} bytes", JwkSet::MAX_LENGTH)]
    TooLong,
    /// It is not a JSON object with one array `keys`.
    #[error("the set is not a JSON object with an array of keys")]
    Malformed,
    /// It has more keys that can be used than [`JwkSet::MAX_KEYS`].
    #[error("the set has more than {} keys that can be used", JwkSet::MAX_KEYS)]
    TooMany,
    /// It has a secret (`oct`): everyone who can read the set could sign.
    #[error("the set has a secret, which must not be published")]
    Secret,
    /// It has a private key: everyone who can read the set could sign.
    #[error("the set has a private key, which must not be published")]
    Private,
    /// None of its keys can be used.
    #[error("the set has no key that can be used")]
    NoKey,
}

#[derive(Deserialize)]
struct Members<'t> {
    #[serde(borrow)]
    keys: Vec<&'t RawValue>,
}

impl JwkSet {
    /// The maximum length of a set, in bytes.
    pub const MAX_LENGTH: usize = 256 * 1024;
    /// The maximum number of keys of a set that can be used. A token without `kid` may be tried with all of them.
    pub const MAX_KEYS: usize = 16;

    /// Parses a set. The algorithm of a key is its `alg`, or the only one for its curve. RSA keys without `alg` are
    /// ignored.
    ///
    /// # Errors
    /// If it is not a set, has a key that must not be published, or no key that can be used.
    pub fn parse(text: &str) -> Result<Self, JwkSetError> {
        Self::read(text, None)
    }

    /// As [`JwkSet::parse`], with the algorithm `rsa` for RSA keys without `alg`: some services state it only in
    /// their documentation.
    ///
    /// # Errors
    /// As [`JwkSet::parse`].
    pub fn parse_assuming(text: &str, rsa: Algorithm) -> Result<Self, JwkSetError> {
        Self::read(text, Some(rsa))
    }

    fn read(text: &str, rsa: Option<Algorithm>) -> Result<Self, JwkSetError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(JwkSetError::TooLong);
        }
        // serde reads an array as the members in their order.
        if !text.trim_ascii_start().starts_with('{') {
            return Err(JwkSetError::Malformed);
        }
        let members: Members<'_> = serde_json::from_str(text).map_err(|_| JwkSetError::Malformed)?;
        let mut set = Self { keys: Vec::new(), ignored: Vec::new(), rsa };
        for member in members.keys {
            match jwk(member.get()) {
                Ok(jwk) if jwk.kty == "oct" => return Err(JwkSetError::Secret),
                Ok(jwk) if jwk.is_private() => return Err(JwkSetError::Private),
                Ok(jwk) => set.take(jwk),
                // RFC 7517, section 5: such keys should be ignored.
                Err(reason) => set.ignored.push(IgnoredKey { kid: None, reason }),
            }
        }
        match set.keys.len() {
            0 => Err(JwkSetError::NoKey),
            1..=Self::MAX_KEYS => Ok(set),
            _ => Err(JwkSetError::TooMany),
        }
    }

    fn take(&mut self, mut jwk: Jwk) {
        if let (None, "RSA", Some(rsa)) = (&jwk.alg, jwk.kty.as_str(), self.rsa)
            && rsa.key_type() == KeyType::Rsa
        {
            jwk.alg = Some(rsa.name().to_owned());
        }
        match usable(&jwk).and_then(|()| VerifyingKey::of_jwk(&jwk)) {
            Ok(key) => self.keys.push(key),
            Err(reason) => self.ignored.push(IgnoredKey { kid: jwk.kid, reason }),
        }
    }

    /// The keys that can be used.
    #[must_use]
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// The keys that are ignored. They should be logged.
    #[must_use]
    pub fn ignored(&self) -> &[IgnoredKey] {
        &self.ignored
    }

    pub(super) fn into_keys(self) -> Vec<VerifyingKey> {
        self.keys
    }

    pub(super) const fn assumed_for_rsa(&self) -> Option<Algorithm> {
        self.rsa
    }
}

fn jwk(json: &str) -> Result<Jwk, KeyError> {
    let not_understood =
        KeyError::Malformed("it is not a JSON object with `kty`, or a member is repeated or of another type");
    // serde reads an array as the members in their order.
    if !json.starts_with('{') {
        return Err(not_understood);
    }
    serde_json::from_str(json).map_err(|_| not_understood)
}

/// Whether a key is for verifying signatures (RFC 7517, sections 4.2 and 4.3).
fn usable(jwk: &Jwk) -> Result<(), KeyError> {
    let by_use = jwk.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
    let by_operations = jwk.key_ops.as_ref().is_none_or(|all| all.iter().any(|one| one == "verify"));
    if by_use && by_operations { Ok(()) } else { Err(KeyError::Malformed("the JWK is not for signatures")) }
}
