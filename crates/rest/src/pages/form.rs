//! Forms.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

use super::button::Button;
use super::field::{FieldTemplate, FormField};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FormMethod {
    #[default]
    Post,
    Get,
}

impl FormMethod {
    const fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Get => "get",
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Fieldset {
    pub legend: Option<String>,
    pub description: Option<String>,
    pub fields: Vec<FormField>,
    /// Records that belong to the one of the form, each with its fields.
    pub rows: Vec<FieldRow>,
}

/// The fields of one of several records in a form.
#[derive(Debug, Clone, Default)]
pub struct FieldRow {
    pub legend: String,
    /// The page of the record.
    pub href: Option<String>,
    pub hidden: Vec<(String, String)>,
    /// Errors that belong to none of its fields.
    pub errors: Vec<String>,
    pub fields: Vec<FormField>,
    /// Whether it is a record to add: it is folded while nothing is filled in.
    pub is_new: bool,
    pub is_open: bool,
}

/// A form, for templates.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Its id on the page, the prefix of those of its fields.
    pub id: String,
    /// Where it is sent; the URL of the page where it is empty.
    pub action: String,
    pub method: FormMethod,
    /// The masked CSRF token.
    pub csrf: Option<String>,
    pub hidden: Vec<(String, String)>,
    /// Errors that belong to no field.
    pub errors: Vec<String>,
    pub fieldsets: Vec<Fieldset>,
    pub buttons: Vec<Button>,
    /// Whether the script warns before a page with changes is left.
    pub warns_unsaved: bool,
    /// Whether it has values that are not saved.
    pub is_unsaved: bool,
    /// Whether the browser sends it without validation: the server reports the errors.
    pub skips_browser_checks: bool,
}

impl Form {
    /// A form with these fields, in one group without a legend.
    #[must_use]
    pub fn new(id: impl Into<String>, fields: Vec<FormField>) -> Self {
        let fieldsets = vec![Fieldset { fields, ..Fieldset::default() }];
        Self { id: id.into(), fieldsets, ..Self::default() }
    }

    pub fn fields(&self) -> impl Iterator<Item = &FormField> {
        self.fieldsets.iter().flat_map(|set| &set.fields)
    }

    fn rows(&self) -> impl Iterator<Item = &FieldRow> {
        self.fieldsets.iter().flat_map(|set| &set.rows)
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.error_count() > 0
    }

    fn error_count(&self) -> usize {
        let fields = self.fields().chain(self.rows().flat_map(|row| &row.fields));
        self.errors.len()
            + fields.map(|field| field.errors.len()).sum::<usize>()
            + self.rows().map(|row| row.errors.len()).sum::<usize>()
    }

    fn error_title(&self) -> String {
        match self.error_count() {
            1 => "Please fix 1 problem:".to_owned(),
            count => format!("Please fix {count} problems:"),
        }
    }
}

#[derive(Template)]
#[template(path = "parts/form.html")]
struct FormTemplate<'f> {
    form: &'f Form,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        FormTemplate { form: self }.render_into(f).map_err(|_| fmt::Error)
    }
}

impl HtmlSafe for Form {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{ButtonStyle, Choice, Widget};

    #[test]
    fn a_form_names_its_fields_its_help_and_its_errors() {
        let mut title = FormField::line("title", "Title", "\"><script>");
        title.errors = vec!["Too <long>.".to_owned()];
        title.help = Some("At most 50 characters.".to_owned());
        let mut form = Form::new("edit", vec![title]);
        form.csrf = Some("token".to_owned());
        form.buttons = vec![Button::submit("Save", ButtonStyle::Primary)];
        let html = form.to_string();
        for part in [
            "<form class=\"form\" id=\"edit\" method=\"post\">",
            "name=\"csrfmiddlewaretoken\" value=\"token\"",
            "<label for=\"edit-title\">Title</label>",
            "value=\"&#34;&#62;&#60;script&#62;\"",
            "aria-invalid=\"true\" aria-describedby=\"edit-title-errors edit-title-help\"",
            "<li><a href=\"#edit-title\">Title</a>: Too &#60;long&#62;.</li>",
            "<button class=\"button button-primary\">Save</button>",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }

    #[test]
    fn a_text_with_line_breaks_gets_an_area_and_an_area_keeps_its_first_line() {
        let html = Form::new("f", vec![FormField::line("a", "A", "one\ntwo")]).to_string();
        assert!(
            html.contains(
                "<textarea class=\"line\" id=\"f-a\" name=\"a\" rows=\"2\" required>\none\ntwo</textarea>"
            ),
            "{html}"
        );
        let area = Widget::Area { value: "\none".to_owned(), rows: 8, is_code: false };
        let html = Form::new("f", vec![FormField::with("a", "A", area)]).to_string();
        assert!(html.contains(">\n\none</textarea>"), "{html}");
    }

    #[test]
    fn boxes_are_a_group_with_a_legend() {
        let choice =
            |value: &str, is_chosen| Choice { value: value.into(), label: value.to_uppercase(), is_chosen };
        let widget = Widget::Choices { choices: vec![choice("a", true), choice("b", false)] };
        let html = Form::new("f", vec![FormField::with("groups", "Groups", widget).optional()]).to_string();
        assert!(html.contains("<legend>Groups <span class=\"mark\">(optional)</span></legend>"), "{html}");
        assert!(html.contains("name=\"groups\" value=\"a\" checked"), "{html}");
        assert_eq!(html.matches("<fieldset").count(), html.matches("</fieldset>").count());
    }
}
