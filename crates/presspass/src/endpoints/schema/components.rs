//! OpenAPI: shared schemas.

use presspass_serializers::openapi::{
    Required, Value, WithMembers as _, detail, field_errors, json, representation, request,
};
use presspass_serializers::{api_keys, passwords, tokens};

use super::context::Context;
use super::{ApiPart, responses, security};
use crate::endpoints::accounts::{TokenEndpoint, answer_fields};

/// The components, by group; those that nothing refers to are dropped later.
pub(super) fn all(context: &Context, parts: &[ApiPart]) -> Value {
    json!({
        "schemas": schemas(context, parts),
        "responses": named_responses(context, parts),
        "headers": responses::headers(context),
        "securitySchemes": security::schemes(context),
    })
}

fn named_responses(context: &Context, parts: &[ApiPart]) -> Value {
    let responses = responses::components(context);
    let responses = parts.iter().flat_map(|part| &part.responses).fold(responses, add);
    responses
        .with("AccountNotFound", super::credentials::account_not_found())
        .with("ApiKeyNotFound", super::credentials::key_not_found())
}

fn add(all: Value, (name, node): &(&'static str, Value)) -> Value {
    all.with(*name, node.clone())
}

fn schemas(context: &Context, parts: &[ApiPart]) -> Value {
    let wire = context.jwt.wire.into();
    let credentials = TokenEndpoint::Obtain.fields(wire);
    let schemas = json!({
        "Account": representation(context.account_fields),
        "Credentials": request(credentials, Required::All),
        "CredentialsErrors": field_errors(credentials),
        "Token": representation(answer_fields(wire)),
        "TokenRequest": request(tokens::TOKEN_FIELDS, Required::All),
        "TokenErrors": field_errors(tokens::TOKEN_FIELDS),
        "PasswordChange": request(passwords::CHANGE_FIELDS, Required::All),
        "PasswordChangeErrors": field_errors(passwords::CHANGE_FIELDS),
        "PasswordChanged": representation(passwords::CHANGED_FIELDS),
        "ApiKey": representation(api_keys::FIELDS),
        "ApiKeyCreated": representation(api_keys::CREATED_FIELDS),
        "ApiKeyRequest": request(api_keys::REQUEST_FIELDS, Required::All),
        "ApiKeyErrors": field_errors(api_keys::REQUEST_FIELDS),
    });
    let schemas = parts.iter().flat_map(|part| &part.schemas).fold(schemas, add);
    schemas
        .with("Detail", detail())
        .with("Health", super::service::health_schema())
        .with("JwkSet", super::service::jwk_set_schema())
}
