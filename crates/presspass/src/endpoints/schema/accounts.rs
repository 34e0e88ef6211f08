//! OpenAPI: the token endpoints and `account/`.
//!
//! Each is served below `/` and below `/api/`, by the same view. Those below `/api/` are described, so that the whole
//! API lies below one path and each operation has one name; the other path is told in words.

use presspass_auth::permissions::BuiltIn;
use presspass_auth::tokens::{TokenError, TokenWire};
use presspass_rest::PARSES;
use presspass_serializers::openapi::{
    Operation, Value, WithMembers as _, body, example, json, reference, request_example,
};

use super::context::{AccessRule, Context};
use super::responses::{Effect, failures, invalid, success};
use super::security::requirements;
use crate::endpoints::accounts::{MODEL, TokenEndpoint, answer_fields, token_status};

pub(super) const TAG: &str = "accounts";

/// The paths and what they have.
pub(super) fn paths(context: &Context) -> Vec<(&'static str, Value)> {
    vec![
        path("/api/auth/obtain_token/", &json!({ "post": obtain(context) })),
        path("/api/auth/refresh_token/", &json!({ "post": refresh(context) })),
        path("/api/auth/verify_token/", &json!({ "post": verify(context) })),
        path("/api/account/", &json!({ "get": account(context) })),
    ]
}

/// A path, with what it has and where else that is served.
pub(super) fn path(path: &'static str, operations: &Value) -> (&'static str, Value) {
    let elsewhere = path.strip_prefix("/api").unwrap_or(path);
    let about = format!("The same is served at `{elsewhere}`.");
    let item = json!({ "description": about });
    let members = operations.as_object().into_iter().flatten();
    (path, members.fold(item, |item, (name, value)| item.with(name, value.clone())))
}

fn account(context: &Context) -> Value {
    let rule = AccessRule::Permission(&BuiltIn::IsAuthenticated, MODEL);
    let mut responses = failures(context, rule, "GET", &[Effect::UsesDatabase]);
    let account = reference("schemas", "Account");
    responses.push((200, success("The account.", Some(account), Some(example(context.account_fields)))));
    Operation {
        id: "retrieveAccount",
        summary: "Retrieve your account",
        description: String::new(),
        tag: TAG,
        security: requirements(context, rule, "GET"),
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
    schema: &'static str,
    errors: &'static str,
    refusal: &'static str,
    logs_in: bool,
}

fn obtain(context: &Context) -> Value {
    token(
        context,
        TokenEndpoint::Obtain,
        Own {
            id: "obtainToken",
            summary: "Obtain a token for a name and a password",
            description: format!("The token is good for {} seconds.", context.jwt.expiration.as_secs()),
            schema: "Credentials",
            errors: "CredentialsErrors",
            refusal: "Unable to log in with provided credentials.",
            logs_in: true,
        },
    )
}

fn refresh(context: &Context) -> Value {
    let description = if context.jwt.allow_refresh {
        let seconds = context.jwt.refresh_expiration.as_secs();
        format!("A token can be refreshed until {seconds} seconds after the login.")
    } else {
        "The tokens of this server cannot be refreshed: every one is refused.".to_owned()
    };
    token(
        context,
        TokenEndpoint::Refresh,
        Own {
            id: "refreshToken",
            summary: "Refresh a token",
            description,
            schema: "TokenRequest",
            errors: "TokenErrors",
            refusal: TokenError::Expired.detail(TokenWire::from(context.jwt.wire)),
            logs_in: false,
        },
    )
}

fn verify(context: &Context) -> Value {
    token(
        context,
        TokenEndpoint::Verify,
        Own {
            id: "verifyToken",
            summary: "Verify a token",
            description: String::new(),
            schema: "TokenRequest",
            errors: "TokenErrors",
            refusal: TokenError::Signature.detail(TokenWire::from(context.jwt.wire)),
            logs_in: false,
        },
    )
}

fn token(context: &Context, which: TokenEndpoint, own: Own) -> Value {
    let Own { id, summary, description, schema, errors, refusal, logs_in } = own;
    let wire = context.jwt.wire.into();
    let (endpoint, fields) = (which.endpoint(wire), which.fields(wire));
    let mut effects = vec![Effect::UsesDatabase, Effect::ReadsBody];
    effects.extend(logs_in.then_some(Effect::LogsIn));
    let mut responses = failures(context, AccessRule::Open, "POST", &effects);
    responses.retain(|(status, _)| *status != 400);
    let wrong = json!({ "non_field_errors": [refusal] });
    responses.push((400, invalid("No token was issued.", errors, wrong)));
    let use_it = |operation: &'static str| {
        let body = json!({ "token": "$response.body#/token" });
        json!({ "operationId": operation, "requestBody": body })
    };
    let links = json!({ "refresh": use_it("refreshToken"), "verify": use_it("verifyToken") });
    let token = success("A token.", Some(reference("schemas", "Token")), Some(example(answer_fields(wire))));
    responses.push((token_status(wire).as_u16(), token.with("links", links)));
    // The endpoint's description, as in OPTIONS.
    let description = [endpoint.description, &description];
    let description: Vec<&str> = description.into_iter().filter(|text| !text.is_empty()).collect();
    Operation {
        id,
        summary,
        description: description.join("\n\n"),
        tag: TAG,
        security: Vec::new(),
        parameters: Vec::new(),
        body: Some(body(PARSES, &reference("schemas", schema), Some(&request_example(fields)))),
        responses,
    }
    .into()
}
