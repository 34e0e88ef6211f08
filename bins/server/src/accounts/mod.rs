//! Accounts: tokens for them, and who one is.

mod account;
mod obtain_token;
mod refresh_token;
mod verify_token;

use actix_web::http::header::HeaderValue;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::tokens::TokenSubject;
use presspass_domain::Account;
use presspass_rest::{
    Call, Endpoint, Failure, Links, PARSES, RENDERS, Reply, RequestBody, SetCookie, answer, read_input,
};
use presspass_serializers::{Field, Input, Metadata, MetadataAction, tokens};

use crate::services::{Services, TokenCookie};

pub(crate) use account::MODEL;

pub(crate) const ACCOUNT: Endpoint =
    Endpoint { name: "Account", description: "", allow: "GET, HEAD, OPTIONS" };

pub(crate) const OBTAIN_TOKEN: Endpoint = Endpoint {
    name: "Obtain Json Web Token",
    description: "API View that receives a POST with a user's username and password.\n\n\
                  Returns a JSON Web Token that can be used for authenticated requests.",
    allow: "POST, OPTIONS",
};

pub(crate) const REFRESH_TOKEN: Endpoint = Endpoint {
    name: "Refresh Json Web Token",
    description: "API View that returns a refreshed token (with new expiration) based on\nexisting token\n\n\
                  If 'orig_iat' field (original issued-at-time) is found, will first check\n\
                  if it's within expiration window, then copy it to the new token",
    allow: "POST, OPTIONS",
};

pub(crate) const VERIFY_TOKEN: Endpoint = Endpoint {
    name: "Verify Json Web Token",
    description: "API View that checks the veracity of a token, returning the token if it\nis valid.",
    allow: "POST, OPTIONS",
};

/// `account/`
pub(crate) async fn account(request: HttpRequest, body: Payload, services: Data<Services>) -> HttpResponse {
    let mut body = RequestBody::new(&request, body, services.body_limits, &[]);
    answer(&request, &ACCOUNT, async |call| account::view(call, &services, &mut body).await).await
}

/// `auth/obtain_token/`
pub(crate) async fn obtain_token(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    let client = services.gate.client(&request);
    token_view(
        &request,
        body,
        &services,
        &OBTAIN_TOKEN,
        tokens::CREDENTIAL_FIELDS,
        async |services, input| obtain_token::post(services, input, client).await,
    )
    .await
}

/// `auth/refresh_token/`
pub(crate) async fn refresh_token(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    token_view(&request, body, &services, &REFRESH_TOKEN, tokens::TOKEN_FIELDS, refresh_token::post).await
}

/// `auth/verify_token/`
pub(crate) async fn verify_token(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    token_view(&request, body, &services, &VERIFY_TOKEN, tokens::TOKEN_FIELDS, verify_token::post).await
}

/// What the token endpoints share: POST and OPTIONS, and nobody is asked who they are.
async fn token_view(
    request: &HttpRequest,
    body: Payload,
    services: &Services,
    endpoint: &'static Endpoint,
    fields: &'static [Field],
    post: impl AsyncFnOnce(&Services, &Input) -> Result<String, Failure>,
) -> HttpResponse {
    answer(request, endpoint, async |call| {
        call.note_fields(fields);
        services.gate.throttle(call, None, "tokens").await?;
        match call.method() {
            "POST" => {
                let input = read_input(request, body, services.body_limits, fields).await?;
                let token = post(services, &input).await?;
                // A page of another site must not give the browser the token of another account.
                if let Some(TokenCookie { name, max_age }) = &services.token_cookie
                    && !is_from_elsewhere(request, services)
                {
                    call.set_cookie(SetCookie::new(name, &token, *max_age).http_only().to_string());
                }
                Ok(call.reply(actix_web::http::StatusCode::OK, &tokens::Representation { token: &token }))
            }
            "OPTIONS" => Ok(metadata(call, vec![MetadataAction { method: "POST", fields }])),
            _ => Err(call.method_not_allowed()),
        }
    })
    .await
}

/// Whether a page of another site sent this request, as far as browsers tell.
fn is_from_elsewhere(request: &HttpRequest, services: &Services) -> bool {
    let header = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
    if header("sec-fetch-site").is_some_and(|site| site == b"cross-site") {
        return true;
    }
    let links = Links::of(request, &services.proxies);
    header("origin").is_some_and(|origin| links.is_ok_and(|links| origin != links.absolute("").as_bytes()))
}

/// The answer to OPTIONS.
pub(crate) fn metadata(call: &Call<'_>, actions: Vec<MetadataAction>) -> Reply {
    let Endpoint { name, description, allow: _ } = *call.endpoint();
    let metadata = Metadata { name, description, renders: RENDERS, parses: PARSES, actions };
    call.reply(actix_web::http::StatusCode::OK, &metadata)
}

/// Whom a token for this account is for.
fn subject(account: &Account) -> TokenSubject<'_> {
    TokenSubject { user_id: account.id, username: &account.username, email: &account.email }
}
