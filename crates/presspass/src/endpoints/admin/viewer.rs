//! The user of a request to the admin, by their session.

use actix_web::HttpRequest;
use presspass_admin::Staff;
use presspass_domain::{Account, PermissionSet};
use presspass_rest::Failure;

use crate::app::services::Services;
use crate::identity::sessions::{SessionCallers, session_of};

/// Looked up for every request, so that a user who is disabled or demoted loses access at once.
pub(super) enum Viewer {
    Staff(Staff),
    /// Logged in, without access to the admin.
    NotStaff(Account),
    Anonymous,
}

/// Only the session counts: the admin accepts no tokens and no passwords in headers.
pub(super) async fn viewer(request: &HttpRequest, services: &Services) -> Result<Viewer, Failure> {
    let Some(key) = session_of(request) else { return Ok(Viewer::Anonymous) };
    let users = SessionCallers { sessions: services.sessions.clone(), accounts: services.accounts.clone() };
    match users.find(&key).await? {
        Some(caller) => Viewer::of(caller.account, services).await,
        None => Ok(Viewer::Anonymous),
    }
}

impl Viewer {
    pub async fn of(account: Account, services: &Services) -> Result<Self, Failure> {
        let held = if account.is_superuser || !account.is_staff {
            PermissionSet::default()
        } else {
            services.accounts.permissions(account.id).await?
        };
        Ok(match Staff::of(account.clone(), held) {
            Some(staff) => Self::Staff(staff),
            None => Self::NotStaff(account),
        })
    }
}
