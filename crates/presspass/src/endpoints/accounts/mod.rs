//! The endpoints of accounts: tokens, passwords, API keys, the caller's account.

mod account;
mod api_keys;
mod obtain_token;
mod password;
mod refresh_token;
mod revoke_all;
mod revoke_token;
mod verify_token;
mod wire;

use actix_web::cookie::SameSite;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_rest::{Call, Endpoint, Failure, Reply, answer, cookie};
use presspass_serializers::{Input, MetadataAction, passwords, tokens};

use crate::app::services::{Services, TokenCookie};
use crate::endpoints::view::metadata;

pub(crate) use account::MODEL;
pub(crate) use api_keys::MAX_KEYS;
pub(crate) use revoke_all::permission as revoke_all_permission;
pub(crate) use wire::{TokenEndpoint, answer_fields, status as token_status};

/// The throttle scope of endpoints of the caller's account.
const SCOPE: &str = "account";

pub(crate) const ACCOUNT: Endpoint = Endpoint::new("Account", "GET, HEAD, OPTIONS");

pub(crate) const OBTAIN_TOKEN: Endpoint = Endpoint::new("Obtain Json Web Token", "POST, OPTIONS")
    .description(
        "API View that receives a POST with a user's username and password.\n\n\
         Returns a JSON Web Token that can be used for authenticated requests.",
    )
    .fields(tokens::CREDENTIAL_FIELDS)
    .open();

pub(crate) const REFRESH_TOKEN: Endpoint = Endpoint::new("Refresh Json Web Token", "POST, OPTIONS")
    .description(
        "API View that returns a refreshed token (with new expiration) based on\nexisting token\n\n\
         If 'orig_iat' field (original issued-at-time) is found, will first check\n\
         if it's within expiration window, then copy it to the new token",
    )
    .fields(tokens::TOKEN_FIELDS)
    .open();

pub(crate) const VERIFY_TOKEN: Endpoint = Endpoint::new("Verify Json Web Token", "POST, OPTIONS")
    .description("API View that checks the veracity of a token, returning the token if it\nis valid.")
    .fields(tokens::TOKEN_FIELDS)
    .open();

pub(crate) const REVOKE_TOKEN: Endpoint = Endpoint::new("Revoke Json Web Token", "POST, OPTIONS")
    .description(
        "Revokes a token and all tokens refreshed from it: the token in the body,\n\
         or else the token of the request.",
    )
    .fields(tokens::TOKEN_FIELDS)
    .open();

pub(crate) const REVOKE_ALL: Endpoint =
    Endpoint::new("Revoke All", "POST, OPTIONS").description("Revokes all your tokens and sessions.");

pub(crate) const REVOKE_ALL_OF: Endpoint = Endpoint::new("Revoke All Of An Account", "POST, OPTIONS")
    .description("Revokes all tokens and sessions of an account. For staff who may change the account.");

pub(crate) const PASSWORD: Endpoint = Endpoint::new("Password", "POST, OPTIONS")
    .description(
        "Changes your password and signs you out everywhere else. A caller with a token\n\
         gets a new one.",
    )
    .fields(passwords::CHANGE_FIELDS);

pub(crate) const API_KEYS: Endpoint = Endpoint::new("API Key List", "GET, POST, HEAD, OPTIONS")
    .description("Your API keys. You see a key only once, when you create it.")
    .fields(presspass_serializers::api_keys::REQUEST_FIELDS);

pub(crate) const API_KEY: Endpoint = Endpoint::new("API Key Detail", "DELETE, OPTIONS");

/// `account/`
pub(crate) async fn account(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    own_view(&request, body, &services, &ACCOUNT, account::view).await
}

/// `account/password/`
pub(crate) async fn password(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    own_view(&request, body, &services, &PASSWORD, password::view).await
}

/// `account/api_keys/`
pub(crate) async fn api_keys(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    own_view(&request, body, &services, &API_KEYS, api_keys::all).await
}

/// `account/api_keys/<id>/`
pub(crate) async fn api_key(
    request: HttpRequest,
    path: Path<String>,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    let view =
        async |call: &mut Call<'_>, services: &Services| api_keys::one(call, services, id(&path)).await;
    own_view(&request, body, &services, &API_KEY, view).await
}

/// `auth/revoke_token/`
pub(crate) async fn revoke_token(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    own_view(&request, body, &services, &REVOKE_TOKEN, revoke_token::view).await
}

/// `auth/revoke_all/`
pub(crate) async fn revoke_all(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    own_view(&request, body, &services, &REVOKE_ALL, revoke_all::own).await
}

/// `auth/revoke_all/<id>/`
pub(crate) async fn revoke_all_of(
    request: HttpRequest,
    path: Path<String>,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    let view =
        async |call: &mut Call<'_>, services: &Services| revoke_all::of(call, services, id(&path)).await;
    own_view(&request, body, &services, &REVOKE_ALL_OF, view).await
}

/// The id in a path. The route lets digits through only: what is no i64 is larger than any id.
fn id(path: &str) -> Option<i64> {
    path.parse().ok()
}

async fn own_view(
    request: &HttpRequest,
    body: Payload,
    services: &Services,
    endpoint: &Endpoint,
    view: impl AsyncFnOnce(&mut Call<'_>, &Services) -> Result<Reply, Failure>,
) -> HttpResponse {
    answer(request, body, endpoint, async |call| view(call, services).await).await
}

/// `auth/obtain_token/`
pub(crate) async fn obtain_token(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    let client = services.access.client(&request);
    let post = async |services: &Services, input: &Input| obtain_token::post(services, input, client).await;
    token_view(&request, body, &services, TokenEndpoint::Obtain, post).await
}

/// `auth/refresh_token/`
pub(crate) async fn refresh_token(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    token_view(&request, body, &services, TokenEndpoint::Refresh, refresh_token::post).await
}

/// `auth/verify_token/`
pub(crate) async fn verify_token(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    token_view(&request, body, &services, TokenEndpoint::Verify, verify_token::post).await
}

/// Runs a token endpoint: POST and OPTIONS, without authentication.
async fn token_view(
    request: &HttpRequest,
    body: Payload,
    services: &Services,
    which: TokenEndpoint,
    post: impl AsyncFnOnce(&Services, &Input) -> Result<String, Failure>,
) -> HttpResponse {
    let wire = services.access.wire();
    answer(request, body, which.endpoint(wire), async |call| {
        services.access.throttle(call, None, "tokens").await?;
        match call.method() {
            "POST" => {
                let token = post(services, call.input().await?).await?;
                give_token_cookie(call, services, &token);
                let reply = call.reply(wire::status(wire), &wire::representation(wire, &token));
                // A client that has a token verified has it already.
                Ok(match which {
                    TokenEndpoint::Verify => reply,
                    _ => reply.with_secret("Token", "Copy it into your client.", &token),
                })
            }
            "OPTIONS" => {
                let fields = which.metadata(wire);
                Ok(metadata(call, vec![MetadataAction { method: "POST", fields }]))
            }
            _ => Err(call.method_not_allowed()),
        }
    })
    .await
}

/// Sets the token's cookie, where tokens are in cookies. A page of another site must not set that of another
/// account.
fn give_token_cookie(call: &mut Call<'_>, services: &Services, token: &str) {
    if let Some(TokenCookie { name, max_age }) = &services.token_cookie
        && !services.pages.is_from_elsewhere(call.request())
    {
        let cookie = cookie(name, token, *max_age).http_only(true).same_site(SameSite::Lax);
        call.set_cookie(cookie.finish().to_string());
    }
}
