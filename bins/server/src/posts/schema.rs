//! Posts in the OpenAPI document.

use presspass::ApiPart;
use presspass::openapi::{
    Context, Effect, ListParameters, Operation, ParameterLocation, Required, Value, WithMembers as _, body,
    errors, example, failures, field_errors, invalid, json, list_parameters, list_schema, not_found,
    page_schema, parameter, query_error_names, reference, representation, request, request_example,
    requirements, success,
};
use presspass_rest::PARSES;
use presspass_serializers::posts::FIELDS;

use super::filter::{FILTERS, ORDERS};
use super::views::referenced;
use super::{MODEL, settings};

#[cfg(test)]
mod tests;

const TAG: &str = "posts";

const READS: [Effect; 1] = [Effect::UsesDatabase];
const WRITES: [Effect; 3] = [Effect::UsesDatabase, Effect::ReadsBody, Effect::Writes];

/// What posts add to the document.
pub(super) fn part(context: &Context) -> ApiPart {
    let is_read_only = context.project.is_true(&settings::READ_ONLY);
    let mut schemas = vec![
        ("Post", representation(FIELDS)),
        ("PostRequest", request(FIELDS, Required::All)),
        ("PatchedPostRequest", request(FIELDS, Required::None)),
        ("PostErrors", field_errors(FIELDS)),
        ("PostQueryErrors", errors(query_error_names(&parameters(context)))),
    ];
    schemas.extend(page_schema(context, post()).map(|page| ("PostPage", page)));
    ApiPart {
        tag: (TAG, "Posts."),
        note: if is_read_only { " Posts are read only here." } else { "" },
        paths: paths(context, is_read_only),
        schemas,
        responses: vec![("PostNotFound", not_found("There is no such post, or the id is none."))],
    }
}

fn parameters(context: &Context) -> ListParameters {
    let has_filters = context.project.is_true(&settings::FILTERS);
    ListParameters {
        plural: "posts",
        fields: FIELDS,
        orders: &ORDERS,
        search: "title or content",
        filters: if has_filters { &FILTERS } else { &[] },
    }
}

fn paths(context: &Context, is_read_only: bool) -> Vec<(&'static str, Value)> {
    let mut all = json!({ "get": list(context) });
    let mut one = json!({ "parameters": [id()], "get": retrieve(context) });
    if !is_read_only {
        all = all.with("post", create(context));
        one =
            one.with("put", replace(context)).with("patch", update(context)).with("delete", delete(context));
    }
    vec![("/api/posts/", all), ("/api/posts/{id}/", one)]
}

fn id() -> Value {
    let number = json!({ "type": "integer", "format": "int64", "minimum": 0 });
    parameter("id", ParameterLocation::Path, "The post's id.", number).with("example", 1)
}

/// What all operations on posts share.
fn operation(
    context: &Context,
    method: &'static str,
    action: &'static str,
    id: &'static str,
    summary: &'static str,
    effects: &[Effect],
) -> Operation {
    let description = if context.permission_on(MODEL).needs_grants(method) {
        format!("Asks for the permission `{}.{action}_{}`.", MODEL.app_label, MODEL.name)
    } else {
        String::new()
    };
    Operation {
        id,
        summary,
        description,
        tag: TAG,
        security: requirements(context, context.permission_on(MODEL), method),
        parameters: Vec::new(),
        body: None,
        responses: failures(context, context.permission_on(MODEL), method, effects),
    }
}

/// The operation with this answer, in the place of a shared one.
fn answering(mut operation: Operation, status: u16, response: Value) -> Operation {
    operation.responses.retain(|(known, _)| *known != status);
    operation.responses.push((status, response));
    operation
}

fn post() -> Value {
    reference("schemas", "Post")
}

fn list(context: &Context) -> Value {
    let list = operation(context, "GET", "view", "listPosts", "List posts", context.list_effects());
    let schema = list_schema(context, post(), reference("schemas", "PostPage"));
    let posts = success("The posts.", Some(schema), Some(context.list_example(&example(FIELDS))));
    let wrong = json!({ "search": ["Ensure this value has at most 32 terms."] });
    let list = answering(list, 200, posts);
    let list = answering(list, 400, invalid("The query cannot be read.", "PostQueryErrors", wrong));
    Operation { parameters: list_parameters(context, &parameters(context)), ..list }.into()
}

/// What operations on one post share.
fn on_one(
    context: &Context,
    method: &'static str,
    action: &'static str,
    id: &'static str,
    summary: &'static str,
    effects: &[Effect],
) -> Operation {
    let operation = operation(context, method, action, id, summary, effects);
    answering(operation, 404, reference("responses", "PostNotFound"))
}

fn retrieve(context: &Context) -> Value {
    let retrieve = on_one(context, "GET", "view", "retrievePost", "Retrieve a post", &READS);
    answering(retrieve, 200, success("The post.", Some(post()), Some(example(FIELDS)))).into()
}

fn create(context: &Context) -> Value {
    let create = operation(context, "POST", "add", "createPost", "Create a post", &WRITES);
    let of_it = |operation: &'static str| {
        let parameters = json!({ "id": "$response.body#/id" });
        json!({ "operationId": operation, "parameters": parameters })
    };
    let links = json!({
        "retrieve": of_it("retrievePost"),
        "replace": of_it("replacePost"),
        "update": of_it("updatePost"),
        "delete": of_it("deletePost"),
    });
    let created = success("The new post.", Some(post()), Some(example(FIELDS))).with("links", links);
    writing(answering(create, 201, created), "PostRequest")
}

fn replace(context: &Context) -> Value {
    let replace = on_one(context, "PUT", "change", "replacePost", "Replace a post", &WRITES);
    writing(answering(replace, 200, success("The changed post.", Some(post()), None)), "PostRequest")
}

fn update(context: &Context) -> Value {
    let update = on_one(context, "PATCH", "change", "updatePost", "Change some fields of a post", &WRITES);
    writing(answering(update, 200, success("The changed post.", Some(post()), None)), "PatchedPostRequest")
}

fn delete(context: &Context) -> Value {
    let delete = on_one(
        context,
        "DELETE",
        "delete",
        "deletePost",
        "Delete a post",
        &[Effect::UsesDatabase, Effect::Writes],
    );
    let detail = json!({ "detail": referenced(&["comments_comment".to_owned()]) });
    let about =
        "Rows of other tables refer to the post, and their foreign keys do not cascade. Nothing was deleted.";
    let conflict = success(about, Some(reference("schemas", "Detail")), Some(detail));
    let delete = answering(delete, 409, conflict);
    answering(delete, 204, success("The post was deleted.", None, None)).into()
}

/// The operation with its body, and what is said where that is wrong.
fn writing(operation: Operation, schema: &'static str) -> Value {
    let wrong = json!({ "title": ["This field may not be blank."] });
    let operation = answering(operation, 400, invalid("The post is not valid.", "PostErrors", wrong));
    let body = body(PARSES, &reference("schemas", schema), &request_example(FIELDS));
    Operation { body: Some(body), ..operation }.into()
}
