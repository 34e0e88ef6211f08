//! The routes of the library: accounts, login pages, setup, the admin, documentation.

use actix_web::Resource;
use presspass_rest::pages::{self, Addresses, Link, Section};

use super::route::Route;
use super::{accounts, admin, api_auth, docs, health, jwks, schema, setup};

/// Logins, tokens, accounts: anyone may send them bodies, and nothing in those is long.
const fn small(patterns: &'static [&'static str], view: fn(Resource) -> Resource) -> Route {
    Route::new(patterns, view).with_small_bodies()
}

/// Every route of the library, the most used first.
pub(crate) const ROUTES: &[Route] = &[
    small(&["/account/", "/api/account/"], |it| it.to(accounts::account)),
    // Django's patterns for these three have no end anchor.
    small(&["/auth/obtain_token/{rest:.*}", "/api/auth/obtain_token/{rest:.*}"], |it| {
        it.to(accounts::obtain_token)
    }),
    small(&["/auth/refresh_token/{rest:.*}", "/api/auth/refresh_token/{rest:.*}"], |it| {
        it.to(accounts::refresh_token)
    }),
    small(&["/auth/verify_token/{rest:.*}", "/api/auth/verify_token/{rest:.*}"], |it| {
        it.to(accounts::verify_token)
    }),
    small(&["/auth/revoke_token/", "/api/auth/revoke_token/"], |it| it.to(accounts::revoke_token)),
    small(&["/auth/revoke_all/", "/api/auth/revoke_all/"], |it| it.to(accounts::revoke_all)),
    small(&["/auth/revoke_all/{id:[0-9]+}/", "/api/auth/revoke_all/{id:[0-9]+}/"], |it| {
        it.to(accounts::revoke_all_of)
    }),
    small(&["/account/password/", "/api/account/password/"], |it| it.to(accounts::password)),
    small(&["/account/api_keys/", "/api/account/api_keys/"], |it| it.to(accounts::api_keys)),
    small(&["/account/api_keys/{id:[0-9]+}/", "/api/account/api_keys/{id:[0-9]+}/"], |it| {
        it.to(accounts::api_key)
    }),
    small(&["/api-auth/login/"], |it| it.to(api_auth::login)),
    small(&["/api-auth/logout/"], |it| it.to(api_auth::logout)),
    Route::exact(&["/accounts/profile/"], |it| it.to(api_auth::profile)).with_small_bodies(),
    small(&["/api-auth/token/"], |it| it.to(api_auth::pasted_token)),
    Route::exact(&["/setup/{token}/"], |it| it.to(setup::page)).with_small_bodies(),
    small(&["/health/"], |it| it.to(health::health)),
    Route::exact(&["/.well-known/jwks.json"], |it| it.to(jwks::view)),
    small(&["/api/schema/"], |it| it.to(schema::view)),
    small(&["/api/docs/"], |it| it.to(docs::page)),
    Route::exact(&["/api/docs/{version}/{file}"], |it| it.to(docs::file)),
    Route::exact(&[pages::STATIC_PATH], |it| it.to(pages::asset)),
    small(&["/admin/login/"], |it| it.to(admin::login)),
    small(&["/admin/logout/"], |it| it.to(admin::logout)),
    small(&["/admin/password_change/"], |it| it.to(admin::password_change)),
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

/// Where the pages for logging in and out are.
pub(crate) const PAGES: Addresses =
    Addresses { log_in: "/api-auth/login/", log_out: "/api-auth/logout/", token: "/api-auth/token/" };

/// The links of the start page and of every page's header: the project's own, then the library's.
pub(crate) fn sections(project: &[Section]) -> Vec<Section> {
    let library = [
        ("Account", "/api/account/", "Your account."),
        ("Token", "/api/auth/obtain_token/", "Get a token with a user name and a password."),
        ("Admin", "/admin/", "Manage records and accounts."),
        ("Docs", "/api/docs/", "All requests and responses, as an OpenAPI document."),
    ];
    let library = library.map(|(label, address, about)| Section { link: Link::new(label, address), about });
    project.iter().cloned().chain(library).collect()
}
