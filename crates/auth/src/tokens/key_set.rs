//! The keys of a verifier, and which of them may have signed a token.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError, RwLock};

use time::OffsetDateTime;

use super::TokenError;
use super::algorithm::Algorithm;
use super::header::{self, HeaderInfo};
use super::jwks::{JwkSet, JwkSetError};
use super::keys::{SigningKey, VerifyingKey};
use super::profile::ClaimsProfile;
#[cfg(feature = "jwks")]
use super::remote::RemoteKeys;
use super::ring::KeyRing;
use super::shared_ring::SharedKeyRing;

#[derive(Debug, Clone)]
struct Known {
    key: VerifyingKey,
    until: Option<OffsetDateTime>,
}

/// Keys that verify.
#[derive(Debug, Clone, Default)]
pub(super) struct KeySet {
    keys: Vec<Known>,
    /// Whether a `kid` that no key has is ignored: issuer and verifiers with one shared key need not agree on its id.
    ignores_kid: bool,
}

impl KeySet {
    /// The service's own keys.
    fn own(keys: Vec<Known>) -> Self {
        let ignores_kid = keys.len() == 1;
        Self { keys, ignores_kid }
    }

    /// Reads a header in base64url. It is refused if no key has its algorithm.
    pub fn header_info(&self, header: &[u8]) -> Result<HeaderInfo<'_>, TokenError> {
        if let Some(info) = self.known_header(header) {
            return Ok(info);
        }
        let info = header::parse(header)?;
        let fits = self.keys.iter().any(|known| known.key.algorithm() == info.algorithm);
        if fits { Ok(info) } else { Err(TokenError::Algorithm) }
    }

    /// Verifies `signature` over `message` with each candidate key.
    pub fn verify(
        &self,
        info: &HeaderInfo<'_>,
        now: OffsetDateTime,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), TokenError> {
        let mut refused = TokenError::UnknownKey;
        for key in self.candidates(info, now) {
            refused = TokenError::Signature;
            if key.algorithm() == info.algorithm && key.verifies(message, signature) {
                return Ok(());
            }
        }
        Err(refused)
    }

    /// The contents of a header that is, byte for byte, one that we write.
    fn known_header(&self, header: &[u8]) -> Option<HeaderInfo<'_>> {
        self.keys.iter().find_map(|Known { key, .. }| {
            let known = key.known_headers();
            let typ = || Some(Cow::Borrowed("JWT"));
            ClaimsProfile::BY_HEADER.into_iter().find_map(|profile| {
                if known.without_kid(profile).as_bytes() == header {
                    return Some(HeaderInfo { algorithm: key.algorithm(), kid: None, typ: typ() });
                }
                let has_kid = known.with_kid(profile).is_some_and(|with_kid| with_kid.as_bytes() == header);
                let kid = || key.id().map(|id| Cow::Borrowed(id.as_str()));
                has_kid.then(|| HeaderInfo { algorithm: key.algorithm(), kid: kid(), typ: typ() })
            })
        })
    }

    /// The keys that may have signed a token: the one with its `kid`, or all if it has none. A foreign key without an id
    /// is a candidate for every `kid`.
    fn candidates<'k>(
        &'k self,
        info: &'k HeaderInfo<'_>,
        now: OffsetDateTime,
    ) -> impl Iterator<Item = &'k VerifyingKey> {
        let is_in_use = move |known: &&Known| known.until.is_none_or(|end| now <= end);
        let has_kid = move |known: &&Known| {
            let Some(kid) = info.kid.as_deref() else { return true };
            self.ignores_kid || known.key.id().is_none_or(|id| id.as_str() == kid)
        };
        self.keys.iter().filter(is_in_use).filter(has_kid).map(|known| &known.key)
    }
}

/// The keys of a [`TokenVerifier`](super::TokenVerifier): a [`SigningKey`] or [`VerifyingKey`], a [`KeyRing`], a
/// [`SharedKeyRing`], a [`JwkSet`], [`RefreshableKeys`], or with the feature `jwks` `RemoteKeys`.
#[derive(Debug, Clone)]
pub struct KeySource(Source);

#[derive(Debug, Clone)]
enum Source {
    Fixed(Arc<KeySet>),
    Shared(SharedKeyRing),
    Refreshable(RefreshableKeys),
    #[cfg(feature = "jwks")]
    Remote(RemoteKeys),
}

impl KeySource {
    fn fixed(keys: KeySet) -> Self {
        Self(Source::Fixed(Arc::new(keys)))
    }

    /// Calls `use_keys` with the current keys.
    pub(super) fn with<T>(&self, use_keys: impl FnOnce(&KeySet) -> T) -> T {
        match &self.0 {
            Source::Fixed(keys) => use_keys(keys),
            Source::Shared(keys) => keys.with_verifying(use_keys),
            Source::Refreshable(keys) => {
                let keys = keys.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
                use_keys(&keys)
            }
            #[cfg(feature = "jwks")]
            Source::Remote(keys) => use_keys(&keys.current()),
        }
    }

    /// The keys, if they are fetched.
    #[cfg(feature = "jwks")]
    pub(super) const fn remote(&self) -> Option<&RemoteKeys> {
        match &self.0 {
            Source::Remote(keys) => Some(keys),
            _ => None,
        }
    }
}

impl From<SigningKey> for KeySource {
    fn from(key: SigningKey) -> Self {
        key.verifying_key().clone().into()
    }
}

impl From<VerifyingKey> for KeySource {
    fn from(key: VerifyingKey) -> Self {
        Self::fixed(KeySet::own(vec![Known { key, until: None }]))
    }
}

impl From<KeyRing> for KeySource {
    fn from(ring: KeyRing) -> Self {
        Self::fixed((&ring).into())
    }
}

impl From<SharedKeyRing> for KeySource {
    fn from(ring: SharedKeyRing) -> Self {
        Self(Source::Shared(ring))
    }
}

impl From<JwkSet> for KeySource {
    fn from(set: JwkSet) -> Self {
        Self::fixed(set.into())
    }
}

impl From<RefreshableKeys> for KeySource {
    fn from(keys: RefreshableKeys) -> Self {
        Self(Source::Refreshable(keys))
    }
}

#[cfg(feature = "jwks")]
impl From<RemoteKeys> for KeySource {
    fn from(keys: RemoteKeys) -> Self {
        Self(Source::Remote(keys))
    }
}

impl From<&KeyRing> for KeySet {
    fn from(ring: &KeyRing) -> Self {
        let keys = ring.keys().iter();
        Self::own(keys.map(|key| Known { key: key.verifying_key().clone(), until: key.retires() }).collect())
    }
}

impl From<JwkSet> for KeySet {
    /// The keys of another service. A token whose `kid` is not among them may be signed by a key of a newer set.
    fn from(set: JwkSet) -> Self {
        let keys = set.into_keys().into_iter().map(|key| Known { key, until: None }).collect();
        Self { keys, ignores_kid: false }
    }
}

/// The keys of another service, which can be replaced while they are used: for a service that fetches a JWK set every
/// few minutes, or when the [key of a token is unknown](TokenError::UnknownKey). Fetching is up to the service.
/// Clones share the keys.
///
/// ```
/// use presspass_auth::SystemRandomness;
/// use presspass_auth::tokens::{Algorithm, JwkSet, KeyRing, RefreshableKeys, SigningKey, TokenPolicy, TokenVerifier};
/// # use presspass_auth::{Clock, SystemClock};
///
/// # let published = |key: &SigningKey| KeyRing::from(key.clone()).jwks(SystemClock.now());
/// # let (old, new) = (SigningKey::generate(Algorithm::EdDsa, &SystemRandomness)?, SigningKey::generate(Algorithm::EdDsa, &SystemRandomness)?);
/// # let (fetched, fetched_later) = (published(&old), published(&new));
/// let keys = RefreshableKeys::new(JwkSet::parse(&fetched)?);
/// let verifier = TokenVerifier::new(keys.clone(), TokenPolicy::default());
/// // Some minutes later. Where the text is wrong, the keys stay as they are.
/// keys.refresh(&fetched_later)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RefreshableKeys {
    keys: Arc<RwLock<Arc<KeySet>>>,
    rsa: Option<Algorithm>,
}

impl RefreshableKeys {
    /// Starts with the keys of `set`.
    #[must_use]
    pub fn new(set: JwkSet) -> Self {
        let rsa = set.assumed_for_rsa();
        Self { keys: Arc::new(RwLock::new(Arc::new(set.into()))), rsa }
    }

    /// Replaces all keys with those of this JWK set, which is parsed as the first one was.
    ///
    /// # Errors
    /// As [`JwkSet::parse`]; then the keys stay.
    pub fn refresh(&self, text: &str) -> Result<(), JwkSetError> {
        let set = match self.rsa {
            Some(rsa) => JwkSet::parse_assuming(text, rsa)?,
            None => JwkSet::parse(text)?,
        };
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(set.into());
        Ok(())
    }
}
