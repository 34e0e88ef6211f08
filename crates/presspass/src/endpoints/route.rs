//! Routes: which view answers which path.

use std::sync::Arc;

use actix_web::dev::ResourceDef;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, Resource};
use presspass_rest::redirect_to_slash;

use super::api_auth;
use crate::app::services::Services;

/// A view and the paths that it answers.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    patterns: &'static [&'static str],
    completes_slash: bool,
    view: fn(Resource) -> Resource,
}

impl Route {
    /// A view for these patterns of actix (`/api/posts/{id:[0-9]+}/`), which end with a slash: a request without it is
    /// redirected, as Django's `APPEND_SLASH` does. `view` is `|resource| resource.to(handler)`: the handler answers every
    /// method itself, because actix's method routing would answer 405 before the caller is authenticated.
    #[must_use]
    pub const fn new(patterns: &'static [&'static str], view: fn(Resource) -> Resource) -> Self {
        Self { patterns, completes_slash: true, view }
    }

    /// The same without redirects.
    #[must_use]
    pub const fn exact(patterns: &'static [&'static str], view: fn(Resource) -> Resource) -> Self {
        Self { patterns, completes_slash: false, view }
    }
}

/// All routes of a program, in the order in which they are tried.
#[derive(Debug, Clone)]
pub(crate) struct RouteTable(Arc<[Route]>);

impl RouteTable {
    pub fn new(routes: impl Iterator<Item = Route>) -> Self {
        Self(routes.collect())
    }

    /// The patterns of all routes, as actix reads them.
    pub fn patterns(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().flat_map(|route| route.patterns).copied()
    }

    /// Registers every route; other paths are 404, or are redirected where only the last slash is missing.
    #[expect(clippy::disallowed_methods, reason = "the one place where routes are made")]
    pub fn configure(&self, config: &mut ServiceConfig) {
        for route in self.0.iter() {
            config.service((route.view)(web::resource(route.patterns.to_vec())));
        }
        let known: Arc<[ResourceDef]> = self.completed().collect();
        config.default_service(web::to(move |request: HttpRequest, services: Data<Services>| {
            let known = known.clone();
            async move {
                let reader = api_auth::reader(&request, &services).await;
                let is_known = |path: &str| known.iter().any(|definition| definition.is_match(path));
                redirect_to_slash(&request, reader.as_ref(), is_known)
            }
        }));
    }

    /// What paths look like that may be redirected to.
    fn completed(&self) -> impl Iterator<Item = ResourceDef> {
        let completed = self.0.iter().filter(|route| route.completes_slash);
        completed.map(|route| ResourceDef::new(route.patterns.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoints::routes::ROUTES;

    #[test]
    fn a_path_without_its_slash_is_redirected_where_its_route_says_so() {
        let known: Vec<_> = RouteTable::new(ROUTES.iter().copied()).completed().collect();
        let is_known = |path: &str| known.iter().any(|definition| definition.is_match(path));
        for known in ["/account/", "/api/account/", "/auth/verify_token/"] {
            assert!(is_known(known), "{known}");
        }
        for unknown in ["/", "/api/", "/accounts/", "/api/account/x/", "/auth/revoke_all/-1/"] {
            assert!(!is_known(unknown), "{unknown}");
        }
        // A secret, and files: a path that is nearly right must not show that they exist.
        for exact in ["/setup/x/", "/api/docs/1/start.js"] {
            assert!(!is_known(exact), "{exact}");
        }
    }
}
