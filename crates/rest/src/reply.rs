//! What a handler answers, and what its page shows beside that.

use std::fmt;

use actix_web::http::StatusCode;

use crate::list::StreamedList;
use crate::pages::{Link, Message};

/// What a handler answers.
#[derive(Debug)]
pub struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Body,
    pub(crate) page: PageParts,
}

/// What a page shows beside the answer.
#[derive(Debug, Default)]
pub(crate) struct PageParts {
    pub links: Vec<Link>,
    pub messages: Vec<Message>,
    pub secret: Option<Secret>,
    /// Whether only the beginning of a list is shown.
    pub is_cut: bool,
}

/// A secret in an answer, such as a new API key.
pub(crate) struct Secret {
    pub title: &'static str,
    pub about: &'static str,
    pub value: String,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("title", &self.title).finish_non_exhaustive()
    }
}

impl Reply {
    pub(crate) const fn new(status: StatusCode, body: Body) -> Self {
        let page = PageParts { links: Vec::new(), messages: Vec::new(), secret: None, is_cut: false };
        Self { status, body, page }
    }

    /// The reply, whose page has buttons for these links.
    #[must_use]
    pub fn with_links(mut self, links: Vec<Link>) -> Self {
        self.page.links = links;
        self
    }

    /// The reply, whose page shows this message.
    #[must_use]
    pub fn with_message(mut self, message: Message) -> Self {
        self.page.messages.push(message);
        self
    }

    /// The reply, whose page offers to copy this secret: it is shown once.
    #[must_use]
    pub fn with_secret(mut self, title: &'static str, about: &'static str, value: &str) -> Self {
        self.page.secret = Some(Secret { title, about, value: value.to_owned() });
        self
    }
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Body {
    Empty,
    /// JSON, or a document.
    Whole(Vec<u8>),
    /// A list that is still being written.
    Stream(StreamedList),
    /// The answer to HEAD for a list that is streamed: its length is unknown.
    HeadOfStream,
}
