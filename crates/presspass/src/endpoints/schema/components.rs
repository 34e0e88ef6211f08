//! What operations refer to by name.

use presspass_serializers::openapi::{Node, Required, detail, field_errors, representation, request};
use presspass_serializers::{accounts, api_keys, passwords, tokens};

use super::context::Context;
use super::{ApiPart, responses, security};
use crate::endpoints::accounts::{TokenEndpoint, answer_fields};

/// The components, by group; those that nothing refers to are dropped later.
pub(super) fn all(context: &Context, parts: &[ApiPart]) -> Node {
    Node::map()
        .with("schemas", schemas(context, parts))
        .with("responses", named_responses(context, parts))
        .with("headers", responses::headers(context))
        .with("securitySchemes", security::schemes(context))
}

fn named_responses(context: &Context, parts: &[ApiPart]) -> Node {
    let responses = responses::components(context);
    let responses = parts.iter().flat_map(|part| &part.responses).fold(responses, add);
    responses
        .with("AccountNotFound", super::credentials::account_not_found())
        .with("ApiKeyNotFound", super::credentials::key_not_found())
}

fn add(all: Node, (name, node): &(&'static str, Node)) -> Node {
    all.with(*name, node.clone())
}

fn schemas(context: &Context, parts: &[ApiPart]) -> Node {
    let wire = context.jwt.wire.into();
    let credentials = TokenEndpoint::Obtain.fields(wire);
    let schemas = Node::map()
        .with("Account", representation(accounts::FIELDS))
        .with("Credentials", request(credentials, Required::All))
        .with("CredentialsErrors", field_errors(credentials))
        .with("Token", representation(answer_fields(wire)))
        .with("TokenRequest", request(tokens::TOKEN_FIELDS, Required::All))
        .with("TokenErrors", field_errors(tokens::TOKEN_FIELDS))
        .with("PasswordChange", request(passwords::CHANGE_FIELDS, Required::All))
        .with("PasswordChangeErrors", field_errors(passwords::CHANGE_FIELDS))
        .with("PasswordChanged", representation(passwords::CHANGED_FIELDS))
        .with("ApiKey", representation(api_keys::FIELDS))
        .with("ApiKeyCreated", representation(api_keys::CREATED_FIELDS))
        .with("ApiKeyRequest", request(api_keys::REQUEST_FIELDS, Required::All))
        .with("ApiKeyErrors", field_errors(api_keys::REQUEST_FIELDS));
    let schemas = parts.iter().flat_map(|part| &part.schemas).fold(schemas, add);
    schemas
        .with("Detail", detail())
        .with("Health", super::service::health_schema())
        .with("JwkSet", super::service::jwk_set_schema())
}
