//! Which path is whose.

use std::sync::OnceLock;

use actix_web::dev::ResourceDef;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use presspass_rest::pages::{Link, Place};
use presspass_rest::{SlashRedirect, pages};

use crate::{accounts, api_auth, health, posts, reader, schema, setup};

const POST_DETAIL: &[&str] = &["/api/posts/{id:[0-9]+}/"];
const POST_LIST: &[&str] = &["/api/posts/"];
const ACCOUNT: &[&str] = &["/account/", "/api/account/"];
// The original's patterns for these have no end anchor.
const OBTAIN_TOKEN: &[&str] = &["/auth/obtain_token/{rest:.*}", "/api/auth/obtain_token/{rest:.*}"];
const REFRESH_TOKEN: &[&str] = &["/auth/refresh_token/{rest:.*}", "/api/auth/refresh_token/{rest:.*}"];
const VERIFY_TOKEN: &[&str] = &["/auth/verify_token/{rest:.*}", "/api/auth/verify_token/{rest:.*}"];
const LOGIN: &[&str] = &["/api-auth/login/"];
const LOGOUT: &[&str] = &["/api-auth/logout/"];
const PASTED_TOKEN: &[&str] = &["/api-auth/token/"];

const HEALTH: &[&str] = &["/health/"];
const SCHEMA: &[&str] = &["/api/schema/"];
const READER: &[&str] = &["/api/docs/"];

/// The paths that are redirected to where their last slash is missing.
const KNOWN: [&[&str]; 12] = [
    POST_DETAIL,
    POST_LIST,
    ACCOUNT,
    OBTAIN_TOKEN,
    REFRESH_TOKEN,
    VERIFY_TOKEN,
    LOGIN,
    LOGOUT,
    PASTED_TOKEN,
    HEALTH,
    SCHEMA,
    READER,
];

/// Gives each path to its view. A path is one resource for all methods: actix's own method routing would answer 405
/// before anyone is asked who they are.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource(POST_DETAIL.to_vec()).to(posts::detail))
        .service(web::resource(POST_LIST.to_vec()).to(posts::list))
        .service(web::resource(ACCOUNT.to_vec()).to(accounts::account))
        .service(web::resource(OBTAIN_TOKEN.to_vec()).to(accounts::obtain_token))
        .service(web::resource(REFRESH_TOKEN.to_vec()).to(accounts::refresh_token))
        .service(web::resource(VERIFY_TOKEN.to_vec()).to(accounts::verify_token))
        .service(web::resource(LOGIN.to_vec()).to(api_auth::login))
        .service(web::resource(LOGOUT.to_vec()).to(api_auth::logout))
        .service(web::resource(PASTED_TOKEN.to_vec()).to(api_auth::pasted_token))
        .service(web::resource("/setup/{token}/").to(setup::page))
        .service(web::resource(HEALTH.to_vec()).to(health::health))
        .service(web::resource(SCHEMA.to_vec()).to(schema::view))
        .service(web::resource(READER.to_vec()).to(reader::page))
        .service(web::resource("/api/docs/{version}/{file}").to(reader::file))
        .service(web::resource(pages::STATIC_PATH).to(pages::asset))
        .default_service(web::to(nobodys));
}

/// What pages lead to, wherever one is.
pub(crate) fn places() -> Vec<Place> {
    [
        ("Posts", "/api/posts/", "Read, write and search posts."),
        ("Account", "/api/account/", "Who you are here."),
        ("Token", "/api/auth/obtain_token/", "A token for a name and a password."),
        ("Docs", "/api/docs/", "All requests and answers, as an OpenAPI document."),
    ]
    .map(|(label, address, about)| Place { link: Link::new(label, address), about })
    .into()
}

/// A path that no endpoint has.
async fn nobodys(request: HttpRequest) -> HttpResponse {
    SlashRedirect::new(is_known).answer(&request)
}

fn is_known(path: &str) -> bool {
    static DEFINITIONS: OnceLock<Vec<ResourceDef>> = OnceLock::new();
    DEFINITIONS
        .get_or_init(|| KNOWN.iter().map(|patterns| ResourceDef::new(patterns.to_vec())).collect())
        .iter()
        .any(|definition| definition.is_match(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_of_the_api_are_known_and_others_are_not() {
        for known in ["/account/", "/api/account/", "/api/posts/", "/api/posts/01/", "/auth/verify_token/"] {
            assert!(is_known(known), "{known}");
        }
        for unknown in ["/", "/api/", "/posts/", "/api/posts/x/", "/api/posts/-1/", "/api/posts/1/x/"] {
            assert!(!is_known(unknown), "{unknown}");
        }
    }
}
