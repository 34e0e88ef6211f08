//! `Route` and the route table: which view answers which path.

use std::fmt;
use std::sync::Arc;

use actix_web::dev::ResourceDef;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, Resource};
use presspass_rest::redirect_to_slash;

use super::api_auth;
use super::schema::{self, ApiOperation, ApiPart, Context};
use crate::app::requests::BodyLimits;
use crate::app::services::Services;
use crate::settings::Limits;

/// A view and the paths that it answers.
#[derive(Debug, Clone)]
pub struct Route {
    patterns: &'static [&'static str],
    completes_slash: bool,
    has_small_bodies: bool,
    view: View,
    operations: Vec<ApiOperation>,
}

/// How a view is put into a resource of actix.
#[derive(Clone)]
enum View {
    Of(fn(Resource) -> Resource),
    Shared(Arc<dyn Fn(Resource) -> Resource + Send + Sync>),
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("View")
    }
}

impl Route {
    /// A view for these patterns of actix (`/api/posts/{id:[0-9]+}/`), which end with a slash: a request without it is
    /// redirected, as Django's `APPEND_SLASH` does. `view` is `|resource| resource.to(handler)`: the handler answers every
    /// method itself, because actix's method routing would answer 405 before the caller is authenticated.
    #[must_use]
    pub const fn new(patterns: &'static [&'static str], view: fn(Resource) -> Resource) -> Self {
        Self {
            patterns,
            completes_slash: true,
            has_small_bodies: false,
            view: View::Of(view),
            operations: Vec::new(),
        }
    }

    /// The same without redirects.
    #[must_use]
    pub const fn exact(patterns: &'static [&'static str], view: fn(Resource) -> Resource) -> Self {
        Self {
            patterns,
            completes_slash: false,
            has_small_bodies: false,
            view: View::Of(view),
            operations: Vec::new(),
        }
    }

    /// The same for a view that knows more than its function.
    pub(crate) fn shared(
        patterns: &'static [&'static str],
        view: impl Fn(Resource) -> Resource + Send + Sync + 'static,
    ) -> Self {
        Self {
            patterns,
            completes_slash: true,
            has_small_bodies: false,
            view: View::Shared(Arc::new(view)),
            operations: Vec::new(),
        }
    }

    /// The same for a view that anonymous callers may send a body to, or that reads short ones alone.
    #[must_use]
    pub const fn with_small_bodies(mut self) -> Self {
        self.has_small_bodies = true;
        self
    }

    /// Describes one of its methods in the OpenAPI document.
    #[must_use]
    pub fn operation(mut self, operation: ApiOperation) -> Self {
        self.operations.push(operation);
        self
    }

    /// What it adds to the OpenAPI document.
    pub(crate) fn api(&self, context: &Context) -> Option<ApiPart> {
        let pattern = self.patterns.first().filter(|_| !self.operations.is_empty())?;
        Some(schema::part_of(context, pattern, &self.operations))
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

    /// How large the bodies of requests may be.
    pub fn body_limits(&self, limits: &Limits) -> BodyLimits {
        let small = limits.small_body_bytes.min(limits.body_bytes);
        let limit = |route: &Route| if route.has_small_bodies { small } else { limits.body_bytes };
        let routes = self.0.iter().map(|route| (ResourceDef::new(route.patterns.to_vec()), limit(route)));
        BodyLimits::new(routes.collect(), small)
    }

    /// Registers every route; other paths are 404, or are redirected where only the last slash is missing.
    #[expect(clippy::disallowed_methods, reason = "the one place where routes are made")]
    pub fn configure(&self, config: &mut ServiceConfig) {
        for route in self.0.iter() {
            let resource = web::resource(route.patterns.to_vec());
            config.service(match &route.view {
                View::Of(view) => view(resource),
                View::Shared(view) => view(resource),
            });
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
    fn bodies_are_small_but_where_a_form_of_the_admin_or_a_project_is() {
        let project = Route::new(&["/api/notes/"], |it| it);
        let routes = RouteTable::new([project].into_iter().chain(ROUTES.iter().cloned()));
        let limits = routes.body_limits(&Limits {
            body_bytes: 9,
            small_body_bytes: 5,
            bodies_bytes: 0,
            body_time: std::time::Duration::ZERO,
            reader_silence: std::time::Duration::ZERO,
        });
        for (path, limit) in [
            ("/api/notes/", 9),
            ("/admin/posts/post/add/", 9),
            ("/admin/login/", 5),
            ("/api-auth/login/", 5),
            ("/auth/obtain_token/x", 5),
            ("/account/password/", 5),
            ("/setup/x/", 5),
            ("/nowhere/", 5),
        ] {
            assert_eq!(limits.of(path), limit, "{path}");
        }
    }

    #[test]
    fn a_path_without_its_slash_is_redirected_where_its_route_says_so() {
        let known: Vec<_> = RouteTable::new(ROUTES.iter().cloned()).completed().collect();
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
