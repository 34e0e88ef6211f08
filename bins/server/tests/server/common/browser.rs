//! A client with cookies and forms.

use std::collections::BTreeMap;

use presspass_test_support::{Answer, Client};

use super::{PASSWORD, Server};

/// Keeps cookies, and repeats the CSRF token as a page of ours does.
pub(crate) struct Browser {
    client: Client,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(server: &Server) -> Self {
        Self { client: server.client(), cookies: BTreeMap::new() }
    }

    /// One that has logged in as this account.
    pub(crate) fn of(server: &Server, username: &str) -> Self {
        let mut browser = Self::new(server);
        let answer = browser.log_in(username, PASSWORD);
        assert_eq!(answer.status, 302, "{}", answer.text());
        browser
    }

    /// Opens the login page and sends its form.
    pub(crate) fn log_in(&mut self, username: &str, password: &str) -> Answer {
        assert_eq!(self.get("/api-auth/login/").status, 200);
        let form = [("username", username), ("password", password), ("next", "/account/")];
        self.submit("/api-auth/login/", &form)
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    /// Sends a form with the CSRF token in a field.
    pub(crate) fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.csrf();
        let token = ("csrfmiddlewaretoken", token.as_str());
        let pairs = std::iter::once(&token).chain(fields);
        let escape = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let body: Vec<_> = pairs.map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &form, &body.join("&"))
    }

    /// Sends JSON with the CSRF token in the header, as a script does.
    pub(crate) fn script(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let token = self.csrf();
        self.send(method, path, &[("Content-Type", "application/json"), ("X-CSRFToken", &token)], body)
    }

    /// Sends a request with the cookies and nothing else, as pages of other sites make browsers do.
    pub(crate) fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = self.client.request(method, path).body(body);
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.send();
        for line in answer.headers.get_all("Set-Cookie") {
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) fn csrf(&self) -> String {
        self.cookies.get("csrftoken").cloned().unwrap_or_default()
    }

    /// The status of a read that needs an account.
    pub(crate) fn status(&mut self) -> u16 {
        self.get("/account/").status
    }
}
