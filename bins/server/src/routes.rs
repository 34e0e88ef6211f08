//! Which path is whose.

use std::sync::OnceLock;

use actix_web::dev::ResourceDef;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use presspass_rest::SlashRedirect;

use crate::{accounts, api_auth, health, posts, reader, schema, setup};

const POST_DETAIL: &[&str] = &["/api/posts/{id:[0-9]+}/"];
const POST_LIST: &[&str] = &["/api/posts/"];
const ACCOUNT: &[&str] = &["/account/", "/api/account/"];
// The original's patterns for these have no end anchor.
const OBTAIN_TOKEN: &[&str] = &["/auth/obtain_token/{rest:.*}", "/api/auth/obtain_token/{rest:.*}"];
const REFRESH_TOKEN: &[&str] = &["/auth/refresh_token/{rest:.*}", "/api/auth/refresh_token/{rest:.*}"];
const VERIFY_TOKEN: &[&str] = &["/auth/verify_token/{rest:.*}", "/api/auth/verify_token/{rest:.*}"];
const REVOKE_TOKEN: &[&str] = &["/auth/revoke_token/", "/api/auth/revoke_token/"];
const REVOKE_ALL: &[&str] = &["/auth/revoke_all/", "/api/auth/revoke_all/"];
const REVOKE_ALL_OF: &[&str] = &["/auth/revoke_all/{id:[0-9]+}/", "/api/auth/revoke_all/{id:[0-9]+}/"];
const PASSWORD: &[&str] = &["/account/password/", "/api/account/password/"];
const API_KEYS: &[&str] = &["/account/api_keys/", "/api/account/api_keys/"];
const API_KEY: &[&str] = &["/account/api_keys/{id:[0-9]+}/", "/api/account/api_keys/{id:[0-9]+}/"];
const LOGIN: &[&str] = &["/api-auth/login/"];
const LOGOUT: &[&str] = &["/api-auth/logout/"];

const HEALTH: &[&str] = &["/health/"];
const SCHEMA: &[&str] = &["/api/schema/"];
const READER: &[&str] = &["/api/docs/"];

/// The paths that are redirected to where their last slash is missing.
const KNOWN: [&[&str]; 17] = [
    POST_DETAIL,
    POST_LIST,
    ACCOUNT,
    OBTAIN_TOKEN,
    REFRESH_TOKEN,
    VERIFY_TOKEN,
    REVOKE_TOKEN,
    REVOKE_ALL,
    REVOKE_ALL_OF,
    PASSWORD,
    API_KEYS,
    API_KEY,
    LOGIN,
    LOGOUT,
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
        .service(web::resource(REVOKE_TOKEN.to_vec()).to(accounts::revoke_token))
        .service(web::resource(REVOKE_ALL.to_vec()).to(accounts::revoke_all))
        .service(web::resource(REVOKE_ALL_OF.to_vec()).to(accounts::revoke_all_of))
        .service(web::resource(PASSWORD.to_vec()).to(accounts::password))
        .service(web::resource(API_KEYS.to_vec()).to(accounts::api_keys))
        .service(web::resource(API_KEY.to_vec()).to(accounts::api_key))
        .service(web::resource(LOGIN.to_vec()).to(api_auth::login))
        .service(web::resource(LOGOUT.to_vec()).to(api_auth::logout))
        .service(web::resource("/setup/{token}/").to(setup::page))
        .service(web::resource(HEALTH.to_vec()).to(health::health))
        .service(web::resource(SCHEMA.to_vec()).to(schema::view))
        .service(web::resource(READER.to_vec()).to(reader::page))
        .service(web::resource("/api/docs/{version}/{file}").to(reader::file))
        .default_service(web::to(nobodys));
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
