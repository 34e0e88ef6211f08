//! OpenAPI: the operations of a project's own endpoints.

use presspass_auth::permissions::{self, BuiltIn};
use presspass_domain::model::Model;
use presspass_rest::PARSES;
use presspass_serializers::openapi::{
    Operation, ParameterLocation, Value, WithMembers as _, body, json, parameter,
};

use super::context::{AccessRule, Context};
use super::responses::{Effect, failures, success};
use super::security::requirements;
use super::{ApiPart, accounts};
use crate::endpoints::accounts::MODEL;

/// What one method of an endpoint does, for the OpenAPI document. Its failures are those of its permission, of its body and
/// of the parameters in its path.
///
/// ```
/// use presspass::openapi::reference;
/// use presspass::{ApiOperation, Route};
/// # async fn publish() -> actix_web::HttpResponse { actix_web::HttpResponse::Ok().finish() }
///
/// let route = Route::new(&["/api/articles/{id:[0-9]+}/publish/"], |resource| resource.to(publish)).operation(
///     ApiOperation::new("POST", "publishArticle", "Publish an article").answers(200, reference("schemas", "Article")),
/// );
/// ```
#[derive(Debug, Clone)]
pub struct ApiOperation {
    method: &'static str,
    id: &'static str,
    summary: &'static str,
    model: Option<permissions::Model>,
    body: Option<Value>,
    answer: (u16, Option<Value>),
}

impl ApiOperation {
    /// A method, the name of the operation in generated clients, and one line about it. It is answered 204 to callers that
    /// are authenticated, as by [`authenticated`](crate::authenticated).
    #[must_use]
    pub const fn new(method: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self { method, id, summary, model: None, body: None, answer: (204, None) }
    }

    /// It asks for the permission of the settings on this model, as [`enter`](crate::enter) does.
    #[must_use]
    pub fn permission_on(self, model: &'static Model) -> Self {
        let model = permissions::Model { app_label: model.app_label, name: model.name };
        Self { model: Some(model), ..self }
    }

    /// The JSON schema of its body.
    #[must_use]
    pub fn body(self, schema: Value) -> Self {
        Self { body: Some(schema), ..self }
    }

    /// The status and the JSON schema of its answer.
    #[must_use]
    pub fn answers(self, status: u16, schema: Value) -> Self {
        Self { answer: (status, Some(schema)), ..self }
    }

    fn describe(&self, context: &Context, tag: &'static str, looks_up: bool) -> Value {
        let method = self.method;
        let rule = match self.model {
            Some(model) => context.permission_on(model),
            None => AccessRule::Permission(&BuiltIn::IsAuthenticated, MODEL),
        };
        let writes = !matches!(method, "GET" | "HEAD" | "OPTIONS");
        let effects = [
            (true, Effect::UsesDatabase),
            (looks_up, Effect::LooksUp),
            (self.body.is_some(), Effect::ReadsBody),
            (writes, Effect::Writes),
        ];
        let effects: Vec<Effect> =
            effects.into_iter().filter(|(has, _)| *has).map(|(_, effect)| effect).collect();
        let mut responses = failures(context, rule, method, &effects);
        let (status, schema) = self.answer.clone();
        responses.push((status, success("It succeeded.", schema, None)));
        Operation {
            id: self.id,
            summary: self.summary,
            description: String::new(),
            tag,
            security: requirements(context, rule, method),
            parameters: Vec::new(),
            body: self.body.as_ref().map(|schema| body(PARSES, schema, None)),
            responses,
        }
        .into()
    }
}

/// What an endpoint at this pattern of actix adds to the document. Its tag is the first part of its path: that of the
/// resource that it stands beside.
pub(crate) fn part(context: &Context, pattern: &'static str, operations: &[ApiOperation]) -> ApiPart {
    let path = pattern.strip_prefix("/api/").unwrap_or(pattern).trim_start_matches('/');
    let tag = path.split('/').next().filter(|tag| !tag.is_empty()).unwrap_or(accounts::TAG);
    let (path, parameters) = documented(pattern);
    let mut item = json!({});
    if !parameters.is_empty() {
        item = item.with("parameters", parameters);
    }
    let looks_up = item.get("parameters").is_some();
    for operation in operations {
        let described = operation.describe(context, tag, looks_up);
        item = item.with(operation.method.to_ascii_lowercase(), described);
    }
    ApiPart { tag: (tag, ""), paths: vec![(path, item)], schemas: Vec::new(), responses: Vec::new() }
}

/// The path of a pattern, and its parameters: `/api/articles/{id:[0-9]+}/` is `/api/articles/{id}/`.
fn documented(pattern: &str) -> (String, Vec<Value>) {
    let (mut path, mut parameters) = (String::new(), Vec::new());
    let mut rest = pattern;
    while let Some((before, (inside, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        let (name, expression) = inside.split_once(':').unwrap_or((inside, ""));
        let schema = if expression.contains("[0-9]") || expression.contains("\\d") {
            json!({ "type": "integer", "format": "int64", "minimum": 0 })
        } else {
            json!({ "type": "string" })
        };
        let about = format!("The {name} in the path.");
        parameters.push(parameter(name, ParameterLocation::Path, about, schema));
        path.extend([before, "{", name, "}"]);
        rest = after;
    }
    (path + rest, parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_path_with_parameters() {
        let (path, parameters) = documented("/api/articles/{id:[0-9]+}/files/{name}/");
        assert_eq!(path, "/api/articles/{id}/files/{name}/");
        let kinds: Vec<_> = parameters.iter().map(|it| (&it["name"], &it["schema"]["type"])).collect();
        assert_eq!(kinds, [(&json!("id"), &json!("integer")), (&json!("name"), &json!("string"))]);
        assert_eq!(documented("/api/hello/"), ("/api/hello/".to_owned(), Vec::new()));
    }
}
