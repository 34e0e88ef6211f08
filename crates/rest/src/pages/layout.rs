//! The frame that all pages have.

use actix_web::http::StatusCode;
use askama::Template;

use super::assets::asset_path;
use super::flash::Message;
use super::html::Html;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    Api,
    Admin,
    SetUp,
}

impl Site {
    const fn name(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Admin => "administration",
            Self::SetUp => "setup",
        }
    }

    const fn part(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Admin => "Admin",
            Self::SetUp => "Setup",
        }
    }

    const fn home(self) -> &'static str {
        match self {
            Self::Api | Self::SetUp => "/",
            Self::Admin => "/admin/",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub label: String,
    pub href: String,
    pub is_current: bool,
}

impl Link {
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), is_current: false }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub link: Link,
    pub about: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    /// Where it leads; `None` for where one is, and for steps that are no page.
    pub href: Option<String>,
}

impl Crumb {
    #[must_use]
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }

    #[must_use]
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogOut {
    pub label: &'static str,
    pub action: String,
    /// The masked CSRF token.
    pub csrf: String,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserArea {
    /// Not shown.
    Hidden,
    Anonymous {
        links: Vec<Link>,
    },
    LoggedIn {
        /// `None` where the browser uses a token and the page did not authenticate it.
        name: Option<String>,
        links: Vec<Link>,
        /// `None` where the browser has nothing to forget.
        log_out: Option<LogOut>,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Width {
    #[default]
    Wide,
    Middle,
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
    pub site: Site,
    pub status: StatusCode,
    /// What the browser's tab says, and the heading where there is no other.
    pub title: String,
    pub heading: Option<String>,
    pub lead: Option<String>,
    pub actions: Option<Html>,
    pub crumbs: Vec<Crumb>,
    pub navigation: Vec<Link>,
    pub user: UserArea,
    /// What is to be told; those that came by a redirect are added.
    pub messages: Vec<Message>,
    pub width: Width,
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

    /// The page, with the title of the project.
    #[must_use]
    pub fn render(&self, project: &str) -> String {
        let template = LayoutTemplate {
            layout: self,
            project,
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
    project: &'l str,
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
        layout.user =
            UserArea::LoggedIn { name: Some("<script>".to_owned()), links: Vec::new(), log_out: None };
        layout.messages = vec![Message::success("<em>")];
        let page = layout.render("Magazine");
        assert!(page.contains("<p>x</p>"), "{page}");
        for hostile in ["<b>", "<i>", "<u>", "<script>", "<em>", "/a\"b"] {
            assert!(!page.contains(hostile), "{hostile} in {page}");
        }
        assert!(!page.contains("style=") && !page.contains("<style") && !page.contains(" on"), "{page}");
    }
}
