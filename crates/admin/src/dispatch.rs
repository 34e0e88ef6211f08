//! Leads a request to the page that answers it.

use presspass_domain::admin::{Field, Kind};

use crate::ask::{AdminError, Answer, Ask, Submission, Unsaved};
use crate::list::ListState;
use crate::model_admin::ModelAdmin;
use crate::page::Page;
use crate::place::{ModelPage, Place};
use crate::site::AdminSite;
use crate::{delete, form, history, index, list, password};

impl AdminSite {
    /// The names of the fields that the form of a page may send: all others need not be kept.
    #[must_use]
    pub fn form_names(&self, place: &Place) -> Vec<&'static str> {
        let Place::Model { app_label, model, page } = place else { return Vec::new() };
        let Some(admin) = self.find(app_label, model) else { return Vec::new() };
        let fields = admin.model.fields.iter().map(|field| field.name);
        match page {
            ModelPage::List => list::NAMES.to_vec(),
            ModelPage::Add | ModelPage::Change(_) => form::NAMES.iter().copied().chain(fields).collect(),
            ModelPage::Password(_) => form::NAMES.to_vec(),
            ModelPage::Delete(_) => delete::NAMES.to_vec(),
            ModelPage::Record(_) | ModelPage::History(_) | ModelPage::NoRecord => Vec::new(),
        }
    }

    /// What of a form is kept where it could not be saved; `None` for forms without texts, which are filled in again in no
    /// time. Passwords are not kept.
    #[must_use]
    pub fn unsaved(&self, place: &Place, sent: &Submission) -> Option<Unsaved> {
        let Place::Model { app_label, model, page: ModelPage::Add | ModelPage::Change(_) } = place else {
            return None;
        };
        let fields = self.find(app_label, model)?.model.fields;
        let is_secret = |field: &&Field| matches!(field.kind, Kind::Password);
        let is_kept =
            |name: &str| name == form::VERSION || fields.iter().any(|it| it.name == name && !is_secret(&it));
        let kept: Vec<_> = sent.pairs().iter().filter(|(name, _)| is_kept(name)).cloned().collect();
        let texts = fields.iter().filter(|field| matches!(field.kind, Kind::Text(_)));
        let texts = texts.map(|field| (field.label, sent.text(field.name).to_owned()));
        let texts: Vec<_> = texts.filter(|(_, text)| !text.is_empty()).collect();
        (!texts.is_empty()).then(|| Unsaved { fields: Submission::new(kept), texts })
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
}
