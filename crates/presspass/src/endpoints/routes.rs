//! Which path is whose: the one table of routes.

use std::sync::OnceLock;

use actix_web::dev::ResourceDef;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource};
use presspass_rest::pages::{Addresses, Link, Place};
use presspass_rest::{SlashRedirect, pages};

use crate::endpoints::accounts;
use crate::endpoints::admin;
use crate::endpoints::api_auth;
use crate::endpoints::docs;
use crate::endpoints::health;
use crate::endpoints::jwks;
use crate::endpoints::posts;
use crate::endpoints::schema;
use crate::endpoints::setup;

/// A view and the paths that are its.
struct Route {
    /// actix's patterns.
    patterns: &'static [&'static str],
    /// Whether who forgets the last slash is redirected to it.
    completes_slash: bool,
    /// Makes the view the resource's, for all methods: actix's own method routing would answer 405 before anyone is asked
    /// who they are.
    view: fn(Resource) -> Resource,
}

impl Route {
    const fn new(patterns: &'static [&'static str], view: fn(Resource) -> Resource) -> Self {
        Self { patterns, completes_slash: true, view }
    }

    /// One that is there as it is written, or not at all.
    const fn exact(patterns: &'static [&'static str], view: fn(Resource) -> Resource) -> Self {
        Self { patterns, completes_slash: false, view }
    }
}

/// Every route, the most used first. Each has its line in tests/server/matrix/requests.rs.
const ROUTES: &[Route] = &[
    Route::new(&["/api/posts/{id:[0-9]+}/"], |it| it.to(posts::detail)),
    Route::new(&["/api/posts/"], |it| it.to(posts::list)),
    Route::new(&["/account/", "/api/account/"], |it| it.to(accounts::account)),
    // The original's patterns for these three have no end anchor.
    Route::new(&["/auth/obtain_token/{rest:.*}", "/api/auth/obtain_token/{rest:.*}"], |it| {
        it.to(accounts::obtain_token)
    }),
    Route::new(&["/auth/refresh_token/{rest:.*}", "/api/auth/refresh_token/{rest:.*}"], |it| {
        it.to(accounts::refresh_token)
    }),
    Route::new(&["/auth/verify_token/{rest:.*}", "/api/auth/verify_token/{rest:.*}"], |it| {
        it.to(accounts::verify_token)
    }),
    Route::new(&["/auth/revoke_token/", "/api/auth/revoke_token/"], |it| it.to(accounts::revoke_token)),
    Route::new(&["/auth/revoke_all/", "/api/auth/revoke_all/"], |it| it.to(accounts::revoke_all)),
    Route::new(&["/auth/revoke_all/{id:[0-9]+}/", "/api/auth/revoke_all/{id:[0-9]+}/"], |it| {
        it.to(accounts::revoke_all_of)
    }),
    Route::new(&["/account/password/", "/api/account/password/"], |it| it.to(accounts::password)),
    Route::new(&["/account/api_keys/", "/api/account/api_keys/"], |it| it.to(accounts::api_keys)),
    Route::new(&["/account/api_keys/{id:[0-9]+}/", "/api/account/api_keys/{id:[0-9]+}/"], |it| {
        it.to(accounts::api_key)
    }),
    Route::new(&["/api-auth/login/"], |it| it.to(api_auth::login)),
    Route::new(&["/api-auth/logout/"], |it| it.to(api_auth::logout)),
    Route::new(&["/api-auth/token/"], |it| it.to(api_auth::pasted_token)),
    Route::exact(&["/setup/{token}/"], |it| it.to(setup::page)),
    Route::new(&["/health/"], |it| it.to(health::health)),
    Route::exact(&["/.well-known/jwks.json"], |it| it.to(jwks::view)),
    Route::new(&["/api/schema/"], |it| it.to(schema::view)),
    Route::new(&["/api/docs/"], |it| it.to(docs::page)),
    Route::exact(&["/api/docs/{version}/{file}"], |it| it.to(docs::file)),
    Route::exact(&[pages::STATIC_PATH], |it| it.to(pages::asset)),
    Route::new(&["/admin/login/"], |it| it.to(admin::login)),
    Route::new(&["/admin/logout/"], |it| it.to(admin::logout)),
    Route::new(&["/admin/password_change/"], |it| it.to(admin::password_change)),
    Route::new(
        &[
            "/admin/",
            "/admin/{app:[a-z_]+}/",
            "/admin/{app:[a-z_]+}/{model:[a-z_]+}/",
            "/admin/{app:[a-z_]+}/{model:[a-z_]+}/add/",
            "/admin/{app:[a-z_]+}/{model:[a-z_]+}/{id}/",
            "/admin/{app:[a-z_]+}/{model:[a-z_]+}/{id}/{page:change|delete|history|password}/",
        ],
        |it| it.to(admin::page),
    ),
];

/// The patterns of all routes, as actix reads them: for tests that must leave none out.
pub fn route_patterns() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().flat_map(|route| route.patterns).copied()
}

/// Gives each path to its view.
#[expect(clippy::disallowed_methods, reason = "the one place where routes are made")]
pub(crate) fn configure(config: &mut ServiceConfig) {
    for route in ROUTES {
        config.service((route.view)(web::resource(route.patterns.to_vec())));
    }
    config.default_service(web::to(nobodys));
}

/// Where pages are that pages lead to.
pub(crate) const PAGES: Addresses =
    Addresses { log_in: "/api-auth/login/", log_out: "/api-auth/logout/", token: "/api-auth/token/" };

/// What pages lead to, wherever one is.
pub(crate) fn places() -> Vec<Place> {
    [
        ("Posts", "/api/posts/", "Read, write and search posts."),
        ("Account", "/api/account/", "Who you are here."),
        ("Token", "/api/auth/obtain_token/", "A token for a name and a password."),
        ("Admin", "/admin/", "Write posts, and manage accounts."),
        ("Docs", "/api/docs/", "All requests and answers, as an OpenAPI document."),
    ]
    .map(|(label, address, about)| Place { link: Link::new(label, address), about })
    .into()
}

/// A path that no endpoint has.
async fn nobodys(request: HttpRequest) -> HttpResponse {
    SlashRedirect::new(is_known).answer(&request)
}

/// Whether a path is there, but for its last slash perhaps.
fn is_known(path: &str) -> bool {
    static DEFINITIONS: OnceLock<Vec<ResourceDef>> = OnceLock::new();
    DEFINITIONS
        .get_or_init(|| {
            let completed = ROUTES.iter().filter(|route| route.completes_slash);
            completed.map(|route| ResourceDef::new(route.patterns.to_vec())).collect()
        })
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
        // A secret, and files: whoever asks for them a little otherwise is told nothing.
        for exact in ["/setup/x/", "/api/docs/1/start.js"] {
            assert!(!is_known(exact), "{exact}");
        }
    }
}
