//! The HTML of the login and logout pages.

use actix_web::http::StatusCode;
use presspass_auth::throttles::Throttled;
use presspass_domain::Username;
use presspass_rest::pages::{
    Button, ButtonStyle, Form, FormField, Html, Layout, LineKind, Site, Widget, Width,
};
use presspass_serializers::Field;

/// The message for a form whose CSRF token is not the browser's.
pub(crate) const OUT_OF_DATE: &str =
    "This form was out of date. Please send it again. (Your browser must accept cookies from this site.)";

/// The message of a login after too many that failed.
pub(crate) fn too_many_attempts(throttled: &Throttled) -> String {
    match throttled.seconds().map(|seconds| seconds.div_ceil(60)) {
        None => "Too many attempts. Try again later.".to_owned(),
        Some(0 | 1) => "Too many attempts. Try again in 1 minute.".to_owned(),
        Some(minutes) => format!("Too many attempts. Try again in {minutes} minutes."),
    }
}

/// The login form, and what was filled in. A password is never sent back.
#[derive(Debug)]
pub(crate) struct LoginForm<'a> {
    /// Where one logs in.
    pub site: Site,
    /// What the page is called.
    pub title: &'static str,
    /// Where the form is sent; the page itself where it is empty.
    pub action: &'static str,
    /// What there is to say beforehand.
    pub lead: Option<String>,
    /// The CSRF token.
    pub token: &'a str,
    /// What goes along.
    pub hidden: Vec<(String, String)>,
    /// The names of the fields of the user name and the password.
    pub names: [&'static str; 2],
    /// The name that was filled in.
    pub username: String,
    /// What is wrong with it.
    pub problems: Vec<String>,
}

impl<'a> LoginForm<'a> {
    /// A form that is filled in with this user name.
    pub fn new(site: Site, action: &'static str, token: &'a str, username: &str) -> Self {
        Self {
            site,
            title: "Log in",
            action,
            lead: None,
            token,
            hidden: Vec::new(),
            names: ["username", "password"],
            // No name is longer, and the page need not be.
            username: username.chars().take(Username::MAX_LENGTH).collect(),
            problems: Vec::new(),
        }
    }

    /// The page with the form.
    pub fn page(self) -> Layout {
        let [name, secret] = self.names;
        let (is_new, is_named) = (self.problems.is_empty(), !self.username.is_empty());
        let line = Widget::Line { kind: LineKind::Username, value: self.username };
        let mut username = FormField::with(name, "User name", line).autocomplete("username");
        let mut password =
            FormField::with(secret, "Password", Widget::Password).autocomplete("current-password");
        // Who got the password wrong goes on there; what is wrong is read out first.
        match (is_new, is_named) {
            (true, false) => username = username.focused(),
            (true, true) => password = password.focused(),
            (false, _) => {}
        }
        let mut form = Form::new("login", vec![username, password]);
        form.action = String::from(self.action);
        form.csrf = Some(self.token.to_owned());
        form.hidden = self.hidden;
        form.errors = self.problems;
        form.buttons = vec![Button::submit("Log in", ButtonStyle::Primary)];
        let page = card(self.title, &Html::trusted(form.to_string()));
        Layout { site: self.site, lead: self.lead, ..page }
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
    page.lead = Some("Browse the API with this token for one hour, in this browser only.".to_owned());
    page
}

/// The page after a logout that leads nowhere else.
pub(super) fn logged_out() -> Layout {
    let again = Button::link("Log in again", ButtonStyle::Plain, "/api-auth/login/");
    card("Logged out", &Html::trusted(format!("<p>You are logged out.</p>\n<p>{again}</p>")))
}

/// The page that asks to log out, where a form to do so was out of date.
pub(super) fn log_out_again(csrf: &str, next: Option<&str>) -> Layout {
    let mut form = Form::new("logout", Vec::new());
    form.action = String::from("/api-auth/logout/");
    form.csrf = Some(csrf.to_owned());
    form.hidden = next.into_iter().map(|next| ("next".to_owned(), next.to_owned())).collect();
    form.buttons =
        vec![Button::submit("Log out", ButtonStyle::Primary), Button::link("Stay", ButtonStyle::Quiet, "/")];
    let mut page = card("Log out?", &Html::trusted(form.to_string()));
    page.lead = Some(OUT_OF_DATE.to_owned());
    page.status = StatusCode::FORBIDDEN;
    page
}

/// The page of a request that a page of another site made, or that comes without what a browser of today sends.
pub(crate) fn forged(site: Site) -> Layout {
    let text = "This request did not come from a page of this site, so nothing was changed. Open the page here and \
                try again.";
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
        let mut form = LoginForm::new(Site::Api, "/", "t", "\"><script>");
        form.hidden = vec![("next".to_owned(), "\"><b>".to_owned())];
        form.problems = vec!["<i>".to_owned()];
        let page = form.page().render("Magazine");
        assert!(page.contains("name=\"next\" value=\"&#34;&#62;&#60;b&#62;\""), "{page}");
        assert!(page.contains("value=\"&#34;&#62;&#60;script&#62;\""), "{page}");
        assert!(page.contains("<li>&#60;i&#62;</li>"), "{page}");
    }
}
