//! `api-auth/token/`: browse the API with a token instead of a login.

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use presspass_rest::pages::{Message, Site, authorization, token_cookie};
use presspass_rest::{Failure, Query, answer_page, forget_cookie};
use presspass_serializers::{Field, Input, Look};

use super::csrf::{Form, read, text};
use super::page::OUT_OF_DATE;
use super::{bare, page, respond};
use crate::app::services::Services;

const FIELDS: [Field; 2] = [
    Field::text("token", "Token", None)
        .look(Look::Token)
        .help("Paste the token, or the whole value of an Authorization header."),
    Field::text("next", "Next", None),
];

const ALLOW: &str = "GET, HEAD, POST";

/// Where the browser continues by default.
const HOME: &str = "/";

const NO_TOKEN: &str = "This is not a token. To use a user name and a password, go to the login page.";

/// `api-auth/token/`
pub(crate) async fn pasted_token(
    request: HttpRequest,
    body: Payload,
    services: Data<Services>,
) -> HttpResponse {
    answer_page(&request, Site::Api, async || match *request.method() {
        Method::GET | Method::HEAD => form(&request, &services, &[], &Input::empty()),
        Method::POST => match read(&request, body, &services, &FIELDS).await? {
            Form::Ours(input) => submitted(&request, &services, &input).await,
            Form::Forged(input, error) => {
                services.form_refused(&request, &error);
                if !services.pages.may_be_ours(&request) {
                    return Ok(respond(&request, &services, page::forged(Site::Api), &[]));
                }
                let mut response = form(&request, &services, &[OUT_OF_DATE.to_owned()], &input)?;
                *response.status_mut() = StatusCode::FORBIDDEN;
                Ok(response)
            }
        },
        _ => Ok(bare(StatusCode::METHOD_NOT_ALLOWED, ALLOW)),
    })
    .await
}

async fn submitted(
    request: &HttpRequest,
    services: &Services,
    input: &Input,
) -> Result<HttpResponse, Failure> {
    let pasted = text(input, "token");
    let next = next(request, services, input)?;
    let next = next.as_deref().unwrap_or(HOME);
    let name = &services.cookies.pages.token;
    // The button that forgets it sends none.
    let Some(pasted) = pasted else {
        let mut response = services.pages.redirect(next, &[Message::info("The token was removed.")]);
        add_cookie(&mut response, forget_cookie(name));
        return Ok(response);
    };
    let Some(authorization) = authorization(pasted, &services.pages.token_prefix) else {
        return form(request, services, &[NO_TOKEN.to_owned()], input);
    };
    match account(request, services, &authorization).await {
        Ok(Some(username)) => {
            tracing::info!("pasted token accepted");
            let message =
                Message::success(format!("You are browsing as {username} with this token, for one hour."));
            let mut response = services.pages.redirect(next, &[message]);
            add_cookie(&mut response, token_cookie(name, &authorization));
            Ok(response)
        }
        Ok(None) => form(request, services, &[NO_TOKEN.to_owned()], input),
        Err(Failure::Refused(refusal)) => form(request, services, &[refusal.detail().into_owned()], input),
        Err(other) => Err(other),
    }
}

/// Whose token it is; `Ok(None)` where none of the authenticators knows its kind.
async fn account(
    request: &HttpRequest,
    services: &Services,
    authorization: &str,
) -> Result<Option<String>, Failure> {
    let Ok(value) = HeaderValue::try_from(authorization) else { return Ok(None) };
    // As if a client had sent it, and nothing else.
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, value);
    let identity = services.access.identify_by(request, &headers).await?;
    let account = services.access.resolve(request, identity).await?;
    Ok(account.map(|caller| caller.account.username))
}

fn next(request: &HttpRequest, services: &Services, input: &Input) -> Result<Option<String>, Failure> {
    let query = Query::parse(request.query_string());
    let next = text(input, "next").or_else(|| query.get("next")).unwrap_or_default();
    services.pages.next(request, next)
}

fn form(
    request: &HttpRequest,
    services: &Services,
    problems: &[String],
    input: &Input,
) -> Result<HttpResponse, Failure> {
    let token = services.pages.form_token(request)?;
    let next = next(request, services, input)?.unwrap_or_default();
    let page = page::paste_token(&token.masked, &next, &FIELDS[0], problems);
    Ok(respond(request, services, page, &[token.cookie]))
}

fn add_cookie(response: &mut HttpResponse, cookie: String) {
    if let Ok(line) = cookie.try_into() {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}
