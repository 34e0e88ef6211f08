//! OpenAPI: revocation, passwords, API keys.

use presspass_auth::permissions::{BuiltIn, Permission};
use presspass_rest::{Endpoint, PARSES};
use presspass_serializers::openapi::{
    Operation, ParameterLocation, Value, WithMembers as _, array, body, example, json, parameter, reference,
    request_example,
};
use presspass_serializers::{api_keys, passwords, tokens};

use super::accounts::{TAG, path};
use super::context::{AccessRule, Context};
use super::responses::{Effect, failures, invalid, not_found, success};
use super::security::requirements;
use crate::endpoints::accounts::{self, MAX_KEYS, MODEL};

/// The paths and what they have.
pub(super) fn paths(context: &Context) -> Vec<(&'static str, Value)> {
    let keys = json!({ "get": list_keys(context), "post": create_key(context) });
    let one = |operations: Value, about: &'static str| operations.with("parameters", [id(about)]);
    vec![
        path("/api/auth/revoke_token/", &json!({ "post": revoke_token(context) })),
        path("/api/auth/revoke_all/", &json!({ "post": revoke_all(context) })),
        path(
            "/api/auth/revoke_all/{id}/",
            &one(json!({ "post": revoke_all_of(context) }), "The account's id."),
        ),
        path("/api/account/password/", &json!({ "post": password(context) })),
        path("/api/account/api_keys/", &keys),
        path("/api/account/api_keys/{id}/", &one(json!({ "delete": delete_key(context) }), "The key's id.")),
    ]
}

pub(super) fn account_not_found() -> Value {
    not_found("There is no such account, or the id is none.")
}

pub(super) fn key_not_found() -> Value {
    not_found("The caller has no such key, or the id is none.")
}

fn id(about: &'static str) -> Value {
    let number = json!({ "type": "integer", "format": "int64", "minimum": 0 });
    parameter("id", ParameterLocation::Path, about, number).with("example", 1)
}

/// An operation without a body of its own.
fn operation(
    context: &Context,
    permission: &dyn Permission,
    method: &'static str,
    (id, summary): (&'static str, &'static str),
    description: &str,
    effects: &[Effect],
) -> Operation {
    let rule = AccessRule::Permission(permission, MODEL);
    Operation {
        id,
        summary,
        description: description.to_owned(),
        tag: TAG,
        security: requirements(context, rule, method),
        parameters: Vec::new(),
        body: None,
        responses: failures(context, rule, method, effects),
    }
}

/// The operation with this answer, in the place of a shared one.
fn answering(mut operation: Operation, status: u16, response: Value) -> Operation {
    operation.responses.retain(|(known, _)| *known != status);
    operation.responses.push((status, response));
    operation
}

/// The endpoint's description, as in OPTIONS.
fn words(endpoint: &Endpoint) -> &'static str {
    endpoint.description
}

const WRITES: [Effect; 3] = [Effect::UsesDatabase, Effect::ReadsBody, Effect::Writes];
const PROVES: [Effect; 4] = [Effect::UsesDatabase, Effect::ReadsBody, Effect::Writes, Effect::LogsIn];

fn revoke_token(context: &Context) -> Value {
    let summary = ("revokeToken", "Revoke a token");
    let endpoint = words(&accounts::REVOKE_TOKEN);
    let revoke = operation(context, &BuiltIn::AllowAny, "POST", summary, endpoint, &WRITES);
    let wrong = json!({ "non_field_errors": ["Signature has expired."] });
    let revoke = answering(revoke, 400, invalid("The token cannot be revoked.", "TokenErrors", wrong));
    let revoke = answering(revoke, 204, success("The token was revoked.", None, None));
    let example = request_example(tokens::TOKEN_FIELDS);
    let body = body(PARSES, &reference("schemas", "TokenRequest"), Some(&example)).with("required", false);
    Operation { body: Some(body), ..revoke }.into()
}

fn revoke_all(context: &Context) -> Value {
    let summary = ("revokeAll", "Revoke all your tokens and sessions");
    let endpoint = words(&accounts::REVOKE_ALL);
    let revoke = operation(context, &BuiltIn::IsAuthenticated, "POST", summary, endpoint, &WRITES);
    answering(revoke, 204, success("The tokens and sessions were revoked.", None, None)).into()
}

fn revoke_all_of(context: &Context) -> Value {
    let summary = ("revokeAllOf", "Revoke all tokens and sessions of an account");
    let about = format!(
        "{}\n\nAsks for the permission `auth.change_user`, of staff.",
        words(&accounts::REVOKE_ALL_OF)
    );
    let revoke = operation(context, &accounts::revoke_all_permission(), "POST", summary, &about, &WRITES);
    let revoke = answering(revoke, 404, reference("responses", "AccountNotFound"));
    answering(revoke, 204, success("The tokens and sessions were revoked.", None, None)).into()
}

fn password(context: &Context) -> Value {
    let summary = ("changePassword", "Change your password");
    let endpoint = words(&accounts::PASSWORD);
    let change = operation(context, &BuiltIn::IsAuthenticated, "POST", summary, endpoint, &PROVES);
    let wrong = json!({ (passwords::NEW): ["This password is too common."] });
    let change =
        answering(change, 400, invalid("The password was not changed.", "PasswordChangeErrors", wrong));
    let changed = example(passwords::CHANGED_FIELDS);
    let changed =
        success("The password was changed.", Some(reference("schemas", "PasswordChanged")), Some(changed));
    let body = body(
        PARSES,
        &reference("schemas", "PasswordChange"),
        Some(&request_example(passwords::CHANGE_FIELDS)),
    );
    Operation { body: Some(body), ..answering(change, 200, changed) }.into()
}

fn list_keys(context: &Context) -> Value {
    let summary = ("listApiKeys", "List your API keys");
    let list = operation(context, &BuiltIn::IsAuthenticated, "GET", summary, "", &[Effect::UsesDatabase]);
    let keys = array(reference("schemas", "ApiKey"));
    let example = json!([example(api_keys::FIELDS)]);
    answering(list, 200, success("The keys, newest first.", Some(keys), Some(example))).into()
}

fn create_key(context: &Context) -> Value {
    let summary = ("createApiKey", "Create an API key");
    let about = format!(
        "The key is shown this once. It can do what its scopes name, of what its account may: permissions with \
         blanks between, as `posts.view_post posts.add_post`, or `*`. An account has at most {MAX_KEYS}."
    );
    let create = operation(context, &BuiltIn::IsAuthenticated, "POST", summary, &about, &PROVES);
    let wrong = json!({ (api_keys::NAME): ["This field is required."] });
    let create = answering(create, 400, invalid("The key is not valid.", "ApiKeyErrors", wrong));
    let parameters = json!({ "id": "$response.body#/id" });
    let delete = json!({ "operationId": "deleteApiKey", "parameters": parameters });
    let created = example(api_keys::CREATED_FIELDS);
    let created = success("The new key.", Some(reference("schemas", "ApiKeyCreated")), Some(created))
        .with("links", json!({ "delete": delete }));
    let body = body(
        PARSES,
        &reference("schemas", "ApiKeyRequest"),
        Some(&request_example(api_keys::REQUEST_FIELDS)),
    );
    Operation { body: Some(body), ..answering(create, 201, created) }.into()
}

fn delete_key(context: &Context) -> Value {
    let summary = ("deleteApiKey", "Revoke an API key");
    let effects = [Effect::UsesDatabase, Effect::Writes];
    let delete = operation(context, &BuiltIn::IsAuthenticated, "DELETE", summary, "", &effects);
    let delete = answering(delete, 404, reference("responses", "ApiKeyNotFound"));
    answering(delete, 204, success("The key was revoked.", None, None)).into()
}
