//! Forms that were refused are shown again with what was typed, and with a login where that is needed.

use super::Answer;
use crate::failure::Failure;
use crate::pages::submitted::{LARGEST_KEPT, PASSWORD, Submitted, USERNAME};
use crate::pages::{Fieldset, FormField, LineKind, Message, Pages, Widget};

const OUT_OF_DATE: &str = "This form was out of date, so nothing was saved. Send it again.";
const LOGGED_OUT: &str = "You are not logged in, so nothing was saved. Log in here to save what you typed.";
const NO_SESSIONS: &str =
    "You are not logged in, so nothing was saved. Use a token in another tab, then send this again.";
const DENIED: &str =
    "Your account may not do this, so nothing was saved. Log in with another account to save what you typed.";
const KEPT: &str = "Nothing was saved. What you typed is in the form on this page.";
const TOO_LONG: &str = "Nothing was saved, and what you sent is too long to be shown again here. Go back: your browser \
                        still has it. Log in in another tab, then send it again.";

/// Why the form of a page was refused.
pub(super) struct Refusal {
    pub method: &'static str,
    pub is_shown: bool,
    /// The user name of the login, where the form has one.
    log_in: Option<String>,
    /// The message, where it is not the failure's own.
    reason: Option<&'static str>,
}

impl Refusal {
    /// `None` for requests that are no form of a page, and for forms that were accepted.
    pub fn of(answer: &Answer<'_>, submitted: Option<&Submitted>, pages: Option<&Pages>) -> Option<Self> {
        let (submitted, failure) = (submitted?, answer.failure?);
        let method = answer.call.endpoint.writes().find(|method| submitted.method == *method)?;
        let is_anonymous = answer.call.viewer.name.is_none();
        let tried = submitted.log_in.as_ref();
        let takes_sessions = pages.is_some_and(|pages| pages.takes_sessions);
        let is_unauthenticated = failure.is_unauthenticated();
        let (needs_log_in, reason) = match failure {
            Failure::Throttled(_) if tried.is_some() => (true, None),
            Failure::Refused(_) if is_unauthenticated && tried.is_some() => (true, None),
            Failure::Refused(_) if !is_unauthenticated && !submitted.is_current && !is_anonymous => {
                (false, Some(OUT_OF_DATE))
            }
            Failure::Refused(_) if is_anonymous => {
                (true, Some(if takes_sessions { LOGGED_OUT } else { NO_SESSIONS }))
            }
            Failure::Refused(_) if !is_unauthenticated && takes_sessions => (true, Some(DENIED)),
            _ => (false, None),
        };
        let is_shown = !needs_log_in || submitted.len() <= LARGEST_KEPT;
        let username = tried.map(|it| it.username.clone()).unwrap_or_default();
        let log_in = (needs_log_in && takes_sessions && is_shown).then_some(username);
        Some(Self { method, is_shown, log_in, reason })
    }

    /// The message at the top of the page: on a phone the form is far below.
    pub fn message(&self) -> Option<Message> {
        let text = if self.is_shown { self.reason.map(|_| KEPT) } else { Some(TOO_LONG) };
        text.map(Message::warning)
    }

    pub fn errors(&self, failure: &Failure) -> Vec<String> {
        match self.reason {
            Some(reason) => vec![reason.to_owned()],
            None => failure.detail().into_iter().collect(),
        }
    }

    pub fn log_in(&self) -> Option<Fieldset> {
        let username = self.log_in.clone()?;
        let line = Widget::Line { kind: LineKind::Username, value: username };
        let fields = vec![
            FormField::with(USERNAME, "User name", line).autocomplete("username"),
            FormField::with(PASSWORD, "Password", Widget::Password).autocomplete("current-password"),
        ];
        Some(Fieldset { legend: Some("Log in".to_owned()), fields, ..Fieldset::default() })
    }

    pub fn label(&self, method: &str) -> String {
        if self.log_in.is_some() { format!("Log in and {method}") } else { method.to_owned() }
    }
}
