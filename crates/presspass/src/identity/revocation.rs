//! Whether a token is still good, by what the statement that fetches its account tells.

use presspass_auth::Resolution;
use presspass_auth::revocation::{Liveness, RevocationState, TokenFacts};
use presspass_auth::sessions::{Fingerprint, FingerprintKey};
use presspass_domain::{ClaimedAccount, PasswordRecord};

/// Holds tokens against what was revoked of their accounts.
#[derive(Debug, Clone)]
pub(crate) struct Judge {
    fingerprints: FingerprintKey,
}

impl Judge {
    /// A judge who knows passwords by these fingerprints.
    pub const fn new(fingerprints: FingerprintKey) -> Self {
        Self { fingerprints }
    }

    /// The fingerprint of a password's hash.
    pub fn fingerprint(&self, encoded_password: &str) -> Fingerprint {
        self.fingerprints.of(encoded_password)
    }

    /// What was revoked of an account.
    pub fn state(&self, record: &PasswordRecord) -> RevocationState {
        RevocationState::new(self.fingerprint(&record.password))
            .with_revoked_before(record.revoked_before)
            .with_known_password(record.known_password.map(Fingerprint::from_bytes))
    }

    /// The account that a token claims, where there is one, it is active and the token was not revoked.
    pub fn admit(&self, found: Option<ClaimedAccount>, token: &TokenFacts) -> Resolution<PasswordRecord> {
        let Some(ClaimedAccount { record, is_listed }) = found else { return Resolution::Unknown };
        if !record.account.is_active {
            return Resolution::Disabled;
        }
        match self.state(&record).with_listed(is_listed).judge(token) {
            Liveness::Live => Resolution::Active(record),
            Liveness::Revoked | Liveness::AllRevoked | Liveness::PasswordChanged => Resolution::Revoked,
        }
    }
}
