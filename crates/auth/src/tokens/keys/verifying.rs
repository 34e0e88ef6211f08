//! Keys that verify.

use std::fmt;

use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto::rust_crypto;

use super::jwk::{Jwk, object, required_members};
use super::public::PublicKey;
use super::secret::Prepared;
use super::{KeyError, KeyId, known};
use crate::tokens::algorithm::{Algorithm, KeyType};
use crate::tokens::header::KnownHeaders;

/// A key that verifies tokens of one algorithm: the public half of a pair, or a secret.
#[derive(Clone)]
pub struct VerifyingKey {
    id: Option<KeyId>,
    algorithm: Algorithm,
    material: Material,
    known_headers: KnownHeaders,
}

#[derive(Clone)]
enum Material {
    Secret(Prepared),
    Public { key: PublicKey, for_library: DecodingKey },
}

impl VerifyingKey {
    /// The public key in this PEM: `SubjectPublicKeyInfo` (`BEGIN PUBLIC KEY`), or PKCS#1 for RSA.
    ///
    /// # Errors
    /// Where it cannot be read, is of another kind than the algorithm's, too weak for it, or well known.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        Self::of_public(algorithm, PublicKey::from_pem(pem, algorithm)?)
    }

    /// The public key in this JWK (RFC 7517). Its algorithm is its `alg`, or what its curve leaves no choice about; its
    /// name is its `kid`, or its thumbprint. A private key's public half is taken.
    ///
    /// # Errors
    /// As [`VerifyingKey::from_pem`]; where it names no algorithm, and where it is a secret: build those with
    /// [`SigningKey`](super::SigningKey).
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        let jwk: Jwk = serde_json::from_str(json)
            .map_err(|_| KeyError::Malformed("it is no JSON object with one of each member"))?;
        Self::of_jwk(&jwk).map(|key| if key.id.is_some() { key } else { key.named_by_itself() })
    }

    /// The public key of a set's member; without a name where it has none.
    pub(in crate::tokens) fn of_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let algorithm =
            jwk.algorithm().ok_or(KeyError::Malformed("the JWK names no algorithm that signs here"))?;
        let key = Self::of_public(algorithm, jwk.public(algorithm)?)?;
        Ok(match jwk.id()? {
            Some(id) => key.with_id(id),
            None => Self { known_headers: KnownHeaders::new(algorithm, None), id: None, ..key },
        })
    }

    pub(super) fn of_public(algorithm: Algorithm, key: PublicKey) -> Result<Self, KeyError> {
        let key = Self::even_well_known(algorithm, key)?;
        match key.id.as_ref().and_then(known::public_key) {
            Some(source) => Err(KeyError::WellKnown(source)),
            None => Ok(key),
        }
    }

    /// The same, whether its private half is printed somewhere or not.
    pub(super) fn even_well_known(algorithm: Algorithm, key: PublicKey) -> Result<Self, KeyError> {
        key.check(algorithm)?;
        let for_library = key.for_library()?;
        let material = Material::Public { key, for_library };
        let key = Self { id: None, algorithm, material, known_headers: KnownHeaders::new(algorithm, None) };
        Ok(key.named_by_itself())
    }

    pub(super) fn of_secret(algorithm: Algorithm, prepared: Prepared, id: KeyId) -> Self {
        let known_headers = KnownHeaders::new(algorithm, Some(&id));
        Self { id: Some(id), algorithm, material: Material::Secret(prepared), known_headers }
    }

    /// Another name than its thumbprint (RFC 7638).
    #[must_use]
    pub fn with_id(self, id: KeyId) -> Self {
        Self { known_headers: KnownHeaders::new(self.algorithm, Some(&id)), id: Some(id), ..self }
    }

    fn named_by_itself(self) -> Self {
        match &self.material {
            Material::Secret(_) => self,
            Material::Public { key, .. } => {
                let members = required_members(key);
                let canonical = object(members.iter().map(|(name, value)| (*name, value.as_str())));
                self.with_id(KeyId::thumbprint(&canonical))
            }
        }
    }

    /// Its name; `None` for a member of a foreign set that has none.
    #[must_use]
    pub const fn id(&self) -> Option<&KeyId> {
        self.id.as_ref()
    }

    /// The one algorithm of tokens that it verifies.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether whoever has it can sign, too.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        matches!(self.material, Material::Secret(_))
    }

    /// The key as a member of a set (RFC 7517), for everyone to see; `None` where it is a secret.
    #[must_use]
    pub fn to_jwk(&self) -> Option<String> {
        let Material::Public { key, .. } = &self.material else { return None };
        let mut members = required_members(key);
        members.push(("alg", self.algorithm.name().to_owned()));
        members.push(("use", "sig".to_owned()));
        members.extend(self.id.as_ref().map(|id| ("kid", id.as_str().to_owned())));
        Some(object(members.iter().map(|(name, value)| (*name, value.as_str()))).to_string())
    }

    pub(in crate::tokens) const fn known_headers(&self) -> &KnownHeaders {
        &self.known_headers
    }

    /// Whether `signature` is this key's over `message`. jsonwebtoken's own `verify` would take the process's default
    /// provider, which panics where a program enables two of them: so the provider is named here.
    pub(in crate::tokens) fn verifies(&self, message: &[u8], signature: &Vec<u8>) -> bool {
        match &self.material {
            Material::Secret(prepared) => prepared.verifies(message, signature),
            Material::Public { for_library, .. } => {
                (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(&self.algorithm.in_library(), for_library)
                    .is_ok_and(|verifier| verifier.verify(message, signature).is_ok())
            }
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.algorithm.key_type() == KeyType::Secret { "hidden" } else { "public" };
        write!(f, "VerifyingKey({}, {kind})", self.algorithm)
    }
}
