//! The ids of keys.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::KeyError;

/// The id of a key: `kid` in a token's header (RFC 7515, section 4.1.4) and in a JWK (RFC 7517, section 4.5).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(String);

impl KeyId {
    /// The maximum length, in bytes.
    pub const MAX_LENGTH: usize = 128;

    /// An id.
    ///
    /// # Errors
    /// If it is empty, longer than [`KeyId::MAX_LENGTH`], or has control characters.
    pub fn parse(id: impl Into<String>) -> Result<Self, KeyError> {
        let id = id.into();
        let fits = !id.is_empty() && id.len() <= Self::MAX_LENGTH && !id.chars().any(char::is_control);
        if fits { Ok(Self(id)) } else { Err(KeyError::Name) }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The thumbprint (RFC 7638) of a public key, whose required members are in `canonical`.
    pub(super) fn thumbprint(canonical: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)))
    }

    /// An id from a digest under the key: the thumbprint of a secret would help to guess it (RFC 7638, section 7).
    pub(super) fn of_digest(digest: &[u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(&digest[..16]))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
