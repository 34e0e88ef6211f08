//! Key rings: several keys, of which the newest signs.

use time::OffsetDateTime;

use super::keys::{KeyId, SigningKey, VerifyingKey};

/// A key of a [`KeyRing`], and when it is used.
#[derive(Debug, Clone)]
pub struct RingKey {
    kind: KeyKind,
    signs_from: Option<OffsetDateTime>,
    retires: Option<OffsetDateTime>,
}

#[derive(Debug, Clone)]
enum KeyKind {
    Signing(SigningKey),
    Verifying(Box<VerifyingKey>),
}

impl RingKey {
    /// Signs only from this time on, but verifies at once. So all servers, and services that fetch the published
    /// keys, can know a new key before the first token is signed with it.
    #[must_use]
    pub const fn signing_from(mut self, time: OffsetDateTime) -> Self {
        self.signs_from = Some(time);
        self
    }

    /// Neither signs nor verifies after this time. Its tokens are refused from then on, whatever their `exp`.
    #[must_use]
    pub const fn retired_after(mut self, time: OffsetDateTime) -> Self {
        self.retires = Some(time);
        self
    }

    /// The key that verifies its tokens.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        match &self.kind {
            KeyKind::Signing(key) => key.verifying_key(),
            KeyKind::Verifying(key) => key,
        }
    }

    /// From when on it signs; `None` if there is no such time.
    #[must_use]
    pub const fn signs_from(&self) -> Option<OffsetDateTime> {
        self.signs_from
    }

    /// Until when it is used; `None` if there is no such time.
    #[must_use]
    pub const fn retires(&self) -> Option<OffsetDateTime> {
        self.retires
    }

    pub(super) fn is_used(&self, now: OffsetDateTime) -> bool {
        self.retires.is_none_or(|end| now <= end)
    }

    fn signs(&self, now: OffsetDateTime) -> Option<&SigningKey> {
        match &self.kind {
            KeyKind::Signing(key)
                if self.signs_from.is_none_or(|begin| begin <= now) && self.is_used(now) =>
            {
                Some(key)
            }
            _ => None,
        }
    }
}

/// Signs and verifies, without limits in time.
impl From<SigningKey> for RingKey {
    fn from(key: SigningKey) -> Self {
        Self { kind: KeyKind::Signing(key), signs_from: None, retires: None }
    }
}

/// Only verifies, without limits in time.
impl From<VerifyingKey> for RingKey {
    fn from(key: VerifyingKey) -> Self {
        Self { kind: KeyKind::Verifying(Box::new(key)), signs_from: None, retires: None }
    }
}

/// Why keys are not a ring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RingError {
    /// There are no keys.
    #[error("a key ring needs a key")]
    Empty,
    /// There are too many. A token without `kid` may be tried with all of them, so their number is limited.
    #[error("a key ring has at most {} keys", KeyRing::MAX_KEYS)]
    TooMany,
    /// Two keys have the same id.
    #[error("two keys have the id {0}")]
    SameName(KeyId),
}

/// Keys of which the newest signs, and all verify until they retire.
///
/// Tokens state their key (`kid`) if there is more than one. Tokens without `kid` are tried with every key of their
/// algorithm. To rotate, add a key that signs from a time by which all verifiers know it, and let the old one retire
/// when its last token has expired.
///
/// ```
/// use presspass_auth::tokens::{Algorithm, KeyRing, RingKey, SigningKey, TokenIssuer, TokenPolicy, TokenVerifier};
/// use presspass_auth::{Clock, SystemClock, SystemRandomness};
/// use time::Duration;
///
/// let now = SystemClock.now();
/// let old = SigningKey::hs256("the secret that signed until today.")?;
/// let new = SigningKey::generate(Algorithm::EdDsa, &SystemRandomness)?;
/// let ring = KeyRing::new([
///     RingKey::from(old.clone()).retired_after(now + Duration::minutes(5)),
///     RingKey::from(new).signing_from(now),
/// ])?;
///
/// let before = TokenIssuer::new(old, TokenPolicy::default()).issue("ada", now)?;
/// let after = TokenIssuer::new(ring.clone(), TokenPolicy::default()).issue("ada", now)?;
/// let verifier = TokenVerifier::new(ring.clone(), TokenPolicy::default());
/// assert!(verifier.verify(before.as_bytes(), now).is_ok());
/// assert!(verifier.verify(after.as_bytes(), now).is_ok());
/// // What others may know of it: the public keys.
/// assert!(ring.jwks(now).contains("Ed25519"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct KeyRing(Vec<RingKey>);

impl KeyRing {
    /// The maximum number of keys in a ring.
    pub const MAX_KEYS: usize = 16;

    /// A ring of these keys. Among keys that sign from the same time on, the last one counts as newest; those without
    /// such a time are older than all others.
    ///
    /// # Errors
    /// If there are no keys, too many, or two with the same id.
    pub fn new(keys: impl IntoIterator<Item = RingKey>) -> Result<Self, RingError> {
        let mut keys: Vec<RingKey> = keys.into_iter().collect();
        if keys.is_empty() {
            return Err(RingError::Empty);
        }
        if keys.len() > Self::MAX_KEYS {
            return Err(RingError::TooMany);
        }
        // Newest first. The sort is stable, and the last one comes first.
        keys.reverse();
        keys.sort_by_key(|key| std::cmp::Reverse(key.signs_from));
        for (at, key) in keys.iter().enumerate() {
            let id = key.verifying_key().id();
            if let Some(id) = id.filter(|_| keys[..at].iter().any(|other| other.verifying_key().id() == id)) {
                return Err(RingError::SameName(id.clone()));
            }
        }
        Ok(Self(keys))
    }

    /// The keys, newest first.
    #[must_use]
    pub fn keys(&self) -> &[RingKey] {
        &self.0
    }

    /// The key that signs at this time; `None` if all have retired, do not sign yet, or only verify.
    #[must_use]
    pub fn signer(&self, now: OffsetDateTime) -> Option<&SigningKey> {
        self.0.iter().find_map(|key| key.signs(now))
    }

    /// The public keys that verify at this time, as a JWK set (RFC 7517, section 5) for publication: newest first,
    /// including those that do not sign yet. Secrets are not in it.
    #[must_use]
    pub fn jwks(&self, now: OffsetDateTime) -> String {
        let used = self.0.iter().filter(|key| key.is_used(now));
        let keys: Vec<String> = used.filter_map(|key| key.verifying_key().to_jwk()).collect();
        format!("{{\"keys\":[{}]}}", keys.join(","))
    }

    /// Whether tokens must state their key.
    pub(super) fn writes_kid(&self, now: OffsetDateTime) -> bool {
        self.0.iter().filter(|key| key.is_used(now)).nth(1).is_some()
    }
}

impl From<SigningKey> for KeyRing {
    fn from(key: SigningKey) -> Self {
        Self(vec![key.into()])
    }
}
