//! `App`: a project, which adds resources and settings to the library.

use std::ffi::OsString;
use std::fmt;

use actix_web::web::{Data, ServiceConfig};
use presspass_admin::ModelAdmin;
use presspass_persistence::Database;
use presspass_rest::pages::{Link, Section};
use presspass_serializers::openapi::Value;

use super::Outcome;
use super::demo::Demo;
use crate::endpoints::route::{Route, RouteTable};
use crate::endpoints::routes;
use crate::endpoints::schema::{self, ApiInfo, ApiPart, Context};
use crate::settings::{Setting, Settings};

/// Registers what a project's handlers share with one worker.
pub(crate) type Share = Box<dyn Fn(&mut ServiceConfig) + Send + Sync>;

type MakeState = Box<dyn Fn(&Settings, &Database) -> Share + Send + Sync>;

/// A project: the library's commands, settings, account endpoints, login pages and admin, and what is added to them.
///
/// ```no_run
/// use presspass::{ApiInfo, App};
///
/// fn main() -> std::process::ExitCode {
///     App::new(ApiInfo { title: "Accounts", summary: "Accounts alone.", version: "1.0.0" }).run(std::env::args_os()).into()
/// }
/// ```
pub struct App {
    pub(super) info: ApiInfo,
    pub(super) settings: &'static [&'static Setting],
    pub(super) demo: Option<Demo>,
    routes: Vec<Route>,
    sections: Vec<Section>,
    states: Vec<MakeState>,
    api: Vec<fn(&Context) -> ApiPart>,
    admin: Vec<ModelAdmin>,
}

impl App {
    /// A project that adds nothing yet.
    #[must_use]
    pub const fn new(info: ApiInfo) -> Self {
        Self {
            info,
            settings: &[],
            demo: None,
            routes: Vec::new(),
            sections: Vec::new(),
            states: Vec::new(),
            api: Vec::new(),
            admin: Vec::new(),
        }
    }

    /// Adds settings. Those below `throttle.scopes.` are the rates of throttle scopes.
    #[must_use]
    pub const fn settings(mut self, settings: &'static [&'static Setting]) -> Self {
        self.settings = settings;
        self
    }

    /// Adds routes. They are tried before the library's.
    #[must_use]
    pub fn routes(mut self, routes: impl IntoIterator<Item = Route>) -> Self {
        self.routes.extend(routes);
        self
    }

    /// Adds what handlers share, as `Data<T>`.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(
        mut self,
        make: impl Fn(&Settings, &Database) -> T + Send + Sync + 'static,
    ) -> Self {
        self.states.push(Box::new(move |settings, database| {
            let data = Data::new(make(settings, database));
            Box::new(move |config| {
                config.app_data(data.clone());
            })
        }));
        self
    }

    /// Adds paths to the OpenAPI document.
    #[must_use]
    pub fn api(mut self, part: fn(&Context) -> ApiPart) -> Self {
        self.api.push(part);
        self
    }

    /// Adds a model to the admin.
    #[must_use]
    pub fn admin(mut self, model: ModelAdmin) -> Self {
        self.admin.push(model);
        self
    }

    /// Adds a link to the header of pages and to the start page, with one sentence about what it leads to.
    #[must_use]
    pub fn link(mut self, label: &'static str, address: &'static str, about: &'static str) -> Self {
        self.sections.push(Section { link: Link::new(label, address), about });
        self
    }

    /// Sets what the command `demo` serves.
    #[must_use]
    pub const fn demo(mut self, demo: Demo) -> Self {
        self.demo = Some(demo);
        self
    }

    /// Runs a command line. Progress goes to stderr, results to stdout; a failure is one line on stderr.
    pub fn run(&self, arguments: impl Iterator<Item = OsString>) -> Outcome {
        super::run(self, arguments)
    }

    /// The patterns of all routes, as actix reads them: for tests that must leave none out.
    #[must_use]
    pub fn route_patterns(&self) -> Vec<&'static str> {
        self.route_table().patterns().collect()
    }

    /// Every setting, in the order of the documentation.
    pub fn all_settings(&self) -> impl Iterator<Item = &'static Setting> {
        crate::settings::REGISTRY.iter().chain(self.settings).copied()
    }

    /// The OpenAPI document for these settings.
    #[must_use]
    pub fn document(&self, settings: &Settings) -> Value {
        schema::document(settings, &self.info, &self.api)
    }

    pub(super) fn route_table(&self) -> RouteTable {
        RouteTable::new(self.routes.iter().chain(routes::ROUTES).copied())
    }

    pub(super) fn sections(&self) -> Vec<Section> {
        routes::sections(&self.sections)
    }

    pub(super) fn admin_models(&self) -> Vec<ModelAdmin> {
        self.admin.clone()
    }

    pub(super) fn shares(&self, settings: &Settings, database: &Database) -> Vec<Share> {
        self.states.iter().map(|make| make(settings, database)).collect()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("info", &self.info).field("routes", &self.routes).finish_non_exhaustive()
    }
}
