//! Keys that sign.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::error::SignatureError;
use super::jwk::{Jwk, object};
use super::kinds::{self, PrivateKey};
use super::secret::Prepared;
use super::{KeyError, KeyId, VerifyingKey, known};
use crate::randomness::Randomness;
use crate::tokens::algorithm::{Algorithm, KeyType};

/// A key that signs tokens with one algorithm, and verifies them.
///
/// A key with which tokens could be forged is refused when it is created: secrets shorter than the algorithm's hash,
/// RSA below 2048 bits, and keys that are printed in standards and tutorials.
///
/// ```
/// use presspass_auth::SystemRandomness;
/// use presspass_auth::tokens::{Algorithm, SigningKey};
///
/// let shared = SigningKey::hs256("a secret of thirty-two bytes or more")?;
/// let pair = SigningKey::generate(Algorithm::Es256, &SystemRandomness)?;
/// assert_eq!(pair.verifying_key().to_jwk().map(|jwk| jwk.contains("P-256")), Some(true));
///
/// let refused = SigningKey::from_secret(Algorithm::Hs512, "too short for HS512");
/// assert_eq!(refused.unwrap_err().to_string(), "the key has 19 bytes; HS512 needs at least 64");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SigningKey(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    verifying: VerifyingKey,
    material: Material,
    derivation: Hmac<Sha256>,
}

#[derive(Clone)]
enum Material {
    Secret(Box<Prepared>, Zeroizing<Vec<u8>>),
    Private(Arc<dyn PrivateKey>),
}

impl SigningKey {
    /// The minimum length of a secret, that of HS256, in bytes.
    pub const MIN_LENGTH: usize = Algorithm::Hs256.shortest_secret();

    /// A key for HS256 from the bytes of a secret.
    ///
    /// # Errors
    /// If the secret is shorter than 32 bytes, or publicly known.
    pub fn hs256(secret: impl Into<Vec<u8>>) -> Result<Self, KeyError> {
        Self::from_secret(Algorithm::Hs256, secret)
    }

    /// A key for HS256, HS384 or HS512 from the bytes of a secret.
    ///
    /// # Errors
    /// If the secret is shorter than the algorithm's hash (RFC 7518, section 3.2) or publicly known, or the algorithm
    /// does not use a secret.
    pub fn from_secret(algorithm: Algorithm, secret: impl Into<Vec<u8>>) -> Result<Self, KeyError> {
        Self::of_secret(algorithm, Zeroizing::new(secret.into()), algorithm.shortest_secret())
    }

    /// As [`SigningKey::from_secret`], for a secret of 32 bytes or more, whatever the algorithm. This is less than
    /// RFC 7518 requires for HS384 and HS512, and as strong as with HS256.
    ///
    /// Django's keys have 50 characters of 5.6 bits each, and `PyJWT` accepts them for every algorithm: a service
    /// that continues with such a key and HS512 keeps its tokens valid. Use [`SigningKey::from_secret`] for new keys.
    ///
    /// A key that begins with `django-insecure-` is accepted, as by Django: `startproject` generates it at random, but into
    /// a file that is usually committed. Replace it in production, as `manage.py check --deploy` advises.
    ///
    /// # Errors
    /// As [`SigningKey::from_secret`], except for the length.
    #[cfg(feature = "django")]
    pub fn from_djangos_secret(algorithm: Algorithm, secret: impl Into<Vec<u8>>) -> Result<Self, KeyError> {
        Self::of_secret(algorithm, Zeroizing::new(secret.into()), Self::MIN_LENGTH)
    }

    fn of_secret(algorithm: Algorithm, secret: Zeroizing<Vec<u8>>, needed: usize) -> Result<Self, KeyError> {
        let prepared = Prepared::new(algorithm, &secret)?;
        if let Some(source) = known::secret(&secret) {
            return Err(KeyError::WellKnown(source));
        }
        if secret.len() < needed {
            return Err(KeyError::TooShort { algorithm, length: secret.len(), needed });
        }
        let derivation = derivation(&secret)?;
        // If a secret is used with two algorithms, these are two keys.
        let digest = derivation.clone().chain_update(b"\0kid\0").chain_update(algorithm.name());
        let digest: [u8; 32] = digest.finalize().into_bytes().into();
        Ok(Self(Arc::new(Parts {
            verifying: VerifyingKey::of_secret(algorithm, prepared.clone(), KeyId::of_digest(&digest)),
            material: Material::Secret(Box::new(prepared), secret),
            derivation,
        })))
    }

    /// The private key in this PEM: PKCS#8 (`BEGIN PRIVATE KEY`), PKCS#1 for RSA, or SEC1 for EC.
    ///
    /// # Errors
    /// If it cannot be parsed, is encrypted, of another kind than the algorithm's, too weak for it, or publicly
    /// known.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        Self::of_private(algorithm, kinds::private_from_pem(pem, algorithm)?)
    }

    /// The key in this private JWK (RFC 7517): a secret (`oct`), or a key pair with all members of its kind. Its
    /// algorithm is its `alg`, or the only one for its curve; its id is its `kid`, or its thumbprint.
    ///
    /// # Errors
    /// As [`SigningKey::from_pem`] and [`SigningKey::from_secret`]; also if it has no algorithm, is for another use
    /// than signing, or its members contradict each other.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        let jwk: Jwk = serde_json::from_str(json)
            .map_err(|_| KeyError::Malformed("it is not a JSON object, or repeats a member"))?;
        if jwk.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
            return Err(KeyError::Malformed("the JWK is not for signing"));
        }
        let algorithm = jwk.algorithm().ok_or(KeyError::Malformed("the JWK has no supported algorithm"))?;
        let key = if algorithm.key_type() == KeyType::Secret {
            Self::of_secret(algorithm, jwk.secret()?, algorithm.shortest_secret())?
        } else {
            Self::of_private(algorithm, kinds::private_from_jwk(&jwk, algorithm)?)?
        };
        Ok(match jwk.id()? {
            Some(id) => key.with_id(id),
            None => key,
        })
    }

    /// Generates a key: a secret as long as the algorithm's hash, a key pair on its curve, or RSA of 3072 bits (which
    /// takes a second or more).
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn generate(algorithm: Algorithm, randomness: &dyn Randomness) -> Result<Self, KeyError> {
        if algorithm.key_type() == KeyType::Secret {
            let mut secret = Zeroizing::new(vec![0; algorithm.shortest_secret()]);
            randomness.fill(&mut secret)?;
            return Self::of_secret(algorithm, secret, algorithm.shortest_secret());
        }
        Self::of_private(algorithm, kinds::generate(algorithm, randomness)?)
    }

    fn of_private(algorithm: Algorithm, private: Arc<dyn PrivateKey>) -> Result<Self, KeyError> {
        Ok(Self(Arc::new(Parts {
            verifying: VerifyingKey::of_public(algorithm, private.public())?,
            derivation: derivation(&private.to_der()?)?,
            material: Material::Private(private),
        })))
    }

    /// With another id than its own, which is its thumbprint (RFC 7638), or for a secret a digest under it.
    #[must_use]
    pub fn with_id(self, id: KeyId) -> Self {
        let parts = Arc::unwrap_or_clone(self.0);
        Self(Arc::new(Parts { verifying: parts.verifying.with_id(id), ..parts }))
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.0.verifying.id()
    }

    /// Its algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.verifying.algorithm()
    }

    /// The key that verifies its tokens: its public key, or the secret itself.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.0.verifying
    }

    /// The key as a private JWK (RFC 7517). It must be kept secret.
    #[must_use]
    pub fn to_private_jwk(&self) -> Zeroizing<String> {
        let mut members: Vec<(&str, Zeroizing<String>)> = Vec::new();
        let text = |text: &str| Zeroizing::new(text.to_owned());
        match &self.0.material {
            Material::Secret(_, secret) => {
                use base64::Engine as _;
                let k = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(secret);
                members.extend([("kty", text("oct")), ("k", Zeroizing::new(k))]);
            }
            Material::Private(key) => {
                let public = key.public().members();
                members.extend(public.into_iter().map(|(name, value)| (name, Zeroizing::new(value))));
                members.extend(key.members());
            }
        }
        members.extend([("alg", text(self.algorithm().name())), ("use", text("sig"))]);
        members.extend(self.id().map(|id| ("kid", text(id.as_str()))));
        object(members.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// Derives another secret for `purpose`, which reveals neither this one nor those for other purposes.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let derived = self.0.derivation.clone().chain_update(purpose.as_bytes()).finalize();
        Zeroizing::new(derived.into_bytes().into())
    }

    /// A digest under this key for another purpose than tokens. It is not the signature of any token: the input
    /// starts with a zero byte, which no token has.
    #[must_use]
    pub fn digest(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let mut mac = self.0.derivation.clone();
        for part in [b"\0", purpose.as_bytes(), b"\0", message] {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Signs.
    pub(in crate::tokens) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        let algorithm = self.algorithm();
        match &self.0.material {
            Material::Secret(prepared, _) => Ok(prepared.sign(message)),
            Material::Private(key) => key.sign(algorithm, message).ok_or(SignatureError(algorithm)),
        }
    }
}

/// The HMAC with which other secrets are derived.
fn derivation(secret: &[u8]) -> Result<Hmac<Sha256>, KeyError> {
    // HMAC accepts keys of any length, so this error never occurs.
    Hmac::new_from_slice(secret).map_err(|_| KeyError::Malformed("HMAC does not accept it"))
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, hidden)", self.algorithm())
    }
}
