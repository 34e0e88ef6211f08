//! Operations, their parameters and their answers (OpenAPI 3.1.1, section 4.8).

use super::components::reference;
use super::node::Node;

/// A method of a path.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name in generated clients: `listPosts`.
    pub id: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// What more there is to say; in `CommonMark`.
    pub description: String,
    /// What it belongs to.
    pub tag: &'static str,
    /// Alternatives of schemes that must all be satisfied; empty where nobody is asked who they are.
    pub security: Vec<Node>,
    /// Parameters, as [`parameter`] makes them.
    pub parameters: Vec<Node>,
    /// Its body, as [`body`] makes it.
    pub body: Option<Node>,
    /// Answers by status.
    pub responses: Vec<(u16, Node)>,
}

impl From<Operation> for Node {
    fn from(operation: Operation) -> Self {
        let Operation { id, summary, description, tag, security, parameters, body, mut responses } =
            operation;
        responses.sort_by_key(|(status, _)| *status);
        let responses = responses.into_iter().map(|(status, response)| (status.to_string(), response));
        Self::map()
            .with("operationId", id)
            .with("summary", summary)
            .with_some("description", Some(description).filter(|text| !text.is_empty()))
            .with("tags", [tag])
            .with("security", security)
            .with_some("parameters", Some(parameters).filter(|all| !all.is_empty()))
            .with_some("requestBody", body)
            .with("responses", responses.collect::<Self>())
    }
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path; it cannot be left out.
    Path,
    /// In the query; it can.
    Query,
}

/// A parameter.
#[must_use]
pub fn parameter(name: impl Into<Node>, place: Place, description: impl Into<Node>, schema: Node) -> Node {
    let place = match place {
        Place::Path => Node::map().with("in", "path").with("required", true),
        Place::Query => Node::map().with("in", "query"),
    };
    let mut parameter = Node::map().with("name", name);
    for (name, value) in place.members() {
        parameter = parameter.with(name.clone(), value.clone());
    }
    parameter.with("description", description).with("schema", schema)
}

/// A body in any of these media types, all of which say the same.
#[must_use]
pub fn body(media_types: &'static [&'static str], schema: &Node, example: &Node) -> Node {
    let content = media_types.iter().map(|media_type| {
        (*media_type, Node::map().with("schema", schema.clone()).with("example", example.clone()))
    });
    Node::map().with("content", content.collect::<Node>()).with("required", true)
}

/// An answer; `headers` are names of components. Without a schema it has no body.
#[must_use]
pub fn response(
    description: impl Into<Node>,
    headers: &[&'static str],
    schema: Option<Node>,
    example: Option<Node>,
) -> Node {
    let headers: Node = headers.iter().map(|name| (*name, reference("headers", &component(name)))).collect();
    let content = schema.map(|schema| {
        Node::map().with("application/json", Node::map().with("schema", schema).with_some("example", example))
    });
    Node::map().with("description", description).with("headers", headers).with_some("content", content)
}

/// A header's name as that of a component, which holds letters and digits here: `RetryAfter`.
#[must_use]
pub fn component(header: &str) -> String {
    header.replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{Indent, to_json};

    fn json(node: &Node) -> String {
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
            responses: vec![(404, Node::map()), (204, response("Gone", &["X-Request-Id"], None, None))],
        };
        assert_eq!(
            json(&operation.into()),
            r##"{"operationId":"deletePost","summary":"Delete","tags":["posts"],"security":[],"responses":{"204":{"description":"Gone","headers":{"X-Request-Id":{"$ref":"#/components/headers/XRequestId"}}},"404":{}}}"##
        );
    }

    #[test]
    fn a_parameter_of_the_path_cannot_be_left_out() {
        assert_eq!(
            json(&parameter("id", Place::Path, "Which", Node::map())),
            r#"{"name":"id","in":"path","required":true,"description":"Which","schema":{}}"#
        );
    }
}
