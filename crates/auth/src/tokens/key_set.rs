//! The keys that a verifier knows, and which of them a token may be under.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError, RwLock};

use time::OffsetDateTime;

use super::algorithm::Algorithm;
use super::jwks::{JwkSet, JwkSetError};
use super::keys::{SigningKey, VerifyingKey};
use super::ring::KeyRing;
use super::shared_ring::SharedKeyRing;
use super::structure::parse_header;
use super::{TokenError, TokenWire};

/// What a token's header says of its key.
pub(super) struct Said<'h> {
    pub algorithm: Algorithm,
    pub kid: Option<Cow<'h, str>>,
}

#[derive(Debug, Clone)]
struct Known {
    key: VerifyingKey,
    until: Option<OffsetDateTime>,
}

/// Keys that verify.
#[derive(Debug, Clone)]
pub(super) struct KeySet {
    keys: Vec<Known>,
    /// Whether a token may name a key that is not there: a lone key of one's own has no name that anyone must know.
    ignores_names: bool,
}

impl KeySet {
    /// Keys of one's own.
    fn own(keys: Vec<Known>) -> Self {
        let ignores_names = keys.len() == 1;
        Self { keys, ignores_names }
    }

    /// What a header says, in base64url; it is refused where no key has its algorithm.
    pub fn said(&self, header: &[u8]) -> Result<Said<'_>, TokenError> {
        if let Some(said) = self.usual(header) {
            return Ok(said);
        }
        let said = parse_header(header)?;
        let fits = self.keys.iter().any(|known| known.key.algorithm() == said.algorithm);
        if fits { Ok(said) } else { Err(TokenError::Algorithm) }
    }

    /// Whether `signature` over `message` is that of a key that may be meant.
    pub fn verify(
        &self,
        said: &Said<'_>,
        now: OffsetDateTime,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> Result<(), TokenError> {
        let mut refused = TokenError::UnknownKey;
        for key in self.meant(said, now) {
            refused = TokenError::Signature;
            if key.algorithm() == said.algorithm && key.verifies(message, signature) {
                return Ok(());
            }
        }
        Err(refused)
    }

    /// What a header says that is, byte for byte, one of ours.
    fn usual(&self, header: &[u8]) -> Option<Said<'_>> {
        self.keys.iter().find_map(|Known { key, .. }| {
            let headers = key.headers();
            [TokenWire::DjangorestframeworkJwt, TokenWire::DrfJwt].into_iter().find_map(|wire| {
                if headers.plain(wire).as_bytes() == header {
                    return Some(Said { algorithm: key.algorithm(), kid: None });
                }
                let named = headers.named(wire).is_some_and(|named| named.as_bytes() == header);
                let kid = || key.id().map(|id| Cow::Borrowed(id.as_str()));
                named.then(|| Said { algorithm: key.algorithm(), kid: kid() })
            })
        })
    }

    /// The keys that a token may be under: the one that it names; all where it names none. A foreign key without a name
    /// may be meant by any.
    fn meant<'k>(
        &'k self,
        said: &'k Said<'_>,
        now: OffsetDateTime,
    ) -> impl Iterator<Item = &'k VerifyingKey> {
        let used = move |known: &&Known| known.until.is_none_or(|end| now <= end);
        let named = move |known: &&Known| {
            let Some(kid) = said.kid.as_deref() else { return true };
            self.ignores_names || known.key.id().is_none_or(|id| id.as_str() == kid)
        };
        self.keys.iter().filter(used).filter(named).map(|known| &known.key)
    }
}

/// Where a [`TokenVerifier`](super::TokenVerifier) has its keys from: a [`SigningKey`] or [`VerifyingKey`], a
/// [`KeyRing`], a [`SharedKeyRing`], a [`JwkSet`], or [`RefreshableKeys`].
#[derive(Debug, Clone)]
pub struct KeySource(Source);

#[derive(Debug, Clone)]
enum Source {
    Fixed(Arc<KeySet>),
    Shared(SharedKeyRing),
    Refreshable(RefreshableKeys),
}

impl KeySource {
    fn fixed(keys: KeySet) -> Self {
        Self(Source::Fixed(Arc::new(keys)))
    }

    /// Asks the keys as they are now.
    pub(super) fn with<T>(&self, ask: impl FnOnce(&KeySet) -> T) -> T {
        match &self.0 {
            Source::Fixed(keys) => ask(keys),
            Source::Shared(keys) => keys.with_verifying(ask),
            Source::Refreshable(keys) => {
                let keys = keys.keys.read().unwrap_or_else(PoisonError::into_inner).clone();
                ask(&keys)
            }
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

impl From<&KeyRing> for KeySet {
    fn from(ring: &KeyRing) -> Self {
        let keys = ring.keys().iter();
        Self::own(keys.map(|key| Known { key: key.verifying_key().clone(), until: key.retires() }).collect())
    }
}

impl From<JwkSet> for KeySet {
    /// The keys of another service: whoever names one that is not there means a newer set.
    fn from(set: JwkSet) -> Self {
        let keys = set.into_keys().into_iter().map(|key| Known { key, until: None }).collect();
        Self { keys, ignores_names: false }
    }
}

/// The keys of another service, which can be exchanged while they are used: for a service that fetches a JWK set every few
/// minutes, or when a token is under an [unknown key](TokenError::UnknownKey). How it is fetched is the service's own
/// business. Clones share the keys.
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
    /// The keys of `set`, until others are given.
    #[must_use]
    pub fn new(set: JwkSet) -> Self {
        let rsa = set.assumed_for_rsa();
        Self { keys: Arc::new(RwLock::new(Arc::new(set.into()))), rsa }
    }

    /// Takes the keys of this JWK set in place of all that there were, by the rules of the first.
    ///
    /// # Errors
    /// As [`JwkSet::parse`]; the keys then stay as they are.
    pub fn refresh(&self, text: &str) -> Result<(), JwkSetError> {
        let set = match self.rsa {
            Some(rsa) => JwkSet::parse_assuming(text, rsa)?,
            None => JwkSet::parse(text)?,
        };
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(set.into());
        Ok(())
    }
}
