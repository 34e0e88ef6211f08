//! The registry, and the way of a request through it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use presspass_auth::passwords::Hasher;
use presspass_domain::StoreError;
use presspass_domain::admin::{AdminLog, Model, ModelReader, Record, Relation};
use presspass_rest::pages::{Crumb, Html, Layout, Link, Message, Site};

use crate::ask::{AdminError, Answer, Ask, Want};
use crate::display::capitalized;
use crate::guard::{Limits, Terms};
use crate::list::ListState;
use crate::model_admin::{ModelAdmin, RegistrationError, Store};
use crate::place::{ModelPage, Place};
use crate::staff::{Rights, Staff};
use crate::{HOME, delete, form, history, index, list, password};

/// The admin: all models that are registered, in the order in which they are shown.
#[derive(Debug)]
pub struct AdminSite {
    models: Vec<ModelAdmin>,
    related: Vec<Arc<dyn ModelReader>>,
    pub(crate) log: Arc<dyn AdminLog>,
    pub(crate) hasher: Arc<Hasher>,
}

impl AdminSite {
    /// A site without models. `related` are those that forms refer to and nobody edits.
    #[must_use]
    pub const fn new(
        log: Arc<dyn AdminLog>,
        hasher: Arc<Hasher>,
        related: Vec<Arc<dyn ModelReader>>,
    ) -> Self {
        Self { models: Vec::new(), related, log, hasher }
    }

    /// The site with this model, too.
    ///
    /// # Errors
    /// Where the model lacks what its admin names.
    pub fn register(mut self, admin: ModelAdmin) -> Result<Self, RegistrationError> {
        admin.check()?;
        self.models.push(admin);
        Ok(self)
    }

    /// The models of an application, with what this member of the staff may do with each: only those that they see.
    pub(crate) fn models_of<'s>(
        &'s self,
        staff: &'s Staff,
        app_label: Option<&'s str>,
    ) -> impl Iterator<Item = (&'s ModelAdmin, Rights)> {
        let of_app = move |admin: &&ModelAdmin| app_label.is_none_or(|app| admin.model().app_label == app);
        self.models
            .iter()
            .filter(of_app)
            .map(move |admin| (admin, Self::rights(staff, admin)))
            .filter(|(_, rights)| rights.any())
    }

    /// What an application is called.
    pub(crate) fn app_name(&self, app_label: &str) -> String {
        let mut of_app = self.models.iter().filter(|admin| admin.model().app_label == app_label);
        let named = of_app.find_map(|admin| admin.app_name);
        named.map_or_else(|| capitalized(app_label), str::to_owned)
    }

    fn find(&self, app_label: &str, model: &str) -> Option<&ModelAdmin> {
        self.models.iter().find(|admin| (admin.model().app_label, admin.model().name) == (app_label, model))
    }

    /// The admin of a model that somebody else names: an entry of the log.
    pub(crate) fn admin_of(&self, app_label: &str, model: &str) -> Option<&ModelAdmin> {
        self.find(app_label, model)
    }

    /// Reads the records that a relation refers to.
    pub(crate) fn reader(&self, relation: Relation) -> Option<&dyn ModelReader> {
        let is_it = |model: &Model| (model.app_label, model.name) == (relation.app_label, relation.model);
        let registered = self.models.iter().map(ModelAdmin::reader);
        registered.chain(self.related.iter().map(AsRef::as_ref)).find(|reader| is_it(reader.model()))
    }

    /// What a member of the staff may do with a model.
    pub(crate) fn rights(staff: &Staff, admin: &ModelAdmin) -> Rights {
        let model = admin.model();
        let rights = staff.rights(model.app_label, model.name);
        let rights = admin.guard.as_ref().map_or(rights, |guard| guard.rights(rights));
        match admin.store {
            Store::ReadOnly(_) => rights.only_view(),
            Store::Writable(_) => rights,
        }
    }

    /// What a member of the staff may do with a record, or with a new one.
    pub(crate) async fn limits(
        staff: &Staff,
        admin: &ModelAdmin,
        record: Option<&Record>,
    ) -> Result<Limits, StoreError> {
        Ok(Self::terms(staff, admin).await?.limits(record))
    }

    /// What a member of the staff may do with the records of a model, beyond what their permissions say.
    pub(crate) async fn terms(staff: &Staff, admin: &ModelAdmin) -> Result<Terms, StoreError> {
        match &admin.guard {
            Some(guard) => guard.terms(staff).await,
            None => Ok(Terms::default()),
        }
    }

    /// The names of the fields that the form of a page may send: all others need not be kept.
    #[must_use]
    pub fn form_names(&self, place: &Place) -> Vec<&'static str> {
        let Place::Model { app_label, model, page } = place else { return Vec::new() };
        let Some(admin) = self.find(app_label, model) else { return Vec::new() };
        let fields = admin.model().fields.iter().map(|field| field.name);
        match page {
            ModelPage::List => list::NAMES.to_vec(),
            ModelPage::Add | ModelPage::Change(_) => form::NAMES.iter().copied().chain(fields).collect(),
            ModelPage::Password(_) => form::NAMES.to_vec(),
            ModelPage::Delete(_) => delete::NAMES.to_vec(),
            ModelPage::Record(_) | ModelPage::History(_) | ModelPage::NoRecord => Vec::new(),
        }
    }

    /// The answer to a request for a page that needs a member of the staff.
    ///
    /// # Errors
    /// Where a store cannot answer, or passwords cannot be hashed.
    pub async fn answer(&self, place: &Place, ask: Ask<'_>) -> Result<Answer, AdminError> {
        match place {
            Place::Index => index::all(self, &ask).await,
            Place::App(app_label) => index::one(self, &ask, app_label).await,
            Place::Model { app_label, model, page } => match self.find(app_label, model) {
                Some(admin) => self.of_model(admin, *page, ask).await,
                None => Ok(Answer::NotFound),
            },
            Place::LogIn | Place::LogOut | Place::PasswordChange | Place::Nowhere => Ok(Answer::NotFound),
        }
    }

    async fn of_model(
        &self,
        admin: &ModelAdmin,
        page: ModelPage,
        ask: Ask<'_>,
    ) -> Result<Answer, AdminError> {
        let rights = Self::rights(ask.staff, admin);
        // Whether a record is there is told to nobody who could not look at it, or add one.
        if !rights.any() {
            return Ok(Answer::Forbidden);
        }
        let list = match page {
            ModelPage::List => ListState::of(admin, &ask.query),
            _ => ListState::kept(admin, &ask.query),
        };
        let at = Page { site: self, admin, rights, list: &list };
        match page {
            ModelPage::List => list::answer(&at, ask).await,
            ModelPage::Add => form::add(&at, ask).await,
            ModelPage::NoRecord => Ok(at.no_record("")),
            ModelPage::Record(id) => Ok(Answer::Redirect { to: at.path_to(id, "change"), messages: vec![] }),
            ModelPage::Change(id) => form::change(&at, id, ask).await,
            ModelPage::Delete(id) => delete::one(&at, id, ask).await,
            ModelPage::History(id) => history::answer(&at, id, ask).await,
            ModelPage::Password(id) => password::answer(&at, id, ask).await,
        }
    }

    /// A page of the admin that lacks only who reads it.
    #[must_use]
    pub fn layout(&self, staff: &Staff, title: impl Into<String>, content: Html) -> Layout {
        let mut layout = Layout::new(Site::Admin, title, content);
        layout.navigation = self.navigation(staff, None);
        layout.crumbs = vec![Crumb::link("Home", HOME)];
        layout
    }

    /// The links to all lists that this member of the staff sees.
    fn navigation(&self, staff: &Staff, current: Option<&Model>) -> Vec<Link> {
        let models = self.models_of(staff, None).filter(|(_, rights)| rights.view);
        models
            .map(|(admin, _)| Link {
                label: capitalized(admin.model().verbose_name_plural),
                href: admin.path(),
                is_current: current.is_some_and(|current| current.is(admin.model())),
            })
            .collect()
    }
}

/// A page of a model, for somebody who may do something with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'s> {
    pub site: &'s AdminSite,
    pub admin: &'s ModelAdmin,
    pub rights: Rights,
    /// The list that it is, or was opened from.
    pub list: &'s ListState,
}

impl Page<'_> {
    /// The list, as it was.
    pub fn list_path(&self) -> String {
        format!("{}{}", self.admin.path(), self.list.to_path())
    }

    /// A page of a record, which keeps the list.
    pub fn path_to(&self, id: i64, page: &str) -> String {
        format!("{}{}", self.admin.path_to(id, page), self.list.to_kept())
    }

    /// The form that adds a record, which keeps the list.
    pub fn add_path(&self) -> String {
        format!("{}add/{}", self.admin.path(), self.list.to_kept())
    }

    /// Where the work goes on: the list, where they see it.
    pub fn after(&self) -> String {
        if self.rights.view { self.list_path() } else { HOME.to_owned() }
    }

    /// The model.
    pub fn model(&self) -> &'static Model {
        self.admin.model()
    }

    /// A page below the model's list.
    pub fn layout(&self, staff: &Staff, title: impl Into<String>, content: Html) -> Layout {
        let model = self.model();
        let mut layout = self.site.layout(staff, title, content);
        layout.navigation = self.site.navigation(staff, Some(model));
        layout
            .crumbs
            .push(Crumb::link(self.site.app_name(model.app_label), format!("{HOME}{}/", model.app_label)));
        layout
    }

    /// The crumb of the list: a link, where they see it.
    pub fn list_crumb(&self) -> Crumb {
        let label = capitalized(self.model().verbose_name_plural);
        if self.rights.view { Crumb::link(label, self.list_path()) } else { Crumb::here(label) }
    }

    /// The crumb of a record.
    pub fn record_crumb(&self, record: &Record) -> Crumb {
        Crumb::link(label_of(&record.label), self.path_to(record.id, "change"))
    }

    /// What is answered where a record is gone, in the original's words.
    pub fn no_record(&self, id: impl std::fmt::Display) -> Answer {
        let name = self.model().verbose_name;
        let id = id.to_string();
        let which = if id.is_empty() { String::new() } else { format!(" with ID “{id}”") };
        Answer::redirect(
            HOME,
            Message::warning(format!("{}{which} doesn’t exist. Perhaps it was deleted?", capitalized(name))),
        )
    }
}

impl Ask<'_> {
    /// Who writes, and when.
    pub(crate) const fn actor(&self) -> presspass_domain::admin::Actor {
        presspass_domain::admin::Actor { account_id: self.staff.account().id, at: self.now }
    }

    /// The form that was sent; `None` where somebody only looks.
    pub(crate) const fn submission(&self) -> Option<&crate::ask::Submission> {
        match &self.want {
            Want::See => None,
            Want::Do(submission) => Some(submission),
        }
    }
}

/// What a record is called; something, where its label is blank.
pub(crate) fn label_of(label: &str) -> String {
    if label.trim().is_empty() { "(no name)".to_owned() } else { label.to_owned() }
}

/// The page with another status.
pub(crate) fn with_status(mut layout: Layout, status: StatusCode) -> Layout {
    layout.status = status;
    layout
}
