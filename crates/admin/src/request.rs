//! What a page is asked, and what it answers.

use presspass_auth::passwords::Busy;
use presspass_domain::Timestamp;
use presspass_domain::StoreError;
use presspass_rest::Query;
use presspass_rest::pages::{Layout, Message};

use crate::staff::Staff;

/// What a form sent: names and values in their order, some of them several times.
#[derive(Debug, Clone, Default)]
pub struct Submission(Vec<(String, String)>);

impl Submission {
    /// These names and values.
    #[must_use]
    pub const fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The value of a name; of several the last counts.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name, which is empty where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// How many bytes the names and values have.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// All names and values.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether the name was sent.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All values of a name that are keys.
    pub fn keys<'s>(&'s self, name: &'s str) -> impl Iterator<Item = i64> + 's {
        self.0.iter().filter(move |(known, _)| known == name).filter_map(|(_, value)| value.parse().ok())
    }
}

/// What of a form is kept where it could not be saved.
#[derive(Debug, Clone)]
pub struct Unsaved {
    /// What the form is filled in with again.
    pub fields: Submission,
    /// The texts in it, each with its label.
    pub texts: Vec<(&'static str, String)>,
}

/// What is wanted from a page.
#[derive(Debug)]
pub enum Action {
    /// To see it.
    See,
    /// To do what its form says. It was checked to have come from a page of ours.
    Do(Submission),
    /// To see the form with this in it: it was sent and could not be saved, as the caller was not logged in, or by a page
    /// from before another log-in. It is saved when they send it again.
    Review(Submission),
}

/// A request to the admin.
#[derive(Debug)]
pub struct AdminRequest<'a> {
    /// Who asks.
    pub staff: &'a Staff,
    /// With which query.
    pub query: Query,
    /// What for.
    pub action: Action,
    /// The CSRF token of the forms in the answer, masked.
    pub csrf: &'a str,
    /// When.
    pub now: Timestamp,
}

/// What is answered.
#[derive(Debug)]
pub enum AdminResponse {
    /// A page, which lacks only who reads it.
    Page(Box<Layout>),
    /// On to another page of ours, which tells these messages.
    Redirect {
        /// Its path, with a query perhaps.
        to: String,
        /// What it tells.
        messages: Vec<Message>,
    },
    /// The same, after the password of this account was changed: its other sessions are at an end.
    PasswordChanged {
        /// Whose.
        account_id: i64,
        /// Where to go on.
        to: String,
        /// What is told there.
        message: Message,
    },
    /// They may not (403).
    Forbidden,
    /// There is no such page (404).
    NotFound,
    /// They are no longer who they were when they asked: to the log-in page.
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

/// Why there is no answer. It says nothing about who asks.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The database could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many passwords wait to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// A password could not be hashed.
    #[error("a password could not be hashed: {0}")]
    Hash(String),
    /// The admin asked for what a model does not have.
    #[error("the admin is wrong: {0}")]
    Registration(String),
}

impl From<presspass_domain::admin::QueryError> for AdminError {
    fn from(error: presspass_domain::admin::QueryError) -> Self {
        Self::Registration(error.to_string())
    }
}

impl AdminRequest<'_> {
    /// Who writes, and when.
    pub(crate) const fn actor(&self) -> presspass_domain::admin::Actor {
        presspass_domain::admin::Actor { account_id: self.staff.account().id, at: self.now }
    }

    /// The form that was sent; `None` where somebody only looks.
    pub(crate) const fn submission(&self) -> Option<&Submission> {
        match &self.action {
            Action::View | Action::Review(_) => None,
            Action::Submit(submission) => Some(submission),
        }
    }

    /// What was sent before and is to be shown again.
    pub(crate) const fn unsaved(&self) -> Option<&Submission> {
        match &self.action {
            Action::Review(submission) => Some(submission),
            Action::View | Action::Submit(_) => None,
        }
    }
}
