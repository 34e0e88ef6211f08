//! `App`: a project, which adds resources and settings to the library.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use presspass_admin::ModelAdmin;
use presspass_domain::model::Model;
use presspass_persistence::{Database, Project};
use presspass_rest::pages::{Link, Section};
use presspass_serializers::openapi::Value;

use super::Outcome;
use super::demo::Demo;
use super::migrations::Migrations;
use crate::endpoints::resource::{AccountFields, AccountFieldsState, Registered, Resource, ResourceStates};
use crate::endpoints::route::{Route, RouteTable};
use crate::endpoints::routes;
use crate::endpoints::schema::{self, ApiInfo, Context};
use crate::settings::{Problems, Setting, Settings};

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
    pub(super) migrations: Vec<Migrations>,
    routes: Vec<Route>,
    sections: Vec<Section>,
    states: Vec<MakeState>,
    resources: Vec<Arc<Registered>>,
    account_fields: Option<AccountFields>,
    /// What is wrong with the declaration of a resource.
    pub(super) problem: Option<String>,
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
            migrations: Vec::new(),
            routes: Vec::new(),
            sections: Vec::new(),
            states: Vec::new(),
            resources: Vec::new(),
            account_fields: None,
            problem: None,
            admin: Vec::new(),
        }
    }

    /// Adds settings. Those below `throttle.scopes.` are the rates of throttle scopes.
    #[must_use]
    pub fn settings(mut self, settings: &[&'static Setting]) -> Self {
        // There are few of them, and they live as long as the program.
        self.settings = Box::leak(self.settings.iter().chain(settings).copied().collect());
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

    /// Adds resources: their API, OpenAPI, pages, permissions and registration in the admin. A declaration that names what
    /// its model does not have is refused when the program starts.
    #[must_use]
    pub fn resources(mut self, resources: impl IntoIterator<Item = Resource>) -> Self {
        for resource in resources {
            match Registered::new(resource) {
                Ok(registered) => {
                    self = self.settings(&[registered.rate()]);
                    self.resources.push(Arc::new(registered));
                }
                Err(problem) => self.problem = self.problem.or(Some(problem)),
            }
        }
        self
    }

    /// Adds fields of a profile to `GET account/`: those of the record whose one-to-one field `account` is the caller's
    /// account. They are named as in [`Resource::fields`]. Without such a record they are null, as with DRF's
    /// `source='profile.…'`. `account/` only reads them; a resource of the model can write them.
    ///
    /// ```
    /// use presspass::{ApiInfo, App, Field, Model, OnDelete, USER};
    ///
    /// static PROFILE: Model = Model::new("people", "profile")
    ///     .fields(&[Field::one_to_one("user", &USER, OnDelete::Cascade), Field::text("bio", 200).blank()]);
    ///
    /// let info = ApiInfo { title: "People", summary: "Accounts with a profile.", version: "1.0.0" };
    /// let app = App::new(info).account_fields(&PROFILE, "user", &["bio"]);
    /// ```
    #[must_use]
    pub fn account_fields(
        mut self,
        profile: &'static Model,
        account: &'static str,
        fields: &'static [&'static str],
    ) -> Self {
        match AccountFields::new(profile, account, fields) {
            Ok(found) => self.account_fields = Some(found),
            Err(problem) => self.problem = self.problem.or(Some(problem)),
        }
        self
    }

    /// Adds migrations: `.migrations(presspass::migrations!())`. They are run after the library's. A crate whose models
    /// several projects use adds its own; those that are added first are the project's, to which `makemigrations` writes.
    #[must_use]
    pub fn migrations(mut self, migrations: Migrations) -> Self {
        self.migrations.push(migrations);
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
        let mut context = Context::of(settings);
        if let Some(declared) = &self.account_fields {
            context.account_fields = declared.all();
        }
        let of_resources = self.resources.iter().map(|resource| resource.api(&context));
        let own = self.routes.iter().filter_map(|route| route.api(&context));
        schema::document(&context, &self.info, &of_resources.chain(own).collect::<Vec<_>>())
    }

    pub(super) fn route_table(&self) -> RouteTable {
        let of_resources = self.resources.iter().enumerate().flat_map(|(at, resource)| resource.routes(at));
        RouteTable::new(self.routes.iter().cloned().chain(of_resources).chain(routes::ROUTES.iter().cloned()))
    }

    pub(super) fn sections(&self) -> Vec<Section> {
        let of_resources = self.resources.iter().filter_map(|resource| resource.link());
        let of_resources =
            of_resources.map(|(label, address, about)| Section { link: Link::new(label, address), about });
        routes::sections(&self.sections.iter().cloned().chain(of_resources).collect::<Vec<_>>())
    }

    pub(super) fn admin_models(&self) -> Vec<ModelAdmin> {
        self.admin
            .iter()
            .cloned()
            .chain(self.resources.iter().filter_map(|resource| resource.admin()))
            .collect()
    }

    pub(super) fn shares(&self, settings: &Settings, database: &Database) -> Vec<Share> {
        let states = Data::new(ResourceStates::new(&self.resources, settings, database));
        let of_resources: Share = Box::new(move |config| {
            config.app_data(states.clone());
        });
        let of_account = self.account_fields.iter().map(|declared| -> Share {
            let state = Data::new(AccountFieldsState::new(declared, database));
            Box::new(move |config| {
                config.app_data(state.clone());
            })
        });
        self.states
            .iter()
            .map(|make| make(settings, database))
            .chain([of_resources])
            .chain(of_account)
            .collect()
    }

    /// Reads the settings of this project.
    pub(super) fn load(
        &self,
        config: Option<&Path>,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Settings, Problems> {
        let here = std::env::current_dir().unwrap_or_default();
        let mut settings = Settings::load(self.settings, config, environment, &here)?;
        // Once for each command, which is once for each process.
        let models = Box::leak(self.models().into_boxed_slice());
        let migrations: Vec<_> = self.migrations.iter().flat_map(Migrations::all).copied().collect();
        settings.declared = Project { models, migrations: Box::leak(migrations.into_boxed_slice()) };
        Ok(settings)
    }

    /// The models that the project declares.
    pub(super) fn models(&self) -> Vec<&'static Model> {
        let models = self.admin.iter().map(|admin| admin.model);
        let mut all: Vec<&'static Model> = Vec::new();
        let models = models.chain(self.account_fields.iter().map(AccountFields::model));
        for model in self.resources.iter().map(|resource| resource.model()).chain(models) {
            if !all.iter().any(|known| known.is(model)) {
                all.push(model);
            }
        }
        all
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("info", &self.info).field("routes", &self.routes).finish_non_exhaustive()
    }
}
