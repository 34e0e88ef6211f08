//! The one-time link that creates the first administrator.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use presspass_auth::{Randomness, RandomnessError};
use subtle::ConstantTimeEq;

use super::startup::hex;

/// The secret in the link, 256 bits, and whether the link was used. Clones share this state.
#[derive(Clone)]
pub(crate) struct SetupLink {
    token: String,
    has_ended: Arc<AtomicBool>,
}

impl SetupLink {
    /// A new link.
    pub fn new(randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
        let mut bytes = [0; 32];
        randomness.fill(&mut bytes)?;
        Ok(Self { token: hex(&bytes), has_ended: Arc::default() })
    }

    /// Its path.
    pub fn path(&self) -> String {
        format!("/setup/{}/", self.token)
    }

    /// Whether it is the link with this token.
    pub fn is(&self, token: &str) -> bool {
        self.token.as_bytes().ct_eq(token.as_bytes()).into()
    }

    pub fn opens(&self, token: &str) -> bool {
        !self.has_ended.load(Ordering::Relaxed) && self.is(token)
    }

    /// From here on it is not accepted.
    pub fn end(&self) {
        self.has_ended.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for SetupLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetupLink(hidden)")
    }
}
