//! The paths by which accounts look after their credentials: revocation, passwords, API keys.

use presspass_auth::permissions::{BuiltIn, Permission};
use presspass_rest::{Endpoint, PARSES};
use presspass_serializers::openapi::{
    Node, Operation, Place, array, body, example, parameter, reference, request_example,
};
use presspass_serializers::{api_keys, passwords, tokens};

use super::accounts::{TAG, path};
use super::facts::{Facts, Guard};
use super::responses::{Does, failures, good, invalid, missing};
use super::security::requirements;
use crate::endpoints::accounts::{self, MODEL, MOST_KEYS};

/// The paths and what they have.
pub(super) fn paths(facts: &Facts) -> Vec<(&'static str, Node)> {
    let keys = Node::map().with("get", list_keys(facts)).with("post", create_key(facts));
    let one = |operations: Node, about: &'static str| operations.with("parameters", [id(about)]);
    vec![
        path("/api/auth/revoke_token/", &Node::map().with("post", revoke_token(facts))),
        path("/api/auth/revoke_all/", &Node::map().with("post", revoke_all(facts))),
        path(
            "/api/auth/revoke_all/{id}/",
            &one(Node::map().with("post", revoke_all_of(facts)), "The account's id."),
        ),
        path("/api/account/password/", &Node::map().with("post", password(facts))),
        path("/api/account/api_keys/", &keys),
        path(
            "/api/account/api_keys/{id}/",
            &one(Node::map().with("delete", delete_key(facts)), "The key's id."),
        ),
    ]
}

pub(super) fn account_not_found() -> Node {
    missing("There is no such account, or the id is none.")
}

pub(super) fn key_not_found() -> Node {
    missing("The caller has no such key, or the id is none.")
}

fn id(about: &'static str) -> Node {
    let number = Node::map().with("type", "integer").with("format", "int64").with("minimum", 0_i64);
    parameter("id", Place::Path, about, number).with("example", 1_i64)
}

/// An operation without a body of its own.
fn operation(
    facts: &Facts,
    permission: &dyn Permission,
    method: &'static str,
    (id, summary): (&'static str, &'static str),
    description: &str,
    does: &[Does],
) -> Operation {
    let guard = Guard::Permission(permission, MODEL);
    Operation {
        id,
        summary,
        description: description.to_owned(),
        tag: TAG,
        security: requirements(facts, guard, method),
        parameters: Vec::new(),
        body: None,
        responses: failures(facts, guard, method, does),
    }
}

/// The operation with this answer, in the place of a shared one.
fn answering(mut operation: Operation, status: u16, response: Node) -> Operation {
    operation.responses.retain(|(known, _)| *known != status);
    operation.responses.push((status, response));
    operation
}

/// The endpoint's own words, which OPTIONS gives, too.
fn words(endpoint: &Endpoint) -> &'static str {
    endpoint.description
}

const WRITES: [Does; 3] = [Does::AsksDatabase, Does::ReadsBody, Does::Writes];
const PROVES: [Does; 4] = [Does::AsksDatabase, Does::ReadsBody, Does::Writes, Does::LogsIn];

fn revoke_token(facts: &Facts) -> Node {
    let told = ("revokeToken", "End a token");
    let endpoint = words(&accounts::REVOKE_TOKEN);
    let revoke = operation(facts, &BuiltIn::AllowAny, "POST", told, endpoint, &WRITES);
    let wrong = Node::map().with("non_field_errors", ["Signature has expired."]);
    let revoke = answering(revoke, 400, invalid("There is no such token to end.", "TokenErrors", wrong));
    let revoke = answering(revoke, 204, good("The token has ended.", None, None));
    let example = request_example(tokens::TOKEN_FIELDS);
    let body = body(PARSES, &reference("schemas", "TokenRequest"), &example).with("required", false);
    Operation { body: Some(body), ..revoke }.into()
}

fn revoke_all(facts: &Facts) -> Node {
    let told = ("revokeAll", "End all of one's own tokens and sessions");
    let endpoint = words(&accounts::REVOKE_ALL);
    let revoke = operation(facts, &BuiltIn::IsAuthenticated, "POST", told, endpoint, &WRITES);
    answering(revoke, 204, good("They have ended.", None, None)).into()
}

fn revoke_all_of(facts: &Facts) -> Node {
    let told = ("revokeAllOf", "End all tokens and sessions of an account");
    let about = format!(
        "{}\n\nAsks for the permission `auth.change_user`, of staff.",
        words(&accounts::REVOKE_ALL_OF)
    );
    let revoke = operation(facts, &accounts::revoke_all_permission(), "POST", told, &about, &WRITES);
    let revoke = answering(revoke, 404, reference("responses", "AccountNotFound"));
    answering(revoke, 204, good("They have ended.", None, None)).into()
}

fn password(facts: &Facts) -> Node {
    let told = ("changePassword", "Change one's own password");
    let endpoint = words(&accounts::PASSWORD);
    let change = operation(facts, &BuiltIn::IsAuthenticated, "POST", told, endpoint, &PROVES);
    let wrong = Node::map().with(passwords::NEW, ["This password is too common."]);
    let change = answering(change, 400, invalid("It was not changed.", "PasswordChangeErrors", wrong));
    let changed = example(passwords::CHANGED_FIELDS);
    let changed = good("It was changed.", Some(reference("schemas", "PasswordChanged")), Some(changed));
    let body =
        body(PARSES, &reference("schemas", "PasswordChange"), &request_example(passwords::CHANGE_FIELDS));
    Operation { body: Some(body), ..answering(change, 200, changed) }.into()
}

fn list_keys(facts: &Facts) -> Node {
    let told = ("listApiKeys", "List one's own API keys");
    let list = operation(facts, &BuiltIn::IsAuthenticated, "GET", told, "", &[Does::AsksDatabase]);
    let keys = array(reference("schemas", "ApiKey"));
    let example = Node::list([example(api_keys::FIELDS)]);
    answering(list, 200, good("The keys, the newest first.", Some(keys), Some(example))).into()
}

fn create_key(facts: &Facts) -> Node {
    let told = ("createApiKey", "Make an API key");
    let about = format!(
        "The key is shown this once. It can do what its scopes name, of what its account may: permissions with \
         blanks between, as `posts.view_post posts.add_post`, or `*`. An account has at most {MOST_KEYS}."
    );
    let create = operation(facts, &BuiltIn::IsAuthenticated, "POST", told, &about, &PROVES);
    let wrong = Node::map().with(api_keys::NAME, ["This field is required."]);
    let create = answering(create, 400, invalid("The key is not what it must be.", "ApiKeyErrors", wrong));
    let parameters = Node::map().with("id", "$response.body#/id");
    let delete = Node::map().with("operationId", "deleteApiKey").with("parameters", parameters);
    let created = example(api_keys::CREATED_FIELDS);
    let created = good("The key that was made.", Some(reference("schemas", "ApiKeyCreated")), Some(created))
        .with("links", Node::map().with("delete", delete));
    let body =
        body(PARSES, &reference("schemas", "ApiKeyRequest"), &request_example(api_keys::REQUEST_FIELDS));
    Operation { body: Some(body), ..answering(create, 201, created) }.into()
}

fn delete_key(facts: &Facts) -> Node {
    let told = ("deleteApiKey", "End an API key");
    let does = [Does::AsksDatabase, Does::Writes];
    let delete = operation(facts, &BuiltIn::IsAuthenticated, "DELETE", told, "", &does);
    let delete = answering(delete, 404, reference("responses", "ApiKeyNotFound"));
    answering(delete, 204, good("The key has ended.", None, None)).into()
}
