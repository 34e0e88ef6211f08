//! Sets of public keys, as other services publish them.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::algorithm::{Algorithm, KeyType};
use super::keys::{Jwk, KeyError, VerifyingKey};

/// The public keys of another service: a JWK set (RFC 7517, section 5).
///
/// Keys that cannot be used here (other algorithms, other uses, too weak) are passed over, and listed by
/// [`JwkSet::ignored`]. A set that holds a secret or a private key is refused as a whole: whoever can read it can sign.
#[derive(Debug, Clone)]
pub struct JwkSet {
    keys: Vec<VerifyingKey>,
    ignored: Vec<IgnoredKey>,
    rsa: Option<Algorithm>,
}

/// A key of a set that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredKey {
    /// Its `kid`, where it says one.
    pub kid: Option<String>,
    /// Why.
    pub reason: KeyError,
}

/// Why a set of keys is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwkSetError {
    /// It is longer than any set needs to be.
    #[error("the set is longer than {} bytes", JwkSet::MAX_LENGTH)]
    TooLong,
    /// It is no JSON object with one list `keys` of objects, each with one of each member.
    #[error("the set is no JSON object with a list of keys")]
    Malformed,
    /// It holds more keys than any service needs.
    #[error("the set has more than {} keys", JwkSet::MAX_KEYS)]
    TooMany,
    /// It holds a secret (`oct`): whoever reads the set could sign.
    #[error("the set holds a secret, which nobody may publish")]
    Secret,
    /// It holds the private half of a key: whoever reads the set could sign.
    #[error("the set holds a private key, which nobody may publish")]
    Private,
    /// Nothing in it can be used here.
    #[error("the set holds no key that can be used here")]
    NoKey,
}

#[derive(Deserialize)]
struct Members<'t> {
    #[serde(borrow)]
    keys: Vec<&'t RawValue>,
}

impl JwkSet {
    /// The longest set, in bytes.
    pub const MAX_LENGTH: usize = 256 * 1024;
    /// The most keys in a set. A token without `kid` may be tried against all of them.
    pub const MAX_KEYS: usize = 16;

    /// Reads a set. Each key has the one algorithm that its `alg` names or its curve leaves no choice about; RSA keys
    /// without `alg` are passed over.
    ///
    /// # Errors
    /// Where it is no set, holds what must not be published, or nothing that can be used.
    pub fn parse(text: &str) -> Result<Self, JwkSetError> {
        Self::read(text, None)
    }

    /// The same, where RSA keys without `alg` are taken for keys of `rsa`: some services say in their documentation what
    /// their keys do not.
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
        // serde would read a list as the members in their order, too.
        if !text.trim_ascii_start().starts_with('{') {
            return Err(JwkSetError::Malformed);
        }
        let members: Members<'_> = serde_json::from_str(text).map_err(|_| JwkSetError::Malformed)?;
        if members.keys.len() > Self::MAX_KEYS {
            return Err(JwkSetError::TooMany);
        }
        let mut set = Self { keys: Vec::new(), ignored: Vec::new(), rsa };
        for member in members.keys {
            let json = member.get();
            if !json.starts_with('{') {
                return Err(JwkSetError::Malformed);
            }
            let jwk: Jwk = serde_json::from_str(json).map_err(|_| JwkSetError::Malformed)?;
            match jwk.kty.as_str() {
                "oct" => return Err(JwkSetError::Secret),
                _ if jwk.is_private() => return Err(JwkSetError::Private),
                _ => set.take(jwk),
            }
        }
        if set.keys.is_empty() { Err(JwkSetError::NoKey) } else { Ok(set) }
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

    /// The keys that are used.
    #[must_use]
    pub fn keys(&self) -> &[VerifyingKey] {
        &self.keys
    }

    /// The keys that are passed over: worth a line in the log.
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

/// Whether a key is there to verify signatures (RFC 7517, sections 4.2 and 4.3).
fn usable(jwk: &Jwk) -> Result<(), KeyError> {
    let by_use = jwk.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
    let by_operations = jwk.key_ops.as_ref().is_none_or(|all| all.iter().any(|one| one == "verify"));
    if by_use && by_operations {
        Ok(())
    } else {
        Err(KeyError::Malformed("the JWK is for another use than signatures"))
    }
}
