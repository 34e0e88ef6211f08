//! The pages as HTML.

use presspass_rest::escape_html;

/// The log-in form, and what was filled in. A password is never sent back.
#[derive(Debug)]
pub(super) struct LoginForm<'a> {
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
    pub fn page(&self) -> String {
        let problems: Vec<String> = self.problems.iter().map(|problem| escape_html(problem)).collect();
        let problems = if problems.is_empty() {
            String::new()
        } else {
            format!("<ul role=\"alert\">\n<li>{}</li>\n</ul>\n", problems.join("</li>\n<li>"))
        };
        page(
            "Log in",
            &format!(
                "{problems}<form method=\"post\" action=\"/api-auth/login/\">\n\
                 <input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"{token}\">\n\
                 <input type=\"hidden\" name=\"next\" value=\"{next}\">\n\
                 <p><label>User name<br><input name=\"username\" value=\"{username}\" autocapitalize=\"none\" \
                 autocomplete=\"username\" required autofocus></label></p>\n\
                 <p><label>Password<br><input name=\"password\" type=\"password\" \
                 autocomplete=\"current-password\" required></label></p>\n\
                 <p><button>Log in</button></p>\n</form>\n",
                token = self.token,
                next = escape_html(self.next),
                username = escape_html(self.username),
            ),
        )
    }
}

/// The page after a log-out that leads nowhere else.
pub(super) fn logged_out() -> String {
    page("Logged out", "<p>You are logged out.</p>\n<p><a href=\"/api-auth/login/\">Log in again</a></p>\n")
}

/// The page of a request that may be forged.
pub(super) fn forged() -> String {
    page(
        "Forbidden",
        "<p>It cannot be told whether this came from a page of ours. Go back, reload the page, and try again; \
         this site needs cookies.</p>\n",
    )
}

fn page(title: &str, content: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{content}</main>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_filled_in_comes_back_as_text() {
        let form = LoginForm { token: "t", next: "\"><b>", username: "\"><script>", problems: &["<i>"] };
        let page = form.page();
        assert!(page.contains("name=\"next\" value=\"&quot;&gt;&lt;b&gt;\""));
        assert!(page.contains("value=\"&quot;&gt;&lt;script&gt;\""));
        assert!(page.contains("<li>&lt;i&gt;</li>"));
    }
}
