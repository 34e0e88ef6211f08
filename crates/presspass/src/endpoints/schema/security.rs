//! OpenAPI: security schemes and requirements.

use presspass_serializers::openapi::{Value, WithMembers as _, json};

use super::context::{AccessRule, Context};
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
pub(super) fn schemes(context: &Context) -> Value {
    let mut schemes = json!({});
    for authenticator in &context.authenticators {
        schemes = match authenticator {
            // `http` schemes are those that IANA registered, and `JWT` is none: a `bearer` would be sent as `Bearer`.
            Authenticator::Jwt => schemes.with(
                JWT,
                key("header", "Authorization").with(
                    "description",
                    format!(
                        "`{prefix} `, and then a token as `obtainToken` gives it: `Authorization: {prefix} eyJ0…`.",
                        prefix = context.jwt.header_prefix.as_str()
                    ),
                ),
            ),
            Authenticator::Session => schemes
                .with(
                    SESSION,
                    key("cookie", context.cookies.session.clone())
                        .with("description", "The cookie of a login by browser."),
                )
                .with(CSRF, csrf(context)),
            Authenticator::Basic => schemes.with(
                BASIC,
                json!({
                    "type": "http",
                    "scheme": "basic",
                    "description": "Username and password with every request.",
                }),
            ),
            Authenticator::Token => schemes.with(
                API_KEY,
                key("header", "Authorization").with(
                    "description",
                    "`Token `, and then an API key as `createApiKey` gives it: `Authorization: Token pp_…`.",
                ),
            ),
        };
        if let (Authenticator::Jwt, Some(cookie)) = (authenticator, context.jwt_cookie()) {
            let scheme = key("cookie", cookie.to_owned()).with("description", "A token in a cookie.");
            schemes = schemes.with(JWT_COOKIE, scheme).with(CSRF, csrf(context));
        }
    }
    schemes
}

fn key(place: &'static str, name: impl Into<Value>) -> Value {
    json!({ "type": "apiKey", "in": place }).with("name", name)
}

fn csrf(context: &Context) -> Value {
    key("header", "X-CSRFToken").with(
        "description",
        format!(
            "With a cookie, methods that change something also need the value of the cookie `{}`.",
            context.cookies.csrf
        ),
    )
}

/// How callers of an operation may authenticate: alternatives, in the order of the chain.
pub(crate) fn requirements(context: &Context, rule: AccessRule<'_>, method: &str) -> Vec<Value> {
    if !rule.authenticates() {
        return Vec::new();
    }
    let scheme = |name: &'static str| json!({ (name): [] });
    let cookie = |name: &'static str| {
        let safe = SAFE.contains(&method);
        if safe { scheme(name) } else { scheme(name).with(CSRF, json!([])) }
    };
    let mut alternatives = Vec::new();
    for authenticator in &context.authenticators {
        match authenticator {
            Authenticator::Jwt => {
                alternatives.push(scheme(JWT));
                alternatives.extend(context.jwt_cookie().map(|_| cookie(JWT_COOKIE)));
            }
            Authenticator::Session => alternatives.push(cookie(SESSION)),
            Authenticator::Basic => alternatives.push(scheme(BASIC)),
            Authenticator::Token => alternatives.push(scheme(API_KEY)),
        }
    }
    if rule.accepts_anonymous(method) {
        alternatives.push(json!({}));
    }
    alternatives
}

/// Whether a caller can be refused for want of a CSRF token.
pub(super) fn checks_csrf(context: &Context, method: &str) -> bool {
    let has_cookie = context.asks(Authenticator::Session) || context.jwt_cookie().is_some();
    has_cookie && !SAFE.contains(&method)
}
