//! `cors.*`: the origins whose pages may use the API.

use std::time::Duration;

use actix_web::http::Uri;
use actix_web::http::header::HeaderName;

use super::from_text::{FromText, quoted};
use super::problem::Problem;
use super::reader::{Reader, Reported};
use super::registry as row;

/// `cors.*`, with the meaning of django-cors-headers' settings.
#[derive(Debug, Clone)]
pub struct Cors {
    /// Which origins are allowed; none: no answer has headers for other origins.
    pub allowed_origins: Option<AllowedOrigins>,
    /// Whether their pages may send cookies; never with [`AllowedOrigins::Any`].
    pub allow_credentials: bool,
    /// The request headers that their pages may set.
    pub allow_headers: Vec<HeaderName>,
    /// The response headers that their scripts may read.
    pub expose_headers: Vec<HeaderName>,
    /// For how long a browser may keep the answer to a preflight request.
    pub max_age: Duration,
}

/// The origins whose pages may use the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Any origin: `*`.
    Any,
    /// These; at least one.
    Listed(Vec<WebOrigin>),
}

/// An origin as browsers write it in the `Origin` header (RFC 6454, section 6.2): scheme, host, and a port that is not
/// the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebOrigin(String);

impl WebOrigin {
    /// The origin.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Cors {
    pub(super) fn read(reader: &mut Reader) -> Result<Self, Reported> {
        let allowed_origins = reader.optional(&row::CORS_ORIGINS);
        let allow_credentials = reader.required(&row::CORS_CREDENTIALS);
        let credentials_origin = reader.last_origin();
        let allow_headers = reader.required(&row::CORS_ALLOW_HEADERS);
        let expose_headers = reader.optional(&row::CORS_EXPOSE_HEADERS);
        let max_age = reader.required(&row::CORS_MAX_AGE);
        let cors = Self {
            allowed_origins: allowed_origins?,
            allow_credentials: allow_credentials?,
            allow_headers: allow_headers?,
            expose_headers: expose_headers?.unwrap_or_default(),
            max_age: max_age?,
        };
        if cors.allow_credentials && cors.allowed_origins == Some(AllowedOrigins::Any) {
            return Err(reader.note(Problem {
                what: format!(
                    "{}: cannot be true while {} is *",
                    row::CORS_CREDENTIALS.name,
                    row::CORS_ORIGINS.name
                ),
                origin: credentials_origin,
                remedy: "list the origins that may send cookies: any page could act for its users".to_owned(),
            }));
        }
        Ok(cors)
    }
}

impl FromText for AllowedOrigins {
    fn from_text(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Any);
        }
        Vec::from_text(text).map(Self::Listed)
    }
}

impl FromText for WebOrigin {
    fn from_text(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("{} {what}", quoted(text)));
        if text == "*" {
            return wrong("stands beside other origins");
        }
        // Sandboxed frames of every site send it.
        if text == "null" {
            return wrong("is not an origin that can be trusted");
        }
        let Some((scheme, authority)) = text.split_once("://") else {
            return wrong("has no scheme, such as https://");
        };
        if authority.contains(['/', '?', '#']) {
            return wrong("has a path: an origin ends with its host or port");
        }
        let is_host = |uri: &Uri| uri.host().is_some_and(|host| !host.is_empty()) && !authority.contains('@');
        if !text.parse().is_ok_and(|uri: Uri| is_host(&uri)) {
            return wrong("is not an origin");
        }
        let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
        let own_port = match scheme.as_str() {
            "https" => ":443",
            "http" => ":80",
            _ => "",
        };
        let authority = authority.strip_suffix(own_port).unwrap_or(&authority);
        Ok(Self(format!("{scheme}://{authority}")))
    }
}

impl FromText for HeaderName {
    fn from_text(text: &str) -> Result<Self, String> {
        Self::from_bytes(text.as_bytes())
            .map_err(|_| format!("{} cannot be the name of a header", quoted(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn load(file: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("presspass.toml"), format!("[cors]\n{file}")).unwrap();
        Settings::load(&[], None, std::iter::empty(), folder.path()).map_err(|problems| problems.to_string())
    }

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        for (written, origin) in [
            ("https://app.example.org", "https://app.example.org"),
            ("HTTPS://App.Example.org:443", "https://app.example.org"),
            ("http://localhost:80", "http://localhost"),
            ("http://[::1]:5173", "http://[::1]:5173"),
            ("capacitor://localhost", "capacitor://localhost"),
        ] {
            assert_eq!(WebOrigin::from_text(written).unwrap().as_str(), origin);
        }
        for wrong in [
            "*",
            "null",
            "app.example.org",
            "https://a/",
            "https://a?b",
            "https://",
            "https://u@a",
            "https://bücher.example",
        ] {
            assert!(WebOrigin::from_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_defaults_are_those_of_django_cors_headers() {
        let cors = load("").unwrap().cors;
        assert_eq!(cors.allowed_origins, None);
        assert!(!cors.allow_credentials && cors.expose_headers.is_empty());
        let names: Vec<_> = cors.allow_headers.iter().map(HeaderName::as_str).collect();
        let expected =
            ["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"];
        assert_eq!(names, expected);
        assert_eq!(cors.max_age, Duration::from_hours(24));
    }

    #[test]
    fn credentials_for_every_origin_are_refused_with_place_and_remedy() {
        assert_eq!(
            load("allowed_origins = \"*\"\nallow_credentials = true").unwrap_err(),
            "cors.allow_credentials: cannot be true while cors.allowed_origins is * (presspass.toml, line 3): list \
             the origins that may send cookies: any page could act for its users"
        );
        let cors =
            load("allowed_origins = [\"https://a\", \"https://b\"]\nallow_credentials = true").unwrap().cors;
        assert!(matches!(cors.allowed_origins, Some(AllowedOrigins::Listed(origins)) if origins.len() == 2));
    }

    #[test]
    fn what_has_no_effect_is_warned_of() {
        let warnings = load("allow_credentials = true").unwrap().warnings();
        assert_eq!(warnings, ["cors.allow_credentials: has no effect until cors.allowed_origins is set"]);
    }
}
