//! OpenAPI: health, JWKS and the document itself.

use presspass_serializers::openapi::{
    Operation, ParameterLocation, Value, WithMembers as _, json, parameter, reference, response,
};

use super::context::{AccessRule, Context};
use super::responses::{Effect, HEADERS, failures};
use super::{Bodies, TYPES};

const TAG: &str = "service";

/// The paths and what they have.
pub(super) fn paths(context: &Context) -> Vec<(&'static str, Value)> {
    vec![
        ("/api/schema/", json!({ "get": schema(context) })),
        ("/health/", json!({ "get": health() })),
        ("/.well-known/jwks.json", json!({ "get": jwks(context) })),
    ]
}

fn schema(context: &Context) -> Value {
    // A form that is not known is not found.
    let mut responses = failures(context, AccessRule::Open, "GET", &[Effect::LooksUp]);
    let document = |schema: Value| json!({ "schema": schema });
    let by_type = TYPES.iter().map(|written| {
        let schema = if written.format == "json" { "object" } else { "string" };
        (written.media_type, document(json!({ "type": schema })))
    });
    let good = response("The document.", &HEADERS, None, None).with("content", by_type.collect::<Value>());
    responses.push((200, good));
    let mut formats: Vec<&str> = TYPES.iter().map(|written| written.format).collect();
    formats.dedup();
    let schema = json!({ "type": "string", "enum": formats });
    let about = "What it is written in; it counts before `Accept`.";
    let bodies = json!({ "type": "string", "enum": Bodies::names(), "default": "all" });
    let about_bodies =
        "Which request bodies it describes: all, or JSON alone, as some generators of clients need it.";
    Operation {
        id: "retrieveSchema",
        summary: "Retrieve this document",
        description: String::new(),
        tag: TAG,
        security: Vec::new(),
        parameters: vec![
            parameter("format", ParameterLocation::Query, about, schema),
            parameter("bodies", ParameterLocation::Query, about_bodies, bodies),
        ],
        body: None,
        responses,
    }
    .into()
}

fn jwks(context: &Context) -> Value {
    // A form that is not known is not found.
    let mut responses = failures(context, AccessRule::Open, "GET", &[Effect::LooksUp]);
    let schema = || json!({ "schema": reference("schemas", "JwkSet") });
    let by_type = crate::endpoints::jwks::TYPES.iter().map(|written| (written.media_type, schema()));
    let good = response("The keys.", &HEADERS, None, None).with("content", by_type.collect::<Value>());
    responses.push((200, good));
    let formats = json!({ "type": "string", "enum": [crate::endpoints::jwks::TYPES[0].format] });
    let about = "What it is written in; it counts before `Accept`.";
    Operation {
        id: "retrieveKeys",
        summary: "Retrieve the public keys under which tokens are signed",
        description: crate::endpoints::jwks::JWKS.description.to_owned(),
        tag: TAG,
        security: Vec::new(),
        parameters: vec![parameter("format", ParameterLocation::Query, about, formats)],
        body: None,
        responses,
    }
    .into()
}

/// A set of public keys (RFC 7517, section 5).
pub(super) fn jwk_set_schema() -> Value {
    let text = || json!({ "type": "string" });
    let names = ["kty", "alg", "use", "kid", "crv", "x", "y", "n", "e"];
    let key = json!({
        "type": "object",
        "properties": names.into_iter().map(|name| (name, text())).collect::<Value>(),
        "required": ["kty", "alg", "use", "kid"],
    });
    json!({
        "type": "object",
        "properties": { "keys": { "type": "array", "items": key } },
        "required": ["keys"],
    })
}

/// What `health/` answers.
pub(super) fn health_schema() -> Value {
    let status = json!({ "type": "string", "enum": ["ok", "unavailable"] });
    json!({ "type": "object", "properties": { "status": status }, "required": ["status"] })
}

fn health() -> Value {
    let answer = |about: &'static str, status: &'static str, headers: &[&'static str]| {
        let example = json!({ "status": status });
        response(about, headers, Some(reference("schemas", "Health")), Some(example))
    };
    Operation {
        id: "checkHealth",
        summary: "Check whether the server is available",
        description: String::new(),
        tag: TAG,
        security: Vec::new(),
        parameters: Vec::new(),
        body: None,
        responses: vec![
            (200, answer("It can.", "ok", &["X-Request-Id"])),
            (
                503,
                answer(
                    "The database does not answer, or the server is about to stop.",
                    "unavailable",
                    &["Retry-After", "X-Request-Id"],
                ),
            ),
        ],
    }
    .into()
}
