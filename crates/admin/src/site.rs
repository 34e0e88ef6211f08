//! The admin site: the registered models, and the rights of a user on them.

use std::sync::Arc;

use presspass_auth::StoreError;
use presspass_auth::passwords::Hasher;
use presspass_domain::model::{Model, Record};
use presspass_persistence::Models;
use presspass_rest::pages::{Crumb, Html, Layout, Link, Site};

use crate::HOME;
use crate::display::capitalized;
use crate::inline_names;
use crate::model_admin::{ModelAdmin, RegistrationError};
use crate::policy::{RecordLimits, RecordPolicy};
use crate::staff::{Rights, Staff};

/// The admin: its models, in the order in which they are shown.
#[derive(Debug)]
pub struct AdminSite {
    models: Vec<ModelAdmin>,
    /// The names of the inputs of their inlines.
    row_names: Vec<Vec<&'static str>>,
    pub(crate) store: Models,
    pub(crate) hasher: Arc<Hasher>,
}

impl AdminSite {
    /// A site without models.
    #[must_use]
    pub const fn new(store: Models, hasher: Arc<Hasher>) -> Self {
        Self { models: Vec::new(), row_names: Vec::new(), store, hasher }
    }

    /// Adds a model.
    ///
    /// # Errors
    /// Where the model lacks a field that its admin names.
    pub fn register(mut self, admin: ModelAdmin) -> Result<Self, RegistrationError> {
        admin.check()?;
        // They live as long as the program: there is one site.
        let names = inline_names::names(&admin).into_iter().map(|name| &*String::leak(name));
        self.row_names.push(names.collect());
        self.models.push(admin);
        Ok(self)
    }

    /// The models of an application, or of all, on which the user has any right.
    pub(crate) fn models_of<'s>(
        &'s self,
        staff: &'s Staff,
        app_label: Option<&'s str>,
    ) -> impl Iterator<Item = (&'s ModelAdmin, Rights)> {
        let of_app = move |admin: &&ModelAdmin| app_label.is_none_or(|app| admin.model.app_label == app);
        self.models
            .iter()
            .filter(of_app)
            .map(move |admin| (admin, Self::rights(staff, admin)))
            .filter(|(_, rights)| rights.any())
    }

    pub(crate) fn app_name(&self, app_label: &str) -> String {
        let mut of_app = self.models.iter().filter(|admin| admin.model.app_label == app_label);
        let named = of_app.find_map(|admin| admin.app_name);
        named.map_or_else(|| capitalized(app_label), str::to_owned)
    }

    pub(crate) fn find(&self, app_label: &str, model: &str) -> Option<&ModelAdmin> {
        self.models.iter().find(|admin| (admin.model.app_label, admin.model.name) == (app_label, model))
    }

    /// The names of the inputs that the inlines of a model may have.
    pub(crate) fn row_names(&self, admin: &ModelAdmin) -> &[&'static str] {
        let at = self.models.iter().position(|known| known.model.is(admin.model));
        at.and_then(|at| self.row_names.get(at)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn rights(staff: &Staff, admin: &ModelAdmin) -> Rights {
        let model = admin.model;
        let rights = staff.rights(model.app_label, model.name);
        let rights = admin.policy.as_ref().map_or(rights, |policy| policy.rights(rights));
        if admin.is_writable { rights } else { rights.only_view() }
    }

    pub(crate) async fn record_limits(
        staff: &Staff,
        admin: &ModelAdmin,
        record: Option<&Record>,
    ) -> Result<RecordLimits, StoreError> {
        Ok(Self::record_policy(staff, admin).await?.limits(record))
    }

    pub(crate) async fn record_policy(staff: &Staff, admin: &ModelAdmin) -> Result<RecordPolicy, StoreError> {
        match &admin.policy {
            Some(policy) => policy.record_policy(staff).await,
            None => Ok(RecordPolicy::default()),
        }
    }

    /// A page of the admin, without its user area.
    #[must_use]
    pub fn layout(&self, staff: &Staff, title: impl Into<String>, content: Html) -> Layout {
        let mut layout = Layout::new(Site::Admin, title, content);
        layout.navigation = self.navigation(staff, None);
        layout.crumbs = vec![Crumb::link("Home", HOME)];
        layout
    }

    /// The links to all lists that the user may view.
    pub(crate) fn navigation(&self, staff: &Staff, current: Option<&Model>) -> Vec<Link> {
        let models = self.models_of(staff, None).filter(|(_, rights)| rights.view);
        models
            .map(|(admin, _)| Link {
                label: capitalized(&admin.model.verbose_name_plural()),
                href: admin.path(),
                is_current: current.is_some_and(|current| current.is(admin.model)),
            })
            .collect()
    }
}
