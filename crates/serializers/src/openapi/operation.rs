//! Operations, parameters and responses (OpenAPI 3.1.1, section 4.8).

use serde_json::{Value, json};

use super::WithMembers as _;
use super::components::reference;

/// A method of a path.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name in generated clients: `listPosts`.
    pub id: &'static str,
    pub summary: &'static str,
    /// In `CommonMark`.
    pub description: String,
    pub tag: &'static str,
    /// Alternatives, each of schemes that are all required; empty where callers are not authenticated.
    pub security: Vec<Value>,
    /// Parameters, as [`parameter`] makes them.
    pub parameters: Vec<Value>,
    /// Its body, as [`body`] makes it.
    pub body: Option<Value>,
    /// By status.
    pub responses: Vec<(u16, Value)>,
}

impl From<Operation> for Value {
    fn from(operation: Operation) -> Self {
        let Operation { id, summary, description, tag, security, parameters, body, mut responses } =
            operation;
        responses.sort_by_key(|(status, _)| *status);
        let responses = responses.into_iter().map(|(status, response)| (status.to_string(), response));
        json!({ "operationId": id, "summary": summary })
            .with_some("description", Some(description).filter(|text| !text.is_empty()))
            .with("tags", [tag])
            .with("security", security)
            .with_some("parameters", Some(parameters).filter(|all| !all.is_empty()))
            .with_some("requestBody", body)
            .with("responses", responses.collect::<Self>())
    }
}

/// Where a parameter is in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterLocation {
    /// In the path; it is required.
    Path,
    /// In the query; it is optional.
    Query,
}

#[must_use]
pub fn parameter(
    name: impl Into<Value>,
    location: ParameterLocation,
    description: impl Into<Value>,
    schema: Value,
) -> Value {
    let parameter = json!({}).with("name", name);
    let parameter = match location {
        ParameterLocation::Path => parameter.with("in", "path").with("required", true),
        ParameterLocation::Query => parameter.with("in", "query"),
    };
    parameter.with("description", description).with("schema", schema)
}

/// A body in any of these media types, with the same content.
#[must_use]
pub fn body(media_types: &'static [&'static str], schema: &Value, example: Option<&Value>) -> Value {
    let content = media_types
        .iter()
        .map(|media_type| (*media_type, json!({ "schema": schema }).with_some("example", example.cloned())));
    json!({ "content": content.collect::<Value>(), "required": true })
}

/// A response; `headers` are names of components. Without a schema it has no body.
#[must_use]
pub fn response(
    description: impl Into<Value>,
    headers: &[&'static str],
    schema: Option<Value>,
    example: Option<Value>,
) -> Value {
    let headers: Value = headers.iter().map(|name| (*name, reference("headers", &component(name)))).collect();
    let content = schema.map(
        |schema| json!({ "application/json": json!({ "schema": schema }).with_some("example", example) }),
    );
    json!({}).with("description", description).with("headers", headers).with_some("content", content)
}

/// The name of a header's component: `RetryAfter`.
#[must_use]
pub fn component(header: &str) -> String {
    header.replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{Indent, to_json};

    fn json(node: &Value) -> String {
        String::from_utf8(to_json(node, Indent::Compact)).unwrap()
    }

    #[test]
    fn an_operation_leaves_out_what_it_does_not_have() {
        let operation = Operation {
            id: "deletePost",
            summary: "Delete",
            description: String::new(),
            tag: "posts",
            security: Vec::new(),
            parameters: Vec::new(),
            body: None,
            responses: vec![(404, json!({})), (204, response("Gone", &["X-Request-Id"], None, None))],
        };
        assert_eq!(
            json(&operation.into()),
            r##"{"operationId":"deletePost","summary":"Delete","tags":["posts"],"security":[],"responses":{"204":{"description":"Gone","headers":{"X-Request-Id":{"$ref":"#/components/headers/XRequestId"}}},"404":{}}}"##
        );
    }

    #[test]
    fn a_parameter_of_the_path_cannot_be_left_out() {
        assert_eq!(
            json(&parameter("id", ParameterLocation::Path, "Which", json!({}))),
            r#"{"name":"id","in":"path","required":true,"description":"Which","schema":{}}"#
        );
    }
}
