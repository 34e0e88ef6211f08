//! Middleware, extractors and responses for actix-web.
//!
//! [`Authenticate`] authenticates every request of an app, a scope or a resource. Handlers inside it take an
//! [`Account<U>`](crate::gate::Account), or an `Option` of one if anonymous callers are allowed, and [`Require`]
//! requires a [permission](crate::permissions).
//!
//! ```
//! use actix_web::{App, HttpResponse, Responder, web};
//! use presspass_auth::AuthenticatorChain;
//! use presspass_auth::actix::{Authenticate, Require};
//! use presspass_auth::gate::Account;
//! use presspass_auth::permissions::{BuiltIn, Compose, HasPermission};
//!
//! struct User { name: String } // your own
//!
//! async fn me(user: Account<User>) -> impl Responder {
//!     user.name.clone()
//! }
//!
//! async fn greet(user: Option<Account<User>>) -> impl Responder {
//!     user.map_or("hello, anonymous".to_owned(), |user| format!("hello, {}", user.name))
//! }
//!
//! # fn service(chain: AuthenticatorChain<User>) {
//! let app = App::new().service(
//!     web::scope("/api")
//!         .wrap(Authenticate::new(chain))
//!         .route("/me", web::get().to(me))
//!         .route("/greet", web::get().to(greet))
//!         .service(
//!             web::resource("/reports")
//!                 .wrap(Require::new(BuiltIn::IsAdmin.or(HasPermission::new("reports", "view_report"))))
//!                 .to(HttpResponse::Ok),
//!         ),
//! );
//! # drop(app);
//! # }
//! ```
//!
//! A request with invalid credentials is answered by the middleware, whatever the handler takes. So login itself
//! belongs outside of it, where an expired token does not prevent a client from getting a new one. Responses are
//! those of a [`Refusal`], in the [format](crate::gate::ErrorFormat) of the gate; 503 with `Retry-After`, never 401,
//! while a store is unavailable.
//!
//! **Cookies.** A caller that is authenticated by a cookie must repeat the `csrftoken` cookie in `X-CSRFToken` to
//! change anything. See [`Gate`](crate::gate::Gate) for services that check forms themselves, or that are behind a
//! proxy with HTTPS.

mod authenticate;
mod extract;
mod require;
#[cfg(feature = "actix-session")]
mod sessions;

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};

pub use authenticate::{Authenticate, AuthenticateMiddleware};
pub use extract::{Extracting, ExtractionError};
pub use require::{Require, RequireMiddleware};
#[cfg(feature = "actix-session")]
pub use sessions::ActixSessions;

use crate::csrf::Site;
use crate::gate::{Admitted, Pass, Refusal};
use crate::request_head::{Headers, RequestHead, joined};

impl Headers for HeaderMap {
    fn value(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        joined(name, self.get_all(name).map(actix_web::http::header::HeaderValue::as_bytes))
    }
}

/// The request as authenticators see it.
#[must_use]
pub fn request_head(request: &HttpRequest) -> RequestHead<'_> {
    RequestHead::new(request.method().as_str(), request.path(), request.headers())
}

/// How the client reached the service, as far as this connection shows: `Forwarded` headers are ignored.
#[must_use]
pub fn site(request: &HttpRequest) -> Site<'_> {
    // HTTP/2 has the host in the URI, HTTP/1.1 in the header.
    let named = request.headers().get(actix_web::http::header::HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(actix_web::http::uri::Authority::as_str).or(named);
    Site { is_secure: request.app_config().secure(), host: host.unwrap_or_default() }
}

/// Puts an admitted request where extractors and guards look for it: for a middleware of your own, which has called
/// [`Gate::admit`](crate::gate::Gate::admit).
pub fn insert_into<U: Send + Sync + 'static>(request: &impl HttpMessage, admitted: Admitted<U>) {
    let admitted = Arc::new(admitted);
    let mut extensions = request.extensions_mut();
    extensions.insert(Pass::new(Arc::clone(&admitted)));
    extensions.insert(admitted);
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut builder = HttpResponse::build(self.status_code());
        for (name, value) in self.headers() {
            builder.insert_header((name, value.as_ref()));
        }
        builder.body(self.body())
    }
}
