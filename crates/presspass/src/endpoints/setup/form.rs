//! The HTML of the setup pages.

use actix_web::http::StatusCode;
use presspass_domain::Username;
use presspass_rest::pages::{
    Button, ButtonStyle, Form, FormField, Html, Layout, LineKind, Site, Widget, Width,
};

/// What was filled in, and what is wrong with it. A password is never sent back.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub username: String,
    pub email: String,
    pub problems: Problems,
}

/// What is wrong, by field.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub form: Vec<String>,
    pub username: Vec<String>,
    pub email: Vec<String>,
    pub password: Vec<String>,
    pub password_again: Vec<String>,
}

impl Problems {
    pub fn is_empty(&self) -> bool {
        let Self { form, username, email, password, password_again } = self;
        [form, username, email, password, password_again].iter().all(|problems| problems.is_empty())
    }
}

impl Filled {
    /// The page with the form.
    pub fn page(self) -> Layout {
        let Self { username, email, problems } = self;
        let is_new = problems.is_empty();
        let line = |kind, value| Widget::Line { kind, value };
        let limit = format!("At most {} letters, digits and @ . + - _.", Username::MAX_LENGTH);
        let mut name = FormField::with("username", "User name", line(LineKind::Username, username));
        name.has_focus = is_new;
        let fields = vec![
            name.autocomplete("username").help(limit).errors(problems.username),
            FormField::with("email", "Email", line(LineKind::Email, email))
                .optional()
                .autocomplete("email")
                .errors(problems.email),
            FormField::with("password", "Password", Widget::Password)
                .autocomplete("new-password")
                .help("At least 8 characters, not only digits, and not a commonly used password.")
                .errors(problems.password),
            FormField::with("password_again", "Confirm password", Widget::Password)
                .autocomplete("new-password")
                .errors(problems.password_again),
        ];
        let mut form = Form::new("setup", fields);
        form.errors = problems.form;
        form.buttons = vec![Button::submit("Create account", ButtonStyle::Primary)];
        let mut page = card("Create your administrator account", &Html::trusted(form.to_string()));
        page.lead = Some("This link works once, for the person who started this server.".to_owned());
        page
    }
}

/// The page after the form, where the browser was not logged in.
pub(super) fn done(username: &str) -> Layout {
    let log_in = Button::link("Log in", ButtonStyle::Primary, "/api-auth/login/?next=/admin/");
    let content = format!(
        "<p><strong>{}</strong> can log in now: here, or by sending the user name and the password in a POST request \
         to \
         <code>/auth/obtain_token/</code> for a token.</p>\n<p>The setup link no longer works.</p>\n<p>{log_in}</p>",
        Html::text(username)
    );
    card("Your account was created", &Html::trusted(content))
}

/// The page of a link that was used.
pub(super) fn used() -> Layout {
    let mut page = card(
        "This link has been used",
        &log_in_instead("There is already an administrator. Log in to continue."),
    );
    page.status = StatusCode::GONE;
    page
}

/// The page of an invalid link, or one of an earlier start: it does not show which.
pub(super) fn unknown() -> Layout {
    let text = "A setup link works once, and only until the server restarts. If there is already an administrator, \
                log in. Otherwise open the link that the server printed last, or run “presspass createsuperuser”.";
    let mut page = card("This link does not work", &log_in_instead(text));
    page.status = StatusCode::NOT_FOUND;
    page
}

fn log_in_instead(text: &str) -> Html {
    let log_in = Button::link("Log in", ButtonStyle::Primary, "/api-auth/login/?next=/admin/");
    Html::trusted(format!("<p>{}</p>\n<p>{log_in}</p>", Html::text(text)))
}

/// The page of something that may go well later.
pub(super) fn unavailable() -> Layout {
    let text = "<p>The service is temporarily unavailable. Try again later.</p>".to_owned();
    let mut page = card("Not now", &Html::trusted(text));
    page.status = StatusCode::SERVICE_UNAVAILABLE;
    page
}

fn card(title: &str, content: &Html) -> Layout {
    let content = Html::trusted(format!("<div class=\"card flow\">\n{content}\n</div>"));
    Layout { width: Width::Narrow, ..Layout::new(Site::SetUp, title, content) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_filled_in_comes_back_as_text() {
        let problems = Problems { username: vec!["<b>".into()], ..Problems::default() };
        let filled = Filled { username: "\"><script>".into(), email: String::new(), problems };
        let page = filled.page().render("Magazine");
        assert!(page.contains("value=\"&#34;&#62;&#60;script&#62;\""), "{page}");
        assert!(page.contains("<li>&#60;b&#62;</li>"), "{page}");
    }
}
