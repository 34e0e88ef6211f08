//! CORS headers and preflight requests, as django-cors-headers answers them.

use actix_cors::Cors;
use actix_web::middleware::Condition;

use crate::settings::{self, AllowedOrigins};

/// Those of django-cors-headers, and HEAD: browsers ask for it where a script sends it with a token, and actix-cors
/// refuses what is not listed, also what the Fetch standard always allows.
const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The middleware; without allowed origins it changes no answer.
pub(crate) fn layer(settings: &settings::Cors) -> Condition<Cors> {
    let cors = Cors::default()
        .allowed_methods(METHODS)
        .allowed_headers(settings.allow_headers.clone())
        .expose_headers(settings.expose_headers.clone())
        .max_age(usize::try_from(settings.max_age.as_secs()).ok());
    let cors = match &settings.allowed_origins {
        None => return Condition::new(false, cors),
        Some(AllowedOrigins::Any) => cors.allow_any_origin().send_wildcard(),
        Some(AllowedOrigins::Listed(origins)) => {
            origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin.as_str()))
        }
    };
    let cors = if settings.allow_credentials { cors.supports_credentials() } else { cors };
    Condition::new(true, cors)
}
