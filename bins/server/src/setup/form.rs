//! The form as HTML.

use presspass_rest::escape_html;

/// What was filled in, and what is wrong with it. A password is never sent back.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub username: String,
    pub email: String,
    pub problems: Vec<String>,
}

impl Form {
    /// The page with the form.
    pub fn page(&self) -> String {
        let problems: Vec<String> = self.problems.iter().map(|problem| escape_html(problem)).collect();
        let problems = if problems.is_empty() {
            String::new()
        } else {
            format!("<ul role=\"alert\">\n<li>{}</li>\n</ul>\n", problems.join("</li>\n<li>"))
        };
        page(
            "Make the first administrator",
            &format!(
                "<p>This link works once, for whoever started this server.</p>\n{problems}\
                 <form method=\"post\">\n\
                 <p><label>User name<br><input name=\"username\" value=\"{username}\" maxlength=\"150\" \
                 autocomplete=\"username\" required></label></p>\n\
                 <p><label>Email (may be empty)<br><input name=\"email\" type=\"email\" value=\"{email}\" \
                 maxlength=\"254\" autocomplete=\"email\"></label></p>\n\
                 <p><label>Password<br><input name=\"password\" type=\"password\" minlength=\"8\" \
                 autocomplete=\"new-password\" required></label></p>\n\
                 <p><label>Password, again<br><input name=\"password_again\" type=\"password\" minlength=\"8\" \
                 autocomplete=\"new-password\" required></label></p>\n\
                 <p><button>Make the administrator</button></p>\n</form>\n",
                username = escape_html(&self.username),
                email = escape_html(&self.email),
            ),
        )
    }
}

/// The page after the form.
pub(super) fn done(username: &str) -> String {
    page(
        "The administrator is made",
        &format!(
            "<p><strong>{}</strong> can log in now: POST the name and the password to <code>/auth/obtain_token/</code> \
             for a token.</p>\n<p>This link has ended.</p>\n",
            escape_html(username)
        ),
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
        let form =
            Form { username: "\"><script>".into(), email: String::new(), problems: vec!["<b>".into()] };
        let page = form.page();
        assert!(page.contains("value=\"&quot;&gt;&lt;script&gt;\""));
        assert!(page.contains("<li>&lt;b&gt;</li>"));
    }
}
