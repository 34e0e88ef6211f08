//! What a form of a page sent.
//!
//! A form without script can only GET and POST. So the forms of our pages name the method in a field, and may hold a body
//! of another media type in one. It is kept beside the request until it is answered, so that a form which is refused, for
//! whatever reason, is shown again with what was typed.

use actix_web::http::Method;
use actix_web::{HttpMessage as _, HttpRequest};
use presspass_auth::csrf;
use presspass_auth::passwords::Password;
use presspass_serializers::{Field, FieldErrors, Input, Look, Member};

use crate::failure::Failure;
use crate::query::{MAX_FIELDS, Query};

/// The field that names the method.
pub(crate) const METHOD: &str = "_method";
/// The field with the media type of [`CONTENT`].
pub(crate) const CONTENT_TYPE: &str = "_content_type";
/// The field with a body of another kind than a form's.
pub(crate) const CONTENT: &str = "_content";
/// The field that repeats a new password. Only pages have it: clients of the API send a password once.
pub(crate) const CONFIRM: &str = "_confirm";
/// The field with the user name of a form that logs in before it does its work.
pub const USERNAME: &str = "_username";
/// The field with the password of such a form.
pub const PASSWORD: &str = "_password";

/// Texts of forms that are longer in all, in bytes, do not come back in pages for callers who are not let in: such a page
/// would cost more than the request did.
pub const LARGEST_KEPT: usize = 1024 * 1024;

/// What is wrong where a new password and its repetition differ.
const UNCONFIRMED: &str = "The two password fields didn’t match.";

/// What a form of a page sent.
#[derive(Clone)]
pub(crate) struct Submitted {
    /// The method that the form stands for.
    pub method: Method,
    /// The media type and the text of a body that was typed as such.
    pub content: Option<(String, String)>,
    /// The fields that are the endpoint's.
    pub fields: Vec<(String, String)>,
    /// The new password as it was repeated.
    pub confirm: Option<String>,
    /// The log-in that comes first.
    pub log_in: Option<FormLogIn>,
    /// Whether its CSRF token fits. One that does not is of a page from before another log-in, and the request was left as
    /// it came.
    pub is_current: bool,
}

/// The user name and the password in a form that logs in before it does its work.
#[derive(Debug, Clone)]
pub struct FormLogIn {
    /// The user name, as typed.
    pub username: String,
    /// The password.
    pub password: Password,
}

impl Submitted {
    /// Reads a form, and gives its CSRF token along; `None` where it is none of ours.
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
        let own = |name: &str| fields.get(name).map(str::to_owned);
        let content = own(CONTENT_TYPE).zip(own(CONTENT).map(|content| unix(&content)));
        let log_in = own(USERNAME)
            .zip(own(PASSWORD))
            .map(|(username, password)| FormLogIn { username, password: Password::new(password) });
        let (confirm, token) = (own(CONFIRM), own(csrf::FIELD));
        let is_own = |name: &str| {
            [METHOD, CONTENT_TYPE, CONTENT, CONFIRM, USERNAME, PASSWORD, csrf::FIELD].contains(&name)
        };
        let fields = fields.into_pairs().into_iter().filter(|(name, _)| !is_own(name));
        let fields = fields.map(|(name, value)| (name, unix(&value))).collect();
        Some((Self { method, content, fields, confirm, log_in, is_current: false }, token))
    }

    /// What was typed, as the endpoint reads it.
    pub fn input(&self) -> Input {
        let text = |(name, value): &(String, String)| (name.clone(), Member::Text(value.clone()));
        Input::Members(self.fields.iter().map(text).collect())
    }

    /// How many bytes its texts have.
    pub fn len(&self) -> usize {
        let fields: usize = self.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        fields + self.content.as_ref().map_or(0, |(_, content)| content.len())
    }
}

/// Browsers send every line break of a form as two characters.
fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// The log-in that comes before a form's work, where the form has one and its CSRF token fits: a page of another site
/// must not log anybody in.
#[must_use]
pub fn form_log_in(request: &HttpRequest) -> Option<FormLogIn> {
    request.extensions().get::<Submitted>().and_then(|submitted| submitted.log_in.clone())
}

/// Refuses a new password that the form of a page repeats differently.
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
