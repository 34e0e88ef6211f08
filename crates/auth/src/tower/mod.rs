//! Layers for tower: axum, and every other framework with `http` 1.x.
//!
//! [`AuthenticateLayer`] authenticates every request and puts an [`Account<U>`](crate::gate::Account) into the
//! extensions of those that are not anonymous. [`RequireLayer`], inside of it, requires a
//! [permission](crate::permissions). With the feature `axum`, handlers take an `Account<U>`, or an `Option` of one if
//! anonymous callers are allowed:
//!
#![cfg_attr(feature = "axum", doc = "```")]
#![cfg_attr(not(feature = "axum"), doc = "```ignore")]
//! use axum::Router;
//! use axum::routing::get;
//! use presspass_auth::AuthenticatorChain;
//! use presspass_auth::gate::Account;
//! use presspass_auth::permissions::BuiltIn;
//! use presspass_auth::tower::{AuthenticateLayer, RequireLayer};
//!
//! struct User { name: String } // your own
//!
//! async fn me(user: Account<User>) -> String {
//!     user.name.clone()
//! }
//!
//! # fn service(chain: AuthenticatorChain<User>) {
//! let app: Router = Router::new()
//!     .route("/reports", get("…").layer(RequireLayer::new(BuiltIn::IsAdmin)))
//!     .route("/me", get(me))
//!     .layer(AuthenticateLayer::new(chain));
//! # drop(app);
//! # }
//! ```
//!
//! A request with invalid credentials is answered by the layer, whatever the handler takes, so login itself belongs
//! outside of it. Responses are those of a [`Refusal`], which is in the response's extensions as an `Arc`, so that an
//! outer layer can log it.
//!
//! **Cookies.** A caller that is authenticated by a cookie must repeat the `csrftoken` cookie in `X-CSRFToken` to
//! change anything. See [`Gate`](crate::gate::Gate) for services that check forms themselves. tower does not show
//! whether a client uses HTTPS: configure it with [`Gate::behind`](crate::gate::Gate::behind) or
//! [`Gate::behind_https`](crate::gate::Gate::behind_https).

mod authenticate;
mod body;
#[cfg(feature = "axum")]
mod extract;
mod require;
#[cfg(feature = "tower-sessions")]
mod sessions;

use std::borrow::Cow;
use std::sync::Arc;

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Request, Response, StatusCode};

pub use authenticate::{AuthenticateLayer, AuthenticateService};
pub use body::ResponseBody;
pub use require::{RequireLayer, RequireService};
#[cfg(feature = "tower-sessions")]
pub use sessions::TowerSessions;

use crate::csrf::Site;
use crate::gate::{Admitted, Pass, Refusal};
use crate::request_head::{Headers, RequestHead, joined};

impl Headers for HeaderMap {
    fn value(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        joined(name, self.get_all(name).into_iter().map(HeaderValue::as_bytes))
    }
}

/// The request as authenticators see it.
#[must_use]
pub fn request_head<B>(request: &Request<B>) -> RequestHead<'_> {
    RequestHead::new(request.method().as_str(), request.uri().path(), request.headers())
}

/// The same of a request without its body, such as axum's extractor `Parts`.
#[must_use]
pub fn head_of(parts: &Parts) -> RequestHead<'_> {
    RequestHead::new(parts.method.as_str(), parts.uri.path(), &parts.headers)
}

/// How the client reached the service, as far as the request shows: `Forwarded` headers are ignored.
#[must_use]
pub fn site<B>(request: &Request<B>) -> Site<'_> {
    // HTTP/2 has the host in the URI, HTTP/1.1 in the header.
    let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(http::uri::Authority::as_str).or(named);
    Site { is_secure: request.uri().scheme_str() == Some("https"), host: host.unwrap_or_default() }
}

/// Puts an admitted request where extractors, guards and handlers look for it: for a middleware of your own, which has
/// called [`Gate::admit`](crate::gate::Gate::admit).
pub fn insert_into<U: Send + Sync + 'static>(parts: &mut Parts, admitted: Admitted<U>) {
    let admitted = Arc::new(admitted);
    let pass = Pass::new(Arc::clone(&admitted));
    pass.introduce(&parts.method, &mut parts.extensions);
    parts.extensions.insert(pass);
    parts.extensions.insert(admitted);
}

/// The response to a refused request.
fn refused<B>(refusal: Refusal, body: impl FnOnce(String) -> B) -> Response<B> {
    let mut response = Response::new(body(refusal.body()));
    *response.status_mut() =
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in refusal.headers() {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response.extensions_mut().insert(Arc::new(refusal));
    response
}
