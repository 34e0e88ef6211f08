//! `GET /.well-known/jwks.json`: the public keys of tokens, for services that verify them.

use actix_web::http::header::HeaderValue;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use presspass_auth::tokens::KeyRing;
use presspass_rest::{DocumentType, Endpoint, PARSES, answer_document};
use presspass_serializers::Metadata;
use time::OffsetDateTime;

use crate::app::services::Services;

pub(crate) const JWKS: Endpoint = Endpoint::new("Json Web Key Set", "GET, HEAD, OPTIONS")
    .description(
        "The public keys that verify tokens (RFC 7517). Empty where tokens are signed with a secret.",
    )
    .open();

/// The forms of the set, which differ in name alone (RFC 7517, section 8.5.2).
pub(crate) const TYPES: &[DocumentType] = &[
    DocumentType { media_type: "application/json", format: "json" },
    DocumentType { media_type: "application/jwk-set+json", format: "json" },
];

const RENDERS: &[&str] = &[TYPES[0].media_type, TYPES[1].media_type];

/// How long anyone may keep the set: a new key is published an hour before it signs.
const KEPT: &str = "public, max-age=300";

/// `/.well-known/jwks.json`
pub(crate) async fn view(request: HttpRequest, services: Data<Services>) -> HttpResponse {
    let mut response = answer_document(&request, &JWKS, TYPES, async |call| match call.method() {
        "GET" | "HEAD" => {
            Ok(call.written(StatusCode::OK, written(&services.issuer.keys(), services.clock.now())))
        }
        "OPTIONS" => {
            let Endpoint { name, description, .. } = JWKS;
            let metadata =
                Metadata { name, description, renders: RENDERS, parses: PARSES, actions: Vec::new() };
            Ok(call.reply(StatusCode::OK, &metadata))
        }
        _ => Err(call.method_not_allowed()),
    })
    .await;
    if response.status() == StatusCode::OK && request.method() != actix_web::http::Method::OPTIONS {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
    }
    response
}

fn written(keys: &KeyRing, now: OffsetDateTime) -> Vec<u8> {
    keys.jwks(now).into_bytes()
}
