//! The paths of posts.

use presspass_rest::PARSES;
use presspass_serializers::openapi::{
    Node, Operation, Place, body, example, parameter, reference, request_example,
};
use presspass_serializers::posts::FIELDS;

use super::components::post_list;
use super::facts::{Facts, Guard};
use super::list;
use super::responses::{Does, failures, good, invalid, missing};
use super::security::requirements;
use crate::app::services::Pagination;
use crate::endpoints::posts::MODEL;

const TAG: &str = "posts";

const READS: [Does; 1] = [Does::AsksDatabase];
const WRITES: [Does; 3] = [Does::AsksDatabase, Does::ReadsBody, Does::Writes];

/// The paths and what they have.
pub(super) fn paths(facts: &Facts) -> Vec<(&'static str, Node)> {
    let mut all = Node::map().with("get", list(facts));
    let mut one = Node::map().with("parameters", [id()]).with("get", retrieve(facts));
    if !facts.posts_read_only {
        all = all.with("post", create(facts));
        one = one.with("put", replace(facts)).with("patch", update(facts)).with("delete", delete(facts));
    }
    vec![("/api/posts/", all), ("/api/posts/{id}/", one)]
}

fn guard(facts: &Facts) -> Guard<'_> {
    Guard::Permission(facts.permission.as_ref(), MODEL)
}

/// The answer where there is no such post.
pub(super) fn not_found() -> Node {
    missing("There is no such post, or the id is none.")
}

fn id() -> Node {
    let number = Node::map().with("type", "integer").with("format", "int64").with("minimum", 0_i64);
    parameter("id", Place::Path, "The post's id.", number).with("example", 1_i64)
}

/// What all operations on posts share.
fn operation(
    facts: &Facts,
    method: &'static str,
    action: &'static str,
    id: &'static str,
    summary: &'static str,
    does: &[Does],
) -> Operation {
    let description = if guard(facts).asks_for_grants(method) {
        format!("Asks for the permission `{}.{action}_{}`.", MODEL.app_label, MODEL.name)
    } else {
        String::new()
    };
    Operation {
        id,
        summary,
        description,
        tag: TAG,
        security: requirements(facts, guard(facts), method),
        parameters: Vec::new(),
        body: None,
        responses: failures(facts, guard(facts), method, does),
    }
}

/// The operation with this answer, in the place of a shared one.
fn answering(mut operation: Operation, status: u16, response: Node) -> Operation {
    operation.responses.retain(|(known, _)| *known != status);
    operation.responses.push((status, response));
    operation
}

fn post() -> Node {
    reference("schemas", "Post")
}

fn list(facts: &Facts) -> Node {
    let looks =
        if list::may_miss(facts.pagination) { &[Does::AsksDatabase, Does::Looks][..] } else { &READS };
    let list = operation(facts, "GET", "view", "listPosts", "List posts", looks);
    let example = match facts.pagination {
        Pagination::None | Pagination::LimitOffset { default: None } => Node::list([example(FIELDS)]),
        Pagination::LimitOffset { .. } | Pagination::PageNumber { .. } => {
            page_example(Node::map().with("count", 1_i64))
        }
        Pagination::Cursor { .. } => page_example(Node::map()),
    };
    let posts = good("The posts.", Some(post_list(facts.pagination)), Some(example));
    let wrong = Node::map().with("search", ["Ensure this value has at most 32 terms."]);
    let list = answering(list, 200, posts);
    let list = answering(list, 400, invalid("The query cannot be read.", "PostQueryErrors", wrong));
    Operation { parameters: list::parameters(facts), ..list }.into()
}

fn page_example(count: Node) -> Node {
    count.with("next", Node::Null).with("previous", Node::Null).with("results", [example(FIELDS)])
}

/// What operations on one post share.
fn on_one(
    facts: &Facts,
    method: &'static str,
    action: &'static str,
    id: &'static str,
    summary: &'static str,
    does: &[Does],
) -> Operation {
    let operation = operation(facts, method, action, id, summary, does);
    answering(operation, 404, reference("responses", "PostNotFound"))
}

fn retrieve(facts: &Facts) -> Node {
    let retrieve = on_one(facts, "GET", "view", "retrievePost", "Retrieve a post", &READS);
    answering(retrieve, 200, good("The post.", Some(post()), Some(example(FIELDS)))).into()
}

fn create(facts: &Facts) -> Node {
    let create = operation(facts, "POST", "add", "createPost", "Create a post", &WRITES);
    let of_it = |operation: &'static str| {
        let parameters = Node::map().with("id", "$response.body#/id");
        Node::map().with("operationId", operation).with("parameters", parameters)
    };
    let links = Node::map()
        .with("retrieve", of_it("retrievePost"))
        .with("replace", of_it("replacePost"))
        .with("update", of_it("updatePost"))
        .with("delete", of_it("deletePost"));
    let created = good("The post that was made.", Some(post()), Some(example(FIELDS))).with("links", links);
    writing(answering(create, 201, created), "PostRequest")
}

fn replace(facts: &Facts) -> Node {
    let replace = on_one(facts, "PUT", "change", "replacePost", "Replace a post", &WRITES);
    writing(answering(replace, 200, good("The post as it is now.", Some(post()), None)), "PostRequest")
}

fn update(facts: &Facts) -> Node {
    let update = on_one(facts, "PATCH", "change", "updatePost", "Change some fields of a post", &WRITES);
    writing(answering(update, 200, good("The post as it is now.", Some(post()), None)), "PatchedPostRequest")
}

fn delete(facts: &Facts) -> Node {
    let delete =
        on_one(facts, "DELETE", "delete", "deletePost", "Delete a post", &[Does::AsksDatabase, Does::Writes]);
    answering(delete, 204, good("The post is gone.", None, None)).into()
}

/// The operation with its body, and what is said where that is wrong.
fn writing(operation: Operation, schema: &'static str) -> Node {
    let wrong = Node::map().with("title", ["This field may not be blank."]);
    let operation =
        answering(operation, 400, invalid("The post is not what it must be.", "PostErrors", wrong));
    let body = body(PARSES, &reference("schemas", schema), &request_example(FIELDS));
    Operation { body: Some(body), ..operation }.into()
}
