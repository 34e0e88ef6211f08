//! The frame that all pages have.

use actix_web::http::StatusCode;
use askama::Template;

use super::assets::asset_path;
use super::flash::Message;
use super::html::Html;

/// Which part of the service a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// The API that one can browse.
    Api,
    /// The administration.
    Admin,
    /// The first start.
    SetUp,
}

impl Site {
    const fn name(self) -> &'static str {
        match self {
            Self::Api => "Presspass API",
            Self::Admin => "Presspass administration",
            Self::SetUp => "Presspass set-up",
        }
    }

    const fn part(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Admin => "Admin",
            Self::SetUp => "Set-up",
        }
    }

    const fn home(self) -> &'static str {
        match self {
            Self::Api | Self::SetUp => "/",
            Self::Admin => "/admin/",
        }
    }
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What is shown.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it leads to where one is.
    pub is_current: bool,
}

impl Link {
    /// A link to elsewhere.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), is_current: false }
    }
}

/// A part of the service that pages lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub link: Link,
    /// What it is for, in a sentence.
    pub about: &'static str,
}

/// A step on the way to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// What is shown.
    pub label: String,
    /// Where it leads; `None` for where one is, and for steps that are no page.
    pub href: Option<String>,
}

impl Crumb {
    /// A step that is a page.
    #[must_use]
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }

    /// A step that leads nowhere.
    #[must_use]
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }
}

/// The button that logs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogOut {
    /// What stands on it.
    pub label: &'static str,
    /// Where its form is sent.
    pub action: String,
    /// The CSRF token, masked.
    pub csrf: String,
    /// Where it leads.
    pub next: Option<String>,
}

/// Who reads the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserArea {
    /// Nobody asks.
    Hidden,
    /// Nobody whom we know.
    Anonymous {
        /// Where one can log in.
        links: Vec<Link>,
    },
    /// Somebody.
    Known {
        /// Their name.
        name: String,
        /// What is theirs: a change of the password.
        links: Vec<Link>,
        /// How they log out; `None` where nothing of that is in the browser's hands.
        log_out: Option<LogOut>,
    },
}

/// How wide the content is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Width {
    /// Lists, and pages with a column at the side.
    #[default]
    Wide,
    /// Long forms, texts.
    Middle,
    /// A form of few fields, alone on its page.
    Narrow,
}

impl Width {
    const fn class(self) -> &'static str {
        match self {
            Self::Wide => "",
            Self::Middle => " page-middle",
            Self::Narrow => " page-narrow",
        }
    }
}

/// A page: what it says, and the frame around it.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The part of the service.
    pub site: Site,
    /// The status of the answer.
    pub status: StatusCode,
    /// What the browser's tab says, and the heading where there is no other.
    pub title: String,
    /// The heading.
    pub heading: Option<String>,
    /// A sentence below the heading.
    pub lead: Option<String>,
    /// Buttons beside the heading.
    pub actions: Option<Html>,
    /// The way to the page.
    pub crumbs: Vec<Crumb>,
    /// The links of the service's parts.
    pub navigation: Vec<Link>,
    /// Who reads it.
    pub user: UserArea,
    /// What is to be told; those that came by a redirect are added.
    pub messages: Vec<Message>,
    /// How wide it is.
    pub width: Width,
    /// What it is about.
    pub content: Html,
}

impl Layout {
    /// A page with this title and content, and nothing around it yet.
    #[must_use]
    pub fn new(site: Site, title: impl Into<String>, content: Html) -> Self {
        Self {
            site,
            status: StatusCode::OK,
            title: title.into(),
            heading: None,
            lead: None,
            actions: None,
            crumbs: Vec::new(),
            navigation: Vec::new(),
            user: UserArea::Hidden,
            messages: Vec::new(),
            width: Width::Wide,
            content,
        }
    }

    fn heading(&self) -> &str {
        self.heading.as_deref().unwrap_or(&self.title)
    }

    /// The document.
    #[must_use]
    pub fn render(&self) -> String {
        let template = LayoutTemplate {
            layout: self,
            icon: asset_path("favicon.svg"),
            style: asset_path("presspass.css"),
            script: asset_path("presspass.js"),
        };
        Html::of(&template).into_string()
    }
}

#[derive(Template)]
#[template(path = "layout.html")]
struct LayoutTemplate<'l> {
    layout: &'l Layout,
    icon: String,
    style: String,
    script: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_html_is_escaped_and_what_is_stays() {
        let mut layout = Layout::new(Site::Api, "<b>", Html::trusted("<p>x</p>".to_owned()));
        layout.crumbs = vec![Crumb::link("<i>", "/a\"b"), Crumb::here("<u>")];
        layout.user = UserArea::Known { name: "<script>".to_owned(), links: Vec::new(), log_out: None };
        layout.messages = vec![Message::success("<em>")];
        let page = layout.render();
        assert!(page.contains("<p>x</p>"), "{page}");
        for hostile in ["<b>", "<i>", "<u>", "<script>", "<em>", "/a\"b"] {
            assert!(!page.contains(hostile), "{hostile} in {page}");
        }
        assert!(!page.contains("style=") && !page.contains("<style") && !page.contains(" on"), "{page}");
    }
}
