//! `Set-Cookie`, as Django writes it.

use std::fmt;

/// A cookie that is to be set, for all paths of this host. Its value must need no quotes.
#[derive(Clone)]
pub struct SetCookie<'a> {
    name: &'a str,
    value: &'a str,
    max_age: u64,
    http_only: bool,
    same_site: Option<&'static str>,
}

impl<'a> SetCookie<'a> {
    /// A cookie that lasts so many seconds.
    #[must_use]
    pub const fn new(name: &'a str, value: &'a str, max_age: u64) -> Self {
        Self { name, value, max_age, http_only: false, same_site: None }
    }

    /// Scripts cannot read it.
    #[must_use]
    pub const fn http_only(mut self) -> Self {
        self.http_only = true;
        self
    }

    /// Pages of other sites send it along only when they lead here.
    #[must_use]
    pub const fn same_site_lax(mut self) -> Self {
        self.same_site = Some("Lax");
        self
    }

    /// Pages of other sites never send it along.
    #[must_use]
    pub const fn same_site_strict(mut self) -> Self {
        self.same_site = Some("Strict");
        self
    }
}

impl fmt::Display for SetCookie<'_> {
    /// The value of the header.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.value)?;
        if self.http_only {
            f.write_str("; HttpOnly")?;
        }
        write!(f, "; Max-Age={}; Path=/", self.max_age)?;
        if let Some(same_site) = self.same_site {
            write!(f, "; SameSite={same_site}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The value of a `Set-Cookie` that makes a browser forget a cookie (Django's `delete_cookie`).
#[must_use]
pub fn forget_cookie(name: &str) -> String {
    format!("{name}=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_the_originals() {
        let cookie = SetCookie::new("csrftoken", "abc", 60).same_site_lax();
        assert_eq!(cookie.to_string(), "csrftoken=abc; Max-Age=60; Path=/; SameSite=Lax");
        assert_eq!(
            cookie.http_only().to_string(),
            "csrftoken=abc; HttpOnly; Max-Age=60; Path=/; SameSite=Lax"
        );
    }
}
