//! The forms that pages of ours send.
//!
//! Without script, a form can only GET and POST. So our forms name the method in a field, and may have a body of another
//! media type in one. What was sent is kept in the request's extensions, so that a form that is refused, for any reason, is
//! shown again with what was typed.

use actix_web::http::Method;
use actix_web::{HttpMessage as _, HttpRequest};
use presspass_auth::csrf;
use presspass_auth::passwords::Password;
use presspass_serializers::{Field, FieldErrors, Input, Look, Member};

use crate::failure::Failure;
use crate::query::{MAX_FIELDS, Query};

pub(crate) const METHOD: &str = "_method";
pub(crate) const CONTENT_TYPE: &str = "_content_type";
/// The field with a body of another media type.
pub(crate) const CONTENT: &str = "_content";
/// The field that confirms a new password. Only pages have it: API clients send a password once.
pub(crate) const CONFIRM: &str = "_confirm";
/// The field with the user name of a form that logs in first.
pub const USERNAME: &str = "_username";
pub const PASSWORD: &str = "_password";

/// Forms with more bytes of text are not shown again to callers that are refused: such a page would cost more than the
/// request.
pub const LARGEST_KEPT: usize = 1024 * 1024;

const UNCONFIRMED: &str = "The two password fields didn’t match.";

/// A form that a page of ours sent.
#[derive(Clone)]
pub(crate) struct Submitted {
    /// The method of the request that the form stands for.
    pub method: Method,
    /// The media type and the text of a body that was typed as raw data.
    pub content: Option<(String, String)>,
    /// The fields of the endpoint.
    pub fields: Vec<(String, String)>,
    /// The confirmation of the new password.
    pub confirm: Option<String>,
    pub log_in: Option<FormLogIn>,
    /// Whether its CSRF token is valid. One that is not is of a page from before another login; then the request was not
    /// changed.
    pub is_current: bool,
}

/// The user name and the password of a form that logs in first.
#[derive(Debug, Clone)]
pub struct FormLogIn {
    pub username: String,
    pub password: Password,
}

impl Submitted {
    /// A form and its CSRF token; `None` where it is none of a page of ours.
    pub fn parse(body: &[u8]) -> Option<(Self, Option<String>)> {
        let body = std::str::from_utf8(body).ok()?;
        if body.bytes().filter(|byte| *byte == b'&').count() >= MAX_FIELDS {
            return None;
        }
        let fields = Query::parse_strictly(body);
        let method = match fields.get(METHOD)? {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            "OPTIONS" => Method::OPTIONS,
            _ => return None,
        };
        let text = |name: &str| fields.get(name).map(str::to_owned);
        let content = text(CONTENT_TYPE).zip(text(CONTENT).map(|content| unix(&content)));
        let log_in = text(USERNAME)
            .zip(text(PASSWORD))
            .map(|(username, password)| FormLogIn { username, password: Password::new(password) });
        let (confirm, token) = (text(CONFIRM), text(csrf::FIELD));
        let is_own = |name: &str| {
            [METHOD, CONTENT_TYPE, CONTENT, CONFIRM, USERNAME, PASSWORD, csrf::FIELD].contains(&name)
        };
        let fields = fields.into_pairs().into_iter().filter(|(name, _)| !is_own(name));
        let fields = fields.map(|(name, value)| (name, unix(&value))).collect();
        Some((Self { method, content, fields, confirm, log_in, is_current: false }, token))
    }

    pub fn input(&self) -> Input {
        let text = |(name, value): &(String, String)| (name.clone(), Member::Text(value.clone()));
        Input::Form(self.fields.iter().map(text).collect())
    }

    /// The length of its texts in bytes.
    pub fn len(&self) -> usize {
        let fields: usize = self.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        fields + self.content.as_ref().map_or(0, |(_, content)| content.len())
    }
}

/// Browsers send line breaks of forms as CR LF.
fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// The login of a form with a valid CSRF token: a page of another site must not log a browser in.
#[must_use]
pub fn form_log_in(request: &HttpRequest) -> Option<FormLogIn> {
    request.extensions().get::<Submitted>().and_then(|submitted| submitted.log_in.clone())
}

/// Refuses a new password whose confirmation differs.
pub(crate) fn check_confirmed(request: &HttpRequest, input: &Input, fields: &[Field]) -> Result<(), Failure> {
    let extensions = request.extensions();
    let Some(confirm) = extensions.get::<Submitted>().and_then(|submitted| submitted.confirm.as_ref()) else {
        return Ok(());
    };
    let Some(field) = fields.iter().find(|field| field.look == Look::NewPassword) else { return Ok(()) };
    if matches!(input.member(field.name), Some(Member::Text(new)) if new == confirm) {
        return Ok(());
    }
    let mut errors = FieldErrors::default();
    errors.add(field.name, [UNCONFIRMED.into()]);
    Err(errors.into())
}
