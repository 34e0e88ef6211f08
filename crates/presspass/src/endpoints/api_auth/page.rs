//! What the pages say.

use actix_web::http::StatusCode;
use presspass_rest::pages::{
    Button, ButtonStyle, Form, FormField, Html, Layout, LineKind, Site, Widget, Width,
};
use presspass_serializers::Field;

/// The log-in form, and what was filled in. A password is never sent back.
#[derive(Debug)]
pub(crate) struct LoginForm<'a> {
    /// Where one logs in.
    pub site: Site,
    /// The path of the page.
    pub action: &'static str,
    /// What there is to say beforehand.
    pub lead: Option<String>,
    /// The CSRF token.
    pub token: &'a str,
    /// Where it leads.
    pub next: &'a str,
    /// The name that was filled in.
    pub username: &'a str,
    /// What is wrong with it.
    pub problems: &'a [&'a str],
}

impl LoginForm<'_> {
    /// The page with the form.
    pub fn page(&self) -> Layout {
        let line = Widget::Line { kind: LineKind::Username, value: self.username.to_owned() };
        let mut username = FormField::with("username", "User name", line).autocomplete("username");
        let mut password =
            FormField::with("password", "Password", Widget::Password).autocomplete("current-password");
        // Who got the password wrong goes on there; what is wrong is read out first.
        match (self.problems.is_empty(), self.username.is_empty()) {
            (true, true) => username = username.focused(),
            (true, false) => password = password.focused(),
            (false, _) => {}
        }
        let mut form = Form::new("login", vec![username, password]);
        form.action = String::from(self.action);
        form.csrf = Some(self.token.to_owned());
        form.hidden = vec![("next".to_owned(), self.next.to_owned())];
        form.errors = self.problems.iter().map(|&problem| problem.to_owned()).collect();
        form.buttons = vec![Button::submit("Log in", ButtonStyle::Primary)];
        let page = card("Log in", &Html::trusted(form.to_string()));
        Layout { site: self.site, lead: self.lead.clone(), ..page }
    }
}

/// The form for a token. What was pasted is never sent back.
pub(super) fn paste_token(csrf: &str, next: &str, field: &Field, problems: &[String]) -> Layout {
    let mut field = FormField::of(field, "").autocomplete("off").errors(problems);
    field.has_focus = problems.is_empty();
    let mut form = Form::new("paste", vec![field]);
    form.action = String::from("/api-auth/token/");
    form.csrf = Some(csrf.to_owned());
    form.hidden = vec![("next".to_owned(), next.to_owned())];
    form.buttons = vec![
        Button::submit("Use the token", ButtonStyle::Primary),
        Button::link("Get one", ButtonStyle::Quiet, "/api/auth/obtain_token/?format=api"),
    ];
    let mut page = card("Use a token", &Html::trusted(form.to_string()));
    page.lead = Some(
        "The pages of the API then go by this token instead of a log-in, for an hour, in this browser alone."
            .to_owned(),
    );
    page
}

/// The page after a log-out that leads nowhere else.
pub(super) fn logged_out() -> Layout {
    let again = Button::link("Log in again", ButtonStyle::Plain, "/api-auth/login/");
    card("Logged out", &Html::trusted(format!("<p>You are logged out.</p>\n<p>{again}</p>")))
}

/// The page of a request that may be forged.
pub(crate) fn forged(site: Site) -> Layout {
    let text = "It cannot be told whether this came from a page of ours. Go back, reload the page, and try again; this \
                site needs cookies.";
    let mut page = card("Forbidden", &Html::trusted(format!("<p>{text}</p>")));
    page.site = site;
    page.status = StatusCode::FORBIDDEN;
    page
}

fn card(title: &str, content: &Html) -> Layout {
    let content = Html::trusted(format!("<div class=\"card flow\">\n{content}\n</div>"));
    Layout { width: Width::Narrow, ..Layout::new(Site::Api, title, content) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_filled_in_comes_back_as_text() {
        let form = LoginForm {
            site: Site::Api,
            action: "/",
            lead: None,
            token: "t",
            next: "\"><b>",
            username: "\"><script>",
            problems: &["<i>"],
        };
        let page = form.page().render();
        assert!(page.contains("name=\"next\" value=\"&#34;&#62;&#60;b&#62;\""), "{page}");
        assert!(page.contains("value=\"&#34;&#62;&#60;script&#62;\""), "{page}");
        assert!(page.contains("<li>&#60;i&#62;</li>"), "{page}");
    }
}
