//! Whether a token was revoked, from the row that its account is read with.

use presspass_auth::Resolution;
use presspass_auth::revocation::{Liveness, RevocationState, TokenFacts};
use presspass_auth::sessions::{Fingerprint, FingerprintKey};
use presspass_domain::{ClaimedAccount, PasswordRecord};

/// Checks tokens against the revocations of their accounts.
#[derive(Debug, Clone)]
pub(crate) struct RevocationCheck {
    fingerprints: FingerprintKey,
}

impl RevocationCheck {
    pub const fn new(fingerprints: FingerprintKey) -> Self {
        Self { fingerprints }
    }

    /// The fingerprint of a password's hash.
    pub fn fingerprint(&self, encoded_password: &str) -> Fingerprint {
        self.fingerprints.of(encoded_password)
    }

    /// The state of revocation of an account.
    pub fn state(record: &PasswordRecord) -> RevocationState {
        let known_password = record.known_password.map(Fingerprint::from_bytes);
        RevocationState { revoked_before: record.revoked_before, known_password }
    }

    /// The account that a token claims, where there is one, it is active and the token was not revoked.
    pub fn admit(&self, found: Option<ClaimedAccount>, token: &TokenFacts) -> Resolution<PasswordRecord> {
        let Some(ClaimedAccount { record, is_listed }) = found else { return Resolution::Unknown };
        if !record.account.is_active {
            return Resolution::Disabled;
        }
        match Self::state(&record).judge(token, self.fingerprint(&record.password), is_listed) {
            Liveness::Live => Resolution::Active(record),
            _ => Resolution::Revoked,
        }
    }
}
