//! A request between authentication and the CSRF check.

use std::fmt;

use super::{Admission, Gate, Refusal};
use crate::csrf::{CsrfPolicy, Site};
use crate::outcome::Rejection;
use crate::request_head::RequestHead;

/// A request that was authenticated, before the CSRF check: see [`Gate::authenticate`].
#[derive(Debug)]
#[must_use]
pub enum Authenticated<'a, U> {
    /// It needs no CSRF token.
    Admitted(Admission<U>),
    /// The caller relies on a cookie, which browsers send automatically, and the method is not safe.
    NeedsCsrfToken(CsrfCheck<'a, U>),
}

impl<U> Authenticated<'_, U> {
    /// What was found, whether or not the request is forged: for the headers of the response, or for the name on an error
    /// page. Do not act on it.
    pub const fn unchecked(&self) -> &Admission<U> {
        match self {
            Self::Admitted(admission) => admission,
            Self::NeedsCsrfToken(check) => check.unchecked(),
        }
    }
}

/// A request that may be forged until [`check`](Self::check) has found its CSRF token.
#[must_use]
pub struct CsrfCheck<'a, U> {
    pub(super) gate: &'a Gate<U>,
    pub(super) policy: &'a CsrfPolicy,
    pub(super) head: RequestHead<'a>,
    pub(super) admission: Admission<U>,
}

impl<U> CsrfCheck<'_, U> {
    /// See [`Authenticated::unchecked`].
    pub const fn unchecked(&self) -> &Admission<U> {
        &self.admission
    }

    /// Admits the request if it has the token. `field` is the value of the form field [`FIELD`](crate::csrf::FIELD), if
    /// the body has one; the header is read here. `site` is how the client reached the service.
    ///
    /// # Errors
    /// A [`Refusal`] (403) if the request may be forged.
    pub fn check(self, field: Option<&str>, site: Site<'_>) -> Result<Admission<U>, Refusal> {
        let Self { gate, policy, head, admission } = self;
        let site = Site { is_secure: site.is_secure || gate.is_behind_https, ..site };
        match policy.check(&head, admission.csrf_token.as_ref(), field, site) {
            Ok(()) => Ok(admission),
            Err(error) => {
                let detail = format!("CSRF Failed: {error}");
                let rejection = Rejection::forbidden(detail, format!("the request may be forged: {error}"));
                Err(gate.reject(rejection).varying_on_cookie(admission.varies_on_cookie))
            }
        }
    }
}

impl<U> fmt::Debug for CsrfCheck<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrfCheck").field("head", &self.head).finish_non_exhaustive()
    }
}
