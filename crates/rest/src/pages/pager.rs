//! Links to the pages of a list.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagerStep {
    Link {
        label: String,
        href: String,
        /// The name for screen readers, where the label alone is not enough.
        name: Option<String>,
    },
    Current {
        label: String,
    },
    Gap,
}

/// The pages of a list, for templates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pager {
    summary: String,
    links: Vec<PagerStep>,
}

impl Pager {
    /// A pager with these steps. `summary` is such as `1,234 posts`.
    #[must_use]
    pub fn new(summary: impl Into<String>, links: Vec<PagerStep>) -> Self {
        Self { summary: summary.into(), links }
    }

    /// Links to the pages around `current` of `count`, to the first and to the last, counted from 1. `href` returns the URL
    /// of a page.
    #[must_use]
    pub fn numbered(
        summary: impl Into<String>,
        current: u64,
        count: u64,
        href: impl Fn(u64) -> String,
    ) -> Self {
        let mut links = Vec::new();
        if count > 1 {
            let link = |label: &str, page: u64, name: String| PagerStep::Link {
                label: label.to_owned(),
                href: href(page),
                name: Some(name),
            };
            if current > 1 {
                links.push(link("←", current - 1, "Previous page".to_owned()));
            }
            let mut last = 0;
            let near = current.saturating_sub(2).max(1)..=(current + 2).min(count);
            for page in std::iter::once(1).chain(near).chain([count]) {
                if page <= last {
                    continue;
                }
                if page > last + 1 {
                    links.push(PagerStep::Gap);
                }
                last = page;
                let label = page.to_string();
                links.push(if page == current {
                    PagerStep::Current { label }
                } else {
                    link(&label, page, format!("Page {page}"))
                });
            }
            if current < count {
                links.push(link("→", current + 1, "Next page".to_owned()));
            }
        }
        Self::new(summary, links)
    }
}

#[derive(Template)]
#[template(path = "parts/pager.html")]
struct PagerTemplate<'p> {
    pager: &'p Pager,
}

impl fmt::Display for Pager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PagerTemplate { pager: self }.render_into(f).map_err(|_| fmt::Error)
    }
}

impl HtmlSafe for Pager {}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(current: u64, count: u64) -> String {
        let pager = Pager::numbered("", current, count, |page| format!("?p={page}"));
        let label = |step: &PagerStep| match step {
            PagerStep::Link { label, .. } => label.clone(),
            PagerStep::Current { label } => format!("[{label}]"),
            PagerStep::Gap => "…".to_owned(),
        };
        pager.links.iter().map(label).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_first_the_last_and_those_around_are_linked() {
        assert_eq!(labels(1, 1), "");
        assert_eq!(labels(1, 2), "[1] 2 →");
        assert_eq!(labels(3, 5), "← 1 2 [3] 4 5 →");
        assert_eq!(labels(50, 100), "← 1 … 48 49 [50] 51 52 … 100 →");
        assert_eq!(labels(100, 100), "← 1 … 98 99 [100]");
    }
}
