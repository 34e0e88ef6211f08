//! A project's part of the OpenAPI document.

use presspass_serializers::openapi::Value;

/// The head of the OpenAPI document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiInfo {
    /// Its title: the name of the service.
    pub title: &'static str,
    /// One line about it.
    pub summary: &'static str,
    /// The version of the program.
    pub version: &'static str,
}

/// What a part of a project adds to the OpenAPI document.
#[derive(Debug, Clone)]
pub(crate) struct ApiPart {
    /// The tag of its operations, and what they are about.
    pub tag: (&'static str, &'static str),
    /// Paths and their operations.
    pub paths: Vec<(String, Value)>,
    /// Schemas that the operations refer to, by name; those that nothing refers to are left out.
    pub schemas: Vec<(&'static str, Value)>,
    /// Responses that the operations refer to, by name.
    pub responses: Vec<(&'static str, Value)>,
}

pub(super) fn introduction(info: &ApiInfo) -> String {
    format!(
        "The API of {}: it answers like a project on Django REST Framework and djangorestframework-jwt.\n\nBodies are \
         JSON, forms or multipart forms, with the same fields. Strings are trimmed, numbers are accepted as strings, and \
         unknown members are ignored. JSON is the default; `?format=json` and `Accept: application/json` request it. \
         Paths with GET also have HEAD; OPTIONS describes what a path accepts from its caller.",
        info.title
    )
}
