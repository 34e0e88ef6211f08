//! The extractor of accounts.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::gate::{Account, Admitted, Refusal};

/// In actix-web, an `Option<Account<U>>` is `None` whenever this fails. Requests with invalid credentials, and those
/// during which a store is unavailable, never get here: [`Authenticate`](super::Authenticate) answers them.
impl<U: Send + Sync + 'static> FromRequest for Account<U> {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let admitted = request.extensions().get::<Arc<Admitted<U>>>().cloned();
        ready(match admitted {
            None => Err(Refusal::no_gate()),
            Some(admitted) => match admitted.account(request.method().as_str()) {
                Ok(Some(account)) => Ok(account),
                Ok(None) => Err(admitted.not_authenticated()),
                Err(refusal) => Err(refusal),
            },
        })
    }
}
