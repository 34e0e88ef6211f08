//! What operations refer to by name.

use presspass_serializers::openapi::{
    Node, Required, array, detail, errors, field_errors, page, reference, representation, request,
    uncounted_page,
};
use presspass_serializers::{accounts, api_keys, passwords, posts, tokens};

use super::facts::Facts;
use super::{list, responses, security};
use crate::app::services::Pagination;

/// The components, by group; those that nothing refers to are dropped later.
pub(super) fn all(facts: &Facts) -> Node {
    Node::map()
        .with("schemas", schemas(facts))
        .with("responses", named_responses(facts))
        .with("headers", responses::headers(facts))
        .with("securitySchemes", security::schemes(facts))
}

fn named_responses(facts: &Facts) -> Node {
    responses::components(facts)
        .with("PostNotFound", super::posts::not_found())
        .with("AccountNotFound", super::credentials::account_not_found())
        .with("ApiKeyNotFound", super::credentials::key_not_found())
}

fn schemas(facts: &Facts) -> Node {
    Node::map()
        .with("Account", representation(accounts::FIELDS))
        .with("Credentials", request(tokens::CREDENTIAL_FIELDS, Required::All))
        .with("CredentialsErrors", field_errors(tokens::CREDENTIAL_FIELDS))
        .with("Token", representation(tokens::TOKEN_FIELDS))
        .with("TokenRequest", request(tokens::TOKEN_FIELDS, Required::All))
        .with("TokenErrors", field_errors(tokens::TOKEN_FIELDS))
        .with("PasswordChange", request(passwords::CHANGE_FIELDS, Required::All))
        .with("PasswordChangeErrors", field_errors(passwords::CHANGE_FIELDS))
        .with("PasswordChanged", representation(passwords::CHANGED_FIELDS))
        .with("ApiKey", representation(api_keys::FIELDS))
        .with("ApiKeyCreated", representation(api_keys::CREATED_FIELDS))
        .with("ApiKeyRequest", request(api_keys::REQUEST_FIELDS, Required::All))
        .with("ApiKeyErrors", field_errors(api_keys::REQUEST_FIELDS))
        .with("Post", representation(posts::FIELDS))
        .with("PostRequest", request(posts::FIELDS, Required::All))
        .with("PatchedPostRequest", request(posts::FIELDS, Required::None))
        .with("PostErrors", field_errors(posts::FIELDS))
        .with_some("PostPage", post_page(facts.pagination))
        .with("PostQueryErrors", errors(list::names_that_can_be_wrong(facts)))
        .with("Detail", detail())
        .with("Health", super::service::health_schema())
        .with("JwkSet", super::service::jwk_set_schema())
}

fn post_page(pagination: Pagination) -> Option<Node> {
    match pagination {
        Pagination::None => None,
        Pagination::LimitOffset { .. } | Pagination::PageNumber { .. } => Some(page(post())),
        Pagination::Cursor { .. } => Some(uncounted_page(post())),
    }
}

/// What a list of posts answers.
pub(super) fn post_list(pagination: Pagination) -> Node {
    let page = || reference("schemas", "PostPage");
    match pagination {
        Pagination::None => array(post()),
        // An array, until `?limit=` asks for pages.
        Pagination::LimitOffset { default: None } => Node::map().with("oneOf", [array(post()), page()]),
        Pagination::LimitOffset { default: Some(_) }
        | Pagination::PageNumber { .. }
        | Pagination::Cursor { .. } => page(),
    }
}

fn post() -> Node {
    reference("schemas", "Post")
}
