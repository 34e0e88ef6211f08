//! Requests to the admin and responses of it, independent of HTTP.

use std::borrow::Cow;

use presspass_auth::StoreError;
use presspass_auth::passwords::Busy;
use presspass_domain::Timestamp;
use presspass_domain::model::{Key, KeyKind};
use presspass_rest::Query;
use presspass_rest::pages::{Layout, Message};

use crate::staff::Staff;

/// What a form sent: names and values in their order, names possibly repeated.
#[derive(Debug, Clone, Default)]
pub struct Submission(Vec<(String, String)>);

impl Submission {
    #[must_use]
    pub const fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The value of a name; of several the last.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name; empty where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The size of all names and values in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// What was sent under names with this prefix, without it: one of several records in a form.
    #[must_use]
    pub fn below(&self, prefix: &str) -> Self {
        let pairs = self
            .0
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(prefix)?.to_owned(), value.clone())));
        Self(pairs.collect())
    }

    /// The values of a name that are primary keys of this kind.
    pub fn keys<'s>(&'s self, name: &'s str, kind: KeyKind) -> impl Iterator<Item = Key> + 's {
        self.0.iter().filter(move |(known, _)| known == name).filter_map(move |(_, value)| kind.parse(value))
    }
}

/// What is kept of a form that could not be saved.
#[derive(Debug, Clone)]
pub struct Unsaved {
    /// What fills in the form again.
    pub fields: Submission,
    /// The texts in it, with their labels.
    pub texts: Vec<(Cow<'static, str>, String)>,
}

/// What a request does.
#[derive(Debug)]
pub enum Action {
    View,
    /// Submits the form of the page. Its CSRF token was checked.
    Submit(Submission),
    /// Shows the form filled in with this: it was sent and could not be saved, because the user was not logged in or the page
    /// was from before another login. It is saved when they send it again.
    Review(Submission),
}

/// A request to the admin.
#[derive(Debug)]
pub struct AdminRequest<'a> {
    pub staff: &'a Staff,
    pub query: Query,
    pub action: Action,
    /// The CSRF token of the forms in the response, masked.
    pub csrf: &'a str,
    pub now: Timestamp,
}

/// A response of the admin.
#[derive(Debug)]
pub enum AdminResponse {
    /// A page without its user area.
    Page(Box<Layout>),
    /// A redirect to another page of ours, which shows these messages.
    Redirect {
        /// A path, possibly with a query.
        to: String,
        messages: Vec<Message>,
    },
    /// The same, after the password of this account was changed: its other sessions have to end.
    PasswordChanged { account_id: i64, to: String, message: Message },
    /// 403
    Forbidden,
    /// 404
    NotFound,
    /// A redirect to the login page: the account has since been deleted, disabled or is no longer staff.
    LogIn,
}

impl AdminResponse {
    pub(crate) fn page(layout: Layout) -> Self {
        Self::Page(Box::new(layout))
    }

    pub(crate) fn redirect(to: impl Into<String>, message: Message) -> Self {
        Self::Redirect { to: to.into(), messages: vec![message] }
    }
}

/// A failure that is not the user's.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error("a password could not be hashed: {0}")]
    Hash(String),
    /// The admin named what a model does not have.
    #[error("the admin is wrong: {0}")]
    Registration(String),
}

impl From<presspass_domain::model::QueryError> for AdminError {
    fn from(error: presspass_domain::model::QueryError) -> Self {
        Self::Registration(error.to_string())
    }
}

impl AdminRequest<'_> {
    /// The account that writes, and when.
    pub(crate) const fn actor(&self) -> presspass_domain::model::Actor {
        presspass_domain::model::Actor { account_id: self.staff.account().id, at: self.now }
    }

    /// The form that was submitted.
    pub(crate) const fn submission(&self) -> Option<&Submission> {
        match &self.action {
            Action::View | Action::Review(_) => None,
            Action::Submit(submission) => Some(submission),
        }
    }

    /// What was sent before and is shown again.
    pub(crate) const fn unsaved(&self) -> Option<&Submission> {
        match &self.action {
            Action::Review(submission) => Some(submission),
            Action::View | Action::Submit(_) => None,
        }
    }
}
