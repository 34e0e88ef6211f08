//! Who may tell who is calling.

use presspass_serializers::openapi::Node;

use super::facts::{Facts, Guard};
use crate::settings::Authenticator;

/// The names of the schemes.
const JWT: &str = "jwt";
const JWT_COOKIE: &str = "jwtCookie";
const SESSION: &str = "session";
const CSRF: &str = "csrf";
const BASIC: &str = "basic";
const API_KEY: &str = "apiKey";

const SAFE: [&str; 4] = ["GET", "HEAD", "OPTIONS", "TRACE"];

/// The schemes of the authenticators that are asked.
pub(super) fn schemes(facts: &Facts) -> Node {
    let mut schemes = Node::map();
    for authenticator in &facts.authenticators {
        schemes = match authenticator {
            // `http` schemes are those that IANA registered, and `JWT` is none: a `bearer` would be sent as `Bearer`.
            Authenticator::Jwt => schemes.with(
                JWT,
                key("header", "Authorization").with(
                    "description",
                    format!(
                        "`{prefix} `, and then a token as `obtainToken` gives it: `Authorization: {prefix} eyJ0…`.",
                        prefix = facts.jwt.header_prefix.as_str()
                    ),
                ),
            ),
            Authenticator::Session => schemes
                .with(
                    SESSION,
                    key("cookie", facts.cookies.session.clone())
                        .with("description", "The cookie of a log-in by browser."),
                )
                .with(CSRF, csrf(facts)),
            Authenticator::Basic => schemes.with(
                BASIC,
                Node::map()
                    .with("type", "http")
                    .with("scheme", "basic")
                    .with("description", "Username and password with every request."),
            ),
            Authenticator::Token => schemes.with(
                API_KEY,
                key("header", "Authorization").with(
                    "description",
                    "`Token `, and then an API key as `createApiKey` gives it: `Authorization: Token pp_…`.",
                ),
            ),
        };
        if let (Authenticator::Jwt, Some(cookie)) = (authenticator, facts.jwt_cookie()) {
            let scheme = key("cookie", cookie.to_owned()).with("description", "A token in a cookie.");
            schemes = schemes.with(JWT_COOKIE, scheme).with(CSRF, csrf(facts));
        }
    }
    schemes
}

fn key(place: &'static str, name: impl Into<Node>) -> Node {
    Node::map().with("type", "apiKey").with("in", place).with("name", name)
}

fn csrf(facts: &Facts) -> Node {
    key("header", "X-CSRFToken").with(
        "description",
        format!(
            "With a cookie, methods that change something also need the value of the cookie `{}`.",
            facts.cookies.csrf
        ),
    )
}

/// What an operation asks for: alternatives, in the order in which the authenticators are asked.
pub(super) fn requirements(facts: &Facts, guard: Guard<'_>, method: &str) -> Vec<Node> {
    if !guard.asks() {
        return Vec::new();
    }
    let scheme = |name: &'static str| Node::map().with(name, Node::List(Vec::new()));
    let cookie = |name: &'static str| {
        let safe = SAFE.contains(&method);
        if safe { scheme(name) } else { scheme(name).with(CSRF, Node::List(Vec::new())) }
    };
    let mut alternatives = Vec::new();
    for authenticator in &facts.authenticators {
        match authenticator {
            Authenticator::Jwt => {
                alternatives.push(scheme(JWT));
                alternatives.extend(facts.jwt_cookie().map(|_| cookie(JWT_COOKIE)));
            }
            Authenticator::Session => alternatives.push(cookie(SESSION)),
            Authenticator::Basic => alternatives.push(scheme(BASIC)),
            Authenticator::Token => alternatives.push(scheme(API_KEY)),
        }
    }
    if guard.lets_anonymous_in(method) {
        alternatives.push(Node::map());
    }
    alternatives
}

/// Whether a caller can be refused for want of a CSRF token.
pub(super) fn checks_csrf(facts: &Facts, method: &str) -> bool {
    let has_cookie = facts.asks(Authenticator::Session) || facts.jwt_cookie().is_some();
    has_cookie && !SAFE.contains(&method)
}
