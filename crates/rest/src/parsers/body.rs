//! A body that several look at.

use actix_web::HttpRequest;
use actix_web::web::Payload;
use presspass_auth::csrf;
use presspass_serializers::{Field, Input, Member};

use super::read_input;
use crate::failure::Failure;
use crate::pages::submitted::check_confirmed;

/// The body of a request, read and parsed when it is first asked for: by the CSRF check of a form, or by the endpoint.
pub struct RequestBody<'r> {
    request: &'r HttpRequest,
    payload: Option<Payload>,
    fields: &'static [Field],
    input: Option<Input>,
}

impl<'r> RequestBody<'r> {
    /// A body that nobody has looked at, of which these fields are wanted.
    #[must_use]
    pub const fn new(request: &'r HttpRequest, payload: Payload, fields: &'static [Field]) -> Self {
        Self { request, payload: Some(payload), fields, input: None }
    }

    /// The fields that are wanted of it.
    #[must_use]
    pub const fn fields(&self) -> &'static [Field] {
        self.fields
    }

    /// What it holds.
    ///
    /// # Errors
    /// As [`read_input`]; whoever gets one has to give the request up.
    pub async fn input(&mut self) -> Result<&Input, Failure> {
        let (request, fields) = (self.request, self.fields);
        let input = self.read().await?;
        check_confirmed(request, input, fields)?;
        Ok(input)
    }

    async fn read(&mut self) -> Result<&Input, Failure> {
        if let Some(payload) = self.payload.take() {
            self.input = Some(read_input(self.request, payload, self.fields).await?);
        }
        self.input
            .as_ref()
            .ok_or_else(|| Failure::Internal { reason: "a broken body was read again".to_owned() })
    }

    /// The CSRF token of a form; `Ok(None)` where it has none, or is no form.
    ///
    /// # Errors
    /// As [`read_input`].
    pub async fn csrf_token(&mut self) -> Result<Option<&str>, Failure> {
        Ok(match self.read().await?.member(csrf::FIELD) {
            Some(Member::Text(token)) => Some(token),
            _ => None,
        })
    }
}

impl std::fmt::Debug for RequestBody<'_> {
    /// It may hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestBody").finish_non_exhaustive()
    }
}
