//! Keys that sign.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::EncodingKey;
use jsonwebtoken::crypto::rust_crypto;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::jwk::{Jwk, object, private_members, required_members};
use super::private::PrivateKey;
use super::secret::Prepared;
use super::{KeyError, KeyId, VerifyingKey, known};
use crate::randomness::Randomness;
use crate::tokens::algorithm::{Algorithm, KeyType};

/// A key that signs tokens by one algorithm, and verifies its own.
///
/// Whatever would let tokens be forged is refused when it is built: secrets shorter than the algorithm's hash, RSA below
/// 2048 bits, and keys that are printed in standards and tutorials.
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
    for_library: EncodingKey,
    derivation: Hmac<Sha256>,
}

#[derive(Clone)]
enum Material {
    Secret(Zeroizing<Vec<u8>>),
    Private(PrivateKey),
}

impl SigningKey {
    /// The shortest secret of all, that of HS256, in bytes.
    pub const MIN_LENGTH: usize = Algorithm::Hs256.shortest_secret();

    /// A key for HS256 out of the bytes of a secret.
    ///
    /// # Errors
    /// Where the secret is shorter than 32 bytes, or well known.
    pub fn hs256(secret: impl Into<Vec<u8>>) -> Result<Self, KeyError> {
        Self::from_secret(Algorithm::Hs256, secret)
    }

    /// A key out of the bytes of a secret, for HS256, HS384 or HS512.
    ///
    /// # Errors
    /// Where the secret is shorter than the algorithm's hash (RFC 7518, section 3.2), well known, or the algorithm takes
    /// no secret.
    pub fn from_secret(algorithm: Algorithm, secret: impl Into<Vec<u8>>) -> Result<Self, KeyError> {
        Self::of_secret(algorithm, Zeroizing::new(secret.into()), algorithm.shortest_secret())
    }

    /// The same for a secret of 32 bytes or more, whatever the algorithm: below what RFC 7518 asks for HS384 and HS512,
    /// and no weaker than it is for HS256.
    ///
    /// Django's keys have 50 characters, of 5.6 bits each, and `PyJWT` takes them for every algorithm: a service that goes
    /// on with such a key and HS512 keeps its tokens. Take [`SigningKey::from_secret`] for new ones.
    ///
    /// # Errors
    /// As [`SigningKey::from_secret`], but for the length.
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
        // One secret may sign by two algorithms in turn: they are two keys.
        let digest = derivation.clone().chain_update(b"\0kid\0").chain_update(algorithm.name());
        let digest: [u8; 32] = digest.finalize().into_bytes().into();
        Ok(Self(Arc::new(Parts {
            verifying: VerifyingKey::of_secret(algorithm, prepared, KeyId::of_digest(&digest)),
            for_library: EncodingKey::from_secret(&secret),
            material: Material::Secret(secret),
            derivation,
        })))
    }

    /// The private key in this PEM: PKCS#8 (`BEGIN PRIVATE KEY`), PKCS#1 for RSA, or SEC1 for curves.
    ///
    /// # Errors
    /// Where it cannot be read, is encrypted, of another kind than the algorithm's, too weak for it, or well known.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        Self::of_private(algorithm, PrivateKey::from_pem(pem, algorithm)?)
    }

    /// The key in this private JWK (RFC 7517): a secret (`oct`), or a pair with all members that its kind has. Its
    /// algorithm is its `alg`, or what its curve leaves no choice about; its name is its `kid`, or its thumbprint.
    ///
    /// # Errors
    /// As [`SigningKey::from_pem`] and [`SigningKey::from_secret`]; where it names no algorithm, is meant for another use
    /// than signing, or its members contradict each other.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        let jwk: Jwk = serde_json::from_str(json)
            .map_err(|_| KeyError::Malformed("it is no JSON object with one of each member"))?;
        if jwk.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
            return Err(KeyError::Malformed("the JWK is for another use than signing"));
        }
        let algorithm =
            jwk.algorithm().ok_or(KeyError::Malformed("the JWK names no algorithm that signs here"))?;
        let key = if algorithm.key_type() == KeyType::Secret {
            Self::of_secret(algorithm, jwk.secret()?, algorithm.shortest_secret())?
        } else {
            Self::of_private(algorithm, jwk.private(algorithm)?)?
        };
        Ok(match jwk.id()? {
            Some(id) => key.with_id(id),
            None => key,
        })
    }

    /// A new key: a secret as long as the algorithm's hash, a pair on its curve, or RSA of 3072 bits (which takes a
    /// second or more to find).
    ///
    /// # Errors
    /// Where the source of randomness fails.
    pub fn generate(algorithm: Algorithm, randomness: &dyn Randomness) -> Result<Self, KeyError> {
        if algorithm.key_type() == KeyType::Secret {
            let mut secret = Zeroizing::new(vec![0; algorithm.shortest_secret()]);
            randomness.fill(&mut secret)?;
            return Self::of_secret(algorithm, secret, algorithm.shortest_secret());
        }
        Self::of_private(algorithm, PrivateKey::generate(algorithm, randomness)?)
    }

    fn of_private(algorithm: Algorithm, private: PrivateKey) -> Result<Self, KeyError> {
        let for_library = private.for_library()?;
        Ok(Self(Arc::new(Parts {
            verifying: VerifyingKey::of_public(algorithm, private.public())?,
            derivation: derivation(for_library.as_bytes())?,
            material: Material::Private(private),
            for_library,
        })))
    }

    /// Another name than its own: that is its thumbprint (RFC 7638), or for a secret a digest under it.
    #[must_use]
    pub fn with_id(self, id: KeyId) -> Self {
        let parts = Arc::unwrap_or_clone(self.0);
        Self(Arc::new(Parts { verifying: parts.verifying.with_id(id), ..parts }))
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.0.verifying.id()
    }

    /// The one algorithm that it signs by.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.verifying.algorithm()
    }

    /// What verifies its tokens: its public half, or the secret itself.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.0.verifying
    }

    /// The key as a private JWK (RFC 7517), to be kept where nobody else reads it.
    #[must_use]
    pub fn to_private_jwk(&self) -> Zeroizing<String> {
        let mut members: Vec<(&str, Zeroizing<String>)> = Vec::new();
        let text = |text: &str| Zeroizing::new(text.to_owned());
        match &self.0.material {
            Material::Secret(secret) => {
                use base64::Engine as _;
                let k = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(secret);
                members.extend([("kty", text("oct")), ("k", Zeroizing::new(k))]);
            }
            Material::Private(key) => {
                let public = required_members(&key.public());
                members.extend(public.into_iter().map(|(name, value)| (name, Zeroizing::new(value))));
                members.extend(private_members(key));
            }
        }
        members.extend([("alg", text(self.algorithm().name())), ("use", text("sig"))]);
        members.extend(self.id().map(|id| ("kid", text(id.as_str()))));
        object(members.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// Another secret out of this one, for what `purpose` names: it tells nothing of this one, nor of those for other
    /// purposes.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let derived = self.0.derivation.clone().chain_update(purpose.as_bytes()).finalize();
        Zeroizing::new(derived.into_bytes().into())
    }

    /// A digest under this key for another purpose than tokens. It is no signature of any token: what is digested begins
    /// with a zero byte, which no token has.
    #[must_use]
    pub fn digest(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let mut mac = self.0.derivation.clone();
        for part in [b"\0", purpose.as_bytes(), b"\0", message] {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Signs. jsonwebtoken's own `encode` would take the process's default provider, which panics where a program enables
    /// two of them: so the provider is named here.
    pub(in crate::tokens) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, jsonwebtoken::errors::Error> {
        let algorithm = self.algorithm();
        (rust_crypto::DEFAULT_PROVIDER.signer_factory)(&algorithm.in_library(), &self.0.for_library)?
            .try_sign(message)
            .map_err(|_| jsonwebtoken::errors::ErrorKind::Signing(algorithm.name().to_owned()).into())
    }
}

/// The HMAC under which other secrets are derived.
fn derivation(secret: &[u8]) -> Result<Hmac<Sha256>, KeyError> {
    // HMAC takes keys of any length: this error is never seen.
    Hmac::new_from_slice(secret).map_err(|_| KeyError::Malformed("HMAC does not take it"))
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, hidden)", self.algorithm())
    }
}
