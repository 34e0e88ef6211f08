//! `POST auth/refresh_token/`: a new token for one that is still valid.

use presspass_auth::revocation::RevocationState;
use presspass_auth::tokens::OrigIat;
use presspass_domain::{PasswordRecord, causes};
use presspass_rest::Failure;
use presspass_serializers::{Input, tokens};
use time::OffsetDateTime;

use super::verify_token::{Accepted, check, refused};
use super::wire;
use crate::app::services::Services;
use crate::identity::revocation::RevocationCheck;

pub(super) async fn post(services: &Services, input: &Input) -> Result<String, Failure> {
    let token = tokens::parse_token(input)?;
    let Accepted { record, facts, orig_iat } = check(services, &token).await?;
    let now = services.clock.now();
    let began = match orig_iat {
        OrigIat::At(began) => began,
        OrigIat::Absent => return Err(refused(wire::without_orig_iat(services.access.wire(), &token))),
        OrigIat::Unreadable => return Err(refused("orig_iat field is not a timestamp.")),
    };
    if !services.verifier.refreshable(began, now) {
        return Err(refused(wire::REFRESH_EXPIRED));
    }
    if let Some(until) = services.token_lifetimes.outlives_family(&facts) {
        // First: a family that is forgotten too early would let this token live again.
        services.revocations.keep_families(record.account.id, until).await?;
    }
    let state = note_password(services, &record, now).await;
    services.refresh(&record.account, began, facts.family_jti(), &state, now)
}

/// Takes note of the password of an account that has never logged in here, so that a change by another program is
/// noticed from now on.
async fn note_password(services: &Services, record: &PasswordRecord, now: OffsetDateTime) -> RevocationState {
    let state = RevocationCheck::state(record);
    if state.known_password.is_none() {
        let fingerprint = services.revocation_check.fingerprint(&record.password);
        let (id, password) = (record.account.id, record.password.clone());
        if let Err(error) =
            services.revocations.record_log_in(id, password, fingerprint, state.revoked_before, now).await
        {
            // The next one tries again.
            tracing::warn!(account = id, reason = causes(&error), "password fingerprint not recorded");
        }
    }
    state
}
