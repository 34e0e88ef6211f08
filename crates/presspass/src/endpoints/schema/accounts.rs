//! The paths of accounts.
//!
//! Each is served below `/` and below `/api/`, by the same view. Those below `/api/` are described, so that the whole
//! API lies below one path and each operation has one name; the other path is told in words.

use presspass_auth::permissions::BuiltIn;
use presspass_rest::{Endpoint, PARSES};
use presspass_serializers::openapi::{Node, Operation, body, example, reference, request_example};
use presspass_serializers::{Field, accounts, tokens};

use super::facts::{Facts, Guard};
use super::responses::{Does, failures, good, invalid};
use super::security::requirements;
use crate::endpoints::accounts::MODEL;

pub(super) const TAG: &str = "accounts";

/// The paths and what they have.
pub(super) fn paths(facts: &Facts) -> Vec<(&'static str, Node)> {
    vec![
        path("/api/auth/obtain_token/", &Node::map().with("post", obtain(facts))),
        path("/api/auth/refresh_token/", &Node::map().with("post", refresh(facts))),
        path("/api/auth/verify_token/", &Node::map().with("post", verify(facts))),
        path("/api/account/", &Node::map().with("get", account(facts))),
    ]
}

/// A path, with what it has and where else that is served.
pub(super) fn path(path: &'static str, operations: &Node) -> (&'static str, Node) {
    let elsewhere = path.strip_prefix("/api").unwrap_or(path);
    let about = format!("The same is served at `{elsewhere}`.");
    let item = Node::map().with("description", about);
    let members = operations.members().iter().cloned();
    (path, members.fold(item, |item, (name, value)| item.with(name, value)))
}

fn account(facts: &Facts) -> Node {
    let guard = Guard::Permission(&BuiltIn::IsAuthenticated, MODEL);
    let mut responses = failures(facts, guard, "GET", &[Does::AsksDatabase]);
    let account = reference("schemas", "Account");
    responses.push((200, good("The account.", Some(account), Some(example(accounts::FIELDS)))));
    Operation {
        id: "retrieveAccount",
        summary: "Retrieve one's own account",
        description: String::new(),
        tag: TAG,
        security: requirements(facts, guard, "GET"),
        parameters: Vec::new(),
        body: None,
        responses,
    }
    .into()
}

/// A token endpoint's own parts.
struct Own {
    id: &'static str,
    summary: &'static str,
    description: String,
    fields: &'static [Field],
    schema: &'static str,
    errors: &'static str,
    refusal: &'static str,
    logs_in: bool,
}

fn obtain(facts: &Facts) -> Node {
    token(
        facts,
        &crate::endpoints::accounts::OBTAIN_TOKEN,
        Own {
            id: "obtainToken",
            summary: "Obtain a token for a name and a password",
            description: format!("The token is good for {} seconds.", facts.jwt.expiration.as_secs()),
            fields: tokens::CREDENTIAL_FIELDS,
            schema: "Credentials",
            errors: "CredentialsErrors",
            refusal: "Unable to log in with provided credentials.",
            logs_in: true,
        },
    )
}

fn refresh(facts: &Facts) -> Node {
    let description = if facts.jwt.allow_refresh {
        let seconds = facts.jwt.refresh_expiration.as_secs();
        format!("A token can be refreshed until {seconds} seconds after the log-in.")
    } else {
        "The tokens of this server cannot be refreshed: every one is refused.".to_owned()
    };
    token(
        facts,
        &crate::endpoints::accounts::REFRESH_TOKEN,
        Own {
            id: "refreshToken",
            summary: "Obtain a new token for one that is still good",
            description,
            fields: tokens::TOKEN_FIELDS,
            schema: "TokenRequest",
            errors: "TokenErrors",
            refusal: "Signature has expired.",
            logs_in: false,
        },
    )
}

fn verify(facts: &Facts) -> Node {
    token(
        facts,
        &crate::endpoints::accounts::VERIFY_TOKEN,
        Own {
            id: "verifyToken",
            summary: "Ask whether a token is good",
            description: String::new(),
            fields: tokens::TOKEN_FIELDS,
            schema: "TokenRequest",
            errors: "TokenErrors",
            refusal: "Error decoding signature.",
            logs_in: false,
        },
    )
}

fn token(facts: &Facts, endpoint: &Endpoint, own: Own) -> Node {
    let Own { id, summary, description, fields, schema, errors, refusal, logs_in } = own;
    let mut does = vec![Does::AsksDatabase, Does::ReadsBody];
    does.extend(logs_in.then_some(Does::LogsIn));
    let mut responses = failures(facts, Guard::Open, "POST", &does);
    responses.retain(|(status, _)| *status != 400);
    let wrong = Node::map().with("non_field_errors", [refusal]);
    responses.push((400, invalid("There is no token for this.", errors, wrong)));
    let use_it = |operation: &'static str| {
        let body = Node::map().with("token", "$response.body#/token");
        Node::map().with("operationId", operation).with("requestBody", body)
    };
    let links = Node::map().with("refresh", use_it("refreshToken")).with("verify", use_it("verifyToken"));
    let token = good("A token.", Some(reference("schemas", "Token")), Some(example(tokens::TOKEN_FIELDS)));
    responses.push((200, token.with("links", links)));
    // The endpoint's own words, which OPTIONS gives, too.
    let description = [endpoint.description, &description];
    let description: Vec<&str> = description.into_iter().filter(|text| !text.is_empty()).collect();
    Operation {
        id,
        summary,
        description: description.join("\n\n"),
        tag: TAG,
        security: Vec::new(),
        parameters: Vec::new(),
        body: Some(body(PARSES, &reference("schemas", schema), &request_example(fields))),
        responses,
    }
    .into()
}
