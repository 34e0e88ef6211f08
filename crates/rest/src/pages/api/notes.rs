//! What an endpoint lets the page of its answer know.
//!
//! It is kept with the request, and only where the answer is a page: so whatever reads a body or asks a permission can
//! add to it, and endpoints have no more to do for their pages than they do anyway.

use std::fmt;

use actix_web::{HttpMessage as _, HttpRequest};
use presspass_serializers::{Field, Input};

use crate::answer::Call;
use crate::pages::{Link, Message};

/// Who calls, as far as it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum CallerNote {
    /// Nobody asked, or nobody is known.
    #[default]
    Anonymous,
    /// An account of this name.
    Known(String),
}

/// What a list can be asked for by its query, beside its pages.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListControls {
    /// Whether `?search=` looks for texts.
    pub has_search: bool,
    /// What `?ordering=` knows.
    pub orders: &'static [&'static str],
    /// The filters, each a name of the query.
    pub filters: &'static [Field],
    /// Whether `?limit=` cuts the list into pages that it does not have yet.
    pub takes_limit: bool,
}

/// What is known of a request whose answer is a page.
#[derive(Default)]
pub(crate) struct Notes {
    pub caller: CallerNote,
    /// The methods that this caller may use; `None` where the endpoint asks no permission.
    pub methods: Option<Vec<&'static str>>,
    /// The fields that the endpoint reads.
    pub fields: &'static [Field],
    /// What was sent.
    pub typed: Option<Input>,
    pub controls: Option<ListControls>,
    /// Pages that lead on from this one.
    pub links: Vec<Link>,
    /// What the page says beside the answer.
    pub messages: Vec<Message>,
    /// A secret in the answer that is never shown again.
    pub secret: Option<Secret>,
    /// Whether only the beginning of the list is shown.
    pub is_cut: bool,
}

/// A secret that an answer holds, such as a new API key.
pub(crate) struct Secret {
    pub title: &'static str,
    pub about: &'static str,
    pub value: String,
}

impl fmt::Debug for Notes {
    /// What was sent may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notes").field("caller", &self.caller).finish_non_exhaustive()
    }
}

/// Begins to take notes.
pub(crate) fn begin(request: &HttpRequest) {
    request.extensions_mut().insert(Notes::default());
}

/// Takes a note, where the answer is a page.
pub(crate) fn note(request: &HttpRequest, take: impl FnOnce(&mut Notes)) {
    if let Some(notes) = request.extensions_mut().get_mut::<Notes>() {
        take(notes);
    }
}

/// All notes; a later call finds none.
pub(crate) fn taken(request: &HttpRequest) -> Notes {
    request.extensions_mut().remove::<Notes>().unwrap_or_default()
}

/// What endpoints tell the pages of their answers.
impl Call<'_> {
    /// Takes note of the fields that the endpoint reads: a page makes forms of them.
    pub fn note_fields(&self, fields: &'static [Field]) {
        note(self.request(), |notes| notes.fields = fields);
    }

    /// Takes note that the endpoint asks permissions: without one a page offers nothing.
    pub fn note_guarded(&self) {
        note(self.request(), |notes| notes.methods = Some(Vec::new()));
    }

    /// Takes note of the caller's name; `None` is nobody.
    pub fn note_caller(&self, name: Option<&str>) {
        let caller = name.map_or(CallerNote::Anonymous, |name| CallerNote::Known(name.to_owned()));
        note(self.request(), |notes| notes.caller = caller);
    }

    /// Takes note of the methods that this caller may use: a page offers them.
    pub fn note_methods(&self, methods: Vec<&'static str>) {
        note(self.request(), |notes| notes.methods = Some(methods));
    }

    /// Takes note of what a list can be asked for: a page offers it.
    pub fn note_list(&self, controls: ListControls) {
        note(self.request(), |notes| notes.controls = Some(controls));
    }

    /// Records pages that lead on from this one: the page has buttons for them.
    pub fn note_links(&self, links: Vec<Link>) {
        note(self.request(), |notes| notes.links = links);
    }

    /// Records a message for the page.
    pub fn note_message(&self, message: Message) {
        note(self.request(), |notes| notes.messages.push(message));
    }

    /// Records a secret of the answer, which the page offers to copy: it is not shown again.
    pub fn note_secret(&self, title: &'static str, about: &'static str, value: &str) {
        let value = value.to_owned();
        note(self.request(), |notes| notes.secret = Some(Secret { title, about, value }));
    }
}
