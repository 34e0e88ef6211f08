//! Routes a request to the page that handles it.

use presspass_domain::model::{Field, Kind};

use crate::list::ListState;
use crate::model_admin::ModelAdmin;
use crate::page::Page;
use crate::request::{AdminError, AdminRequest, AdminResponse, Submission, Unsaved};
use crate::route::{AdminRoute, ModelPage};
use crate::site::AdminSite;
use crate::{delete, form, history, index, list, password};

impl AdminSite {
    /// The names of the fields that the form of a page may send: all others can be dropped.
    #[must_use]
    pub fn form_names(&self, route: &AdminRoute) -> Vec<&'static str> {
        let AdminRoute::Model { app_label, model, page } = route else { return Vec::new() };
        let Some(admin) = self.find(app_label, model) else { return Vec::new() };
        let fields = admin.model.all_fields().map(|field| field.name);
        match page {
            ModelPage::List => list::NAMES.to_vec(),
            ModelPage::Add | ModelPage::Change(_) => form::NAMES
                .iter()
                .copied()
                .chain(fields)
                .chain(self.row_names(admin).iter().copied())
                .collect(),
            ModelPage::Password(_) => form::NAMES.to_vec(),
            ModelPage::Delete(_) => delete::NAMES.to_vec(),
            ModelPage::Record(_) | ModelPage::History(_) | ModelPage::InvalidId => Vec::new(),
        }
    }

    /// What to keep of a form that could not be saved; `None` for forms without texts, which are quickly filled in again.
    /// Passwords are dropped.
    #[must_use]
    pub fn unsaved(&self, route: &AdminRoute, sent: &Submission) -> Option<Unsaved> {
        let AdminRoute::Model { app_label, model, page: ModelPage::Add | ModelPage::Change(_) } = route
        else {
            return None;
        };
        let admin = self.find(app_label, model)?;
        let fields = admin.model.fields;
        let is_secret = |field: &&Field| matches!(field.kind, Kind::Password);
        let is_kept = |name: &str| {
            name == form::VERSION
                || fields.iter().any(|it| it.name == name && !is_secret(&it))
                || self.row_names(admin).contains(&name)
        };
        let pairs: Vec<_> = sent.pairs().iter().filter(|(name, _)| is_kept(name)).cloned().collect();
        let texts = fields.iter().filter(|field| matches!(field.kind, Kind::Text(_)));
        let texts = texts.map(|field| (field.label(), sent.text(field.name).to_owned()));
        let texts: Vec<_> = texts.filter(|(_, text)| !text.is_empty()).collect();
        (!texts.is_empty()).then(|| Unsaved { fields: Submission::new(pairs), texts })
    }

    /// The response to a request for a page that needs a staff account.
    ///
    /// # Errors
    /// Where the store cannot answer, or passwords cannot be hashed.
    pub async fn handle(
        &self,
        route: &AdminRoute,
        request: AdminRequest<'_>,
    ) -> Result<AdminResponse, AdminError> {
        match route {
            AdminRoute::Index => index::render_index(self, &request).await,
            AdminRoute::App(app_label) => index::render_app(self, &request, app_label).await,
            AdminRoute::Model { app_label, model, page } => match self.find(app_label, model) {
                Some(admin) => self.handle_model(admin, *page, request).await,
                None => Ok(AdminResponse::NotFound),
            },
            AdminRoute::LogIn | AdminRoute::LogOut | AdminRoute::PasswordChange | AdminRoute::Unknown => {
                Ok(AdminResponse::NotFound)
            }
        }
    }

    async fn handle_model(
        &self,
        admin: &ModelAdmin,
        page: ModelPage,
        request: AdminRequest<'_>,
    ) -> Result<AdminResponse, AdminError> {
        let rights = Self::rights(request.staff, admin);
        // Users without any permission on the model do not learn whether a record exists.
        if !rights.any() {
            return Ok(AdminResponse::Forbidden);
        }
        let list = match page {
            ModelPage::List => ListState::of(admin, &request.query),
            _ => ListState::preserved(admin, &request.query),
        };
        let at = Page { site: self, admin, rights, list: &list };
        match page.with_keys(admin.model.key_kind()) {
            ModelPage::List => list::handle_list(&at, request).await,
            ModelPage::Add => form::handle_add(&at, request).await,
            ModelPage::InvalidId => Ok(at.no_record("")),
            ModelPage::Record(id) => {
                Ok(AdminResponse::Redirect { to: at.path_to(id, "change"), messages: vec![] })
            }
            ModelPage::Change(id) => form::handle_change(&at, id, request).await,
            ModelPage::Delete(id) => delete::handle_delete(&at, id, request).await,
            ModelPage::History(id) => history::handle_history(&at, id, request).await,
            ModelPage::Password(id) => password::handle_password(&at, id, request).await,
        }
    }
}
