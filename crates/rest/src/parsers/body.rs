//! The body of a request that is being answered.

use std::cell::{Cell, OnceCell};
use std::fmt;

use actix_web::HttpRequest;
use actix_web::web::Payload;
use presspass_serializers::{Field, Input};

use super::read_input;
use crate::failure::Failure;

/// A body that is read and parsed when it is first needed: by the CSRF check of a form, or by the endpoint.
pub(crate) struct RequestBody {
    payload: Cell<Option<Payload>>,
    input: OnceCell<Input>,
}

impl RequestBody {
    /// `None` where no method of the endpoint reads one.
    pub const fn new(payload: Option<Payload>) -> Self {
        Self { payload: Cell::new(payload), input: OnceCell::new() }
    }

    /// The parsed body. After an error it cannot be read again.
    pub async fn read(&self, request: &HttpRequest, fields: &[Field]) -> Result<&Input, Failure> {
        if let Some(payload) = self.payload.take() {
            let input = read_input(request, payload, fields).await?;
            return Ok(self.input.get_or_init(|| input));
        }
        self.parsed().ok_or_else(|| Failure::Internal { reason: "there is no body to be read".to_owned() })
    }

    /// The parsed body, where it was read.
    pub fn parsed(&self) -> Option<&Input> {
        self.input.get()
    }
}

impl fmt::Debug for RequestBody {
    /// It may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBody").finish_non_exhaustive()
    }
}
