//! OpenAPI: responses that operations share.

use presspass_serializers::openapi::{Value, WithMembers as _, component, json, reference, response};

use super::context::{AccessRule, Context, Throttled};
use super::security;

/// Headers of every answer of the API.
pub(super) const HEADERS: [&str; 3] = ["Allow", "Vary", "X-Request-Id"];

/// A failure that many operations share: a component.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub status: u16,
    pub name: &'static str,
    pub about: &'static str,
    pub detail: &'static str,
    pub header: Option<&'static str>,
}

const fn shared(status: u16, name: &'static str, about: &'static str, detail: &'static str) -> Shared {
    Shared { status, name, about, detail, header: None }
}

const fn with(header: &'static str, shared: Shared) -> Shared {
    Shared { header: Some(header), ..shared }
}

/// All of them. Their bodies are `{"detail": …}`.
pub(super) const SHARED: [Shared; 12] = [
    shared(400, "BadRequest", "The request cannot be read.", "The Host header names no host."),
    with(
        "WWW-Authenticate",
        shared(
            401,
            "Unauthenticated",
            "No credentials, or credentials that are not valid.",
            "Authentication credentials were not provided.",
        ),
    ),
    shared(
        403,
        "Forbidden",
        "The caller may not do this.",
        "You do not have permission to perform this action.",
    ),
    shared(404, "NotFound", "There is no such thing.", "Not found."),
    shared(405, "MethodNotAllowed", "The path does not have this method.", "Method \"PUT\" not allowed."),
    shared(
        406,
        "NotAcceptable",
        "There is no answer in a form that `Accept` names.",
        "Could not satisfy the request Accept header.",
    ),
    shared(
        408,
        "BodyTimeout",
        "The body did not arrive in time.",
        "The request's body did not arrive in time.",
    ),
    // Its words are made of the limit.
    shared(413, "TooLarge", "", ""),
    shared(
        415,
        "UnsupportedMediaType",
        "The body's media type is not read.",
        "Unsupported media type \"text/plain\" in request.",
    ),
    with(
        "Retry-After",
        shared(
            429,
            "Throttled",
            "There were too many requests.",
            "Request was throttled. Expected available in 60 seconds.",
        ),
    ),
    with(
        "Retry-After",
        shared(
            503,
            "Unavailable",
            "The same request may succeed later.",
            "The service is temporarily unavailable.",
        ),
    ),
    shared(507, "Full", "The storage is full.", "The storage is full."),
];

/// The shared answers, as components.
pub(super) fn components(context: &Context) -> Value {
    let described = SHARED.iter().map(|shared| {
        let headers: Vec<_> = HEADERS.into_iter().chain(shared.header).collect();
        let (about, detail) = if shared.status == 413 {
            let larger = format!("larger than {} bytes.", context.body_bytes);
            (format!("The body is {larger}"), format!("The request's body is {larger}"))
        } else {
            (shared.about.to_owned(), shared.detail.to_owned())
        };
        let example = json!({ "detail": detail });
        (shared.name, response(about, &headers, Some(reference("schemas", "Detail")), Some(example)))
    });
    described.collect()
}

/// The headers of answers, as components.
pub(super) fn headers(context: &Context) -> Value {
    let text = || json!({ "type": "string" });
    let header = |about: &'static str, example: &str, schema: Value| {
        json!({
            "description": about,
            "required": true,
            "schema": schema,
            "example": example,
        })
    };
    let challenge = match context.authenticators.first() {
        Some(crate::settings::Authenticator::Basic) => "Basic realm=\"api\"".to_owned(),
        Some(crate::settings::Authenticator::Token) => "Token".to_owned(),
        _ => format!("{} realm=\"api\"", context.jwt.header_prefix.as_str()),
    };
    let seconds = json!({ "type": "integer", "minimum": 1 });
    let retry = json!({
        "description": "In how many seconds it is worth another try.",
        "required": true,
        "schema": seconds,
        "example": 1,
    });
    let id = text().with("pattern", "^[0-9a-f]{16}$");
    [
        ("Allow", header("The methods of this path.", "GET, POST, HEAD, OPTIONS", text())),
        ("Vary", header("The headers that the answer depends on.", "Accept, Cookie", text())),
        ("X-Request-Id", header("The request's name in the server's log.", "9c0f3a5b1d7e2f48", id)),
        ("WWW-Authenticate", header("How to authenticate.", &challenge, text())),
        ("Retry-After", retry),
    ]
    .into_iter()
    .map(|(name, header)| (component(name), header))
    .collect()
}

/// The response of an operation that succeeded.
pub(crate) fn success(about: &'static str, schema: Option<Value>, example: Option<Value>) -> Value {
    response(about, &HEADERS, schema, example)
}

/// A 400: errors by field, by the schema of that name, or a request that cannot be read.
pub(crate) fn invalid(about: &'static str, errors: &'static str, example: Value) -> Value {
    let either = json!({ "oneOf": [reference("schemas", errors), reference("schemas", "Detail")] });
    response(about, &HEADERS, Some(either), Some(example))
}

/// A 404 of a path with an id. What is no id matches no route, and browsers get a page for it.
pub(crate) fn not_found(about: &'static str) -> Value {
    let detail = json!({ "detail": "Not found." });
    let missing = response(about, &["X-Request-Id"], Some(reference("schemas", "Detail")), Some(detail));
    let page = json!({ "schema": { "type": "string" } });
    let content = missing["content"].clone().with("text/html", page);
    missing.with("content", content)
}

/// What an operation does, and so how it can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It reads a body.
    ReadsBody,
    /// It looks up what may be missing.
    LooksUp,
    /// It reads the database.
    UsesDatabase,
    /// It writes to the database.
    Writes,
    /// It verifies a password.
    LogsIn,
}

/// The responses of failures, by status.
pub(crate) fn failures(
    context: &Context,
    rule: AccessRule<'_>,
    method: &'static str,
    effects: &[Effect],
) -> Vec<(u16, Value)> {
    let asks = rule.authenticates();
    // An API key may go less far than its account.
    let has_keys = context.asks(crate::settings::Authenticator::Token);
    let denies = rule.may_deny(method) || security::checks_csrf(context, method) || has_keys;
    // Basic credentials are a login with every request.
    let logs_in =
        effects.contains(&Effect::LogsIn) || (asks && context.asks(crate::settings::Authenticator::Basic));
    let applies = |status: u16| match status {
        401 => asks && context.challenges(),
        403 => asks && (denies || !context.challenges()),
        404 => effects.contains(&Effect::LooksUp),
        408 | 413 | 415 => effects.contains(&Effect::ReadsBody),
        429 => match context.throttled {
            Throttled::Nothing => false,
            Throttled::LogIns => logs_in,
            Throttled::Requests => asks || effects.contains(&Effect::ReadsBody),
        },
        503 => asks || effects.contains(&Effect::UsesDatabase),
        507 => effects.contains(&Effect::Writes),
        _ => true,
    };
    SHARED
        .iter()
        .filter(|shared| applies(shared.status))
        .map(|shared| (shared.status, reference("responses", shared.name)))
        .collect()
}
