//! Text that is safe between tags.

use std::fmt;

use askama::FastWritable;
use askama::filters::HtmlSafe;

use crate::html::escape;

/// HTML that was made by a template, or escaped: it may stand between tags as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self(escape(text))
    }

    #[must_use]
    pub fn of(template: &impl askama::Template) -> Self {
        // Writing to a String cannot fail, and no template of ours gives an error of its own.
        let rendered = template.render();
        debug_assert!(rendered.is_ok(), "a template that fails");
        Self(rendered.unwrap_or_default())
    }

    /// HTML that the caller answers for: nothing in it may come from outside without being escaped.
    #[must_use]
    pub const fn trusted(html: String) -> Self {
        Self(html)
    }

    pub fn push(&mut self, more: &Self) {
        self.0.push_str(&more.0);
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FastWritable for Html {
    fn write_into(&self, into: &mut dyn fmt::Write, _values: &dyn askama::Values) -> askama::Result<()> {
        Ok(into.write_str(&self.0)?)
    }
}

impl HtmlSafe for Html {}
