//! Buttons, and links that look like some.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ButtonStyle {
    /// The main action: one on a page.
    Primary,
    Plain,
    /// It leads to a deletion, after a confirmation.
    Danger,
    /// It deletes permanently.
    FinalDanger,
    /// It cancels.
    Quiet,
}

impl ButtonStyle {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => " button-primary",
            Self::Plain => "",
            Self::Danger => " button-danger",
            Self::FinalDanger => " button-danger is-final",
            Self::Quiet => " button-quiet",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ButtonTarget {
    Link {
        href: String,
    },
    /// Sends its form; the name, where there is one, goes along with the value.
    Submit {
        name: Option<&'static str>,
        value: String,
    },
}

/// A button. It may stand in a template as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    label: String,
    style: ButtonStyle,
    target: ButtonTarget,
    skips_validation: bool,
}

impl Button {
    #[must_use]
    pub fn submit(label: impl Into<String>, style: ButtonStyle) -> Self {
        let target = ButtonTarget::Submit { name: None, value: String::new() };
        Self { label: label.into(), style, target, skips_validation: false }
    }

    /// A button that sends its form, and says by a field which one it was.
    #[must_use]
    pub fn named(
        label: impl Into<String>,
        style: ButtonStyle,
        name: &'static str,
        value: impl Into<String>,
    ) -> Self {
        let target = ButtonTarget::Submit { name: Some(name), value: value.into() };
        Self { target, ..Self::submit(label, style) }
    }

    #[must_use]
    pub fn link(label: impl Into<String>, style: ButtonStyle, href: impl Into<String>) -> Self {
        Self { target: ButtonTarget::Link { href: href.into() }, ..Self::submit(label, style) }
    }

    /// The browser does not look at the fields when this one is pressed.
    #[must_use]
    pub const fn skips_validation(mut self) -> Self {
        self.skips_validation = true;
        self
    }
}

#[derive(Template)]
#[template(path = "parts/button.html")]
struct ButtonTemplate<'b> {
    button: &'b Button,
}

impl fmt::Display for Button {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ButtonTemplate { button: self }.render_into(f).map_err(|_| fmt::Error)
    }
}

impl HtmlSafe for Button {}
