//! Keys that verify.

use std::fmt;
use std::sync::Arc;

use super::jwk::{Jwk, object};
use super::kinds::{self, PublicKey};
use super::secret::Prepared;
use super::{KeyError, KeyId, known};
use crate::tokens::algorithm::{Algorithm, KeyType};
use crate::tokens::header::KnownHeaders;

/// A key that verifies tokens of one algorithm: a public key, or a secret.
#[derive(Clone)]
pub struct VerifyingKey {
    id: Option<KeyId>,
    algorithm: Algorithm,
    material: Material,
    known_headers: KnownHeaders,
}

#[derive(Clone)]
enum Material {
    Secret(Box<Prepared>),
    Public(Arc<dyn PublicKey>),
}

impl VerifyingKey {
    /// The public key in this PEM: `SubjectPublicKeyInfo` (`BEGIN PUBLIC KEY`), or PKCS#1 for RSA.
    ///
    /// # Errors
    /// If it cannot be parsed, is of another kind than the algorithm's, too weak for it, or publicly known.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        Self::of_public(algorithm, kinds::public_from_pem(pem, algorithm)?)
    }

    /// The public key in this JWK (RFC 7517). Its algorithm is its `alg`, or the only one for its curve; its id is
    /// its `kid`, or its thumbprint. Of a private JWK, the public key is used.
    ///
    /// # Errors
    /// As [`VerifyingKey::from_pem`]; also if it has no algorithm, or is a secret: use
    /// [`SigningKey`](super::SigningKey) for those.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        let jwk: Jwk = serde_json::from_str(json)
            .map_err(|_| KeyError::Malformed("it is not a JSON object, or repeats a member"))?;
        Self::of_jwk(&jwk).map(|key| if key.id.is_some() { key } else { key.named_by_itself() })
    }

    /// The public key of a set's member, without an id if it has none.
    pub(in crate::tokens) fn of_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let algorithm = jwk.algorithm().ok_or(KeyError::Malformed("the JWK has no supported algorithm"))?;
        let key = Self::of_public(algorithm, kinds::public_from_jwk(jwk, algorithm)?)?;
        Ok(match jwk.id()? {
            Some(id) => key.with_id(id),
            None => Self { known_headers: KnownHeaders::new(algorithm, None), id: None, ..key },
        })
    }

    pub(super) fn of_public(algorithm: Algorithm, key: Arc<dyn PublicKey>) -> Result<Self, KeyError> {
        let key = Self::even_well_known(algorithm, key)?;
        match key.id.as_ref().and_then(known::public_key) {
            Some(source) => Err(KeyError::WellKnown(source)),
            None => Ok(key),
        }
    }

    /// The same, even if its private key is publicly known.
    pub(super) fn even_well_known(algorithm: Algorithm, key: Arc<dyn PublicKey>) -> Result<Self, KeyError> {
        if key.key_type() != algorithm.key_type() {
            return Err(KeyError::OtherKind { algorithm });
        }
        key.check(algorithm)?;
        let material = Material::Public(key);
        let key = Self { id: None, algorithm, material, known_headers: KnownHeaders::new(algorithm, None) };
        Ok(key.named_by_itself())
    }

    pub(super) fn of_secret(algorithm: Algorithm, prepared: Prepared, id: KeyId) -> Self {
        let known_headers = KnownHeaders::new(algorithm, Some(&id));
        Self { id: Some(id), algorithm, material: Material::Secret(Box::new(prepared)), known_headers }
    }

    /// With another id than its thumbprint (RFC 7638).
    #[must_use]
    pub fn with_id(self, id: KeyId) -> Self {
        Self { known_headers: KnownHeaders::new(self.algorithm, Some(&id)), id: Some(id), ..self }
    }

    fn named_by_itself(self) -> Self {
        match &self.material {
            Material::Secret(_) => self,
            Material::Public(key) => {
                let members = key.members();
                let canonical = object(members.iter().map(|(name, value)| (*name, value.as_str())));
                self.with_id(KeyId::thumbprint(&canonical))
            }
        }
    }

    /// Its id; `None` for a member of another service's set that has none.
    #[must_use]
    pub const fn id(&self) -> Option<&KeyId> {
        self.id.as_ref()
    }

    /// The algorithm of the tokens that it verifies.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether it is a secret, with which tokens can be signed, too.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        matches!(self.material, Material::Secret(_))
    }

    /// The key as a member of a public JWK set (RFC 7517); `None` if it is a secret.
    #[must_use]
    pub fn to_jwk(&self) -> Option<String> {
        let Material::Public(key) = &self.material else { return None };
        let mut members = key.members();
        members.push(("alg", self.algorithm.name().to_owned()));
        members.push(("use", "sig".to_owned()));
        members.extend(self.id.as_ref().map(|id| ("kid", id.as_str().to_owned())));
        Some(object(members.iter().map(|(name, value)| (*name, value.as_str()))).to_string())
    }

    pub(in crate::tokens) const fn known_headers(&self) -> &KnownHeaders {
        &self.known_headers
    }

    /// Verifies `signature` over `message`.
    pub(in crate::tokens) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Secret(prepared) => prepared.verifies(message, signature),
            Material::Public(key) => key.verifies(self.algorithm, message, signature),
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.algorithm.key_type() == KeyType::Secret { "hidden" } else { "public" };
        write!(f, "VerifyingKey({}, {kind})", self.algorithm)
    }
}
