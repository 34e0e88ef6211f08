//! `health/`: whether the server can serve, for load balancers and `docker compose`.

use actix_web::http::{Method, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::app::drain::Draining;
use crate::app::services::Services;

/// 200 where the database answers and the server is not about to stop, else 503; says no more.
pub(crate) async fn health(
    request: HttpRequest,
    services: Data<Services>,
    draining: Data<Draining>,
) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish();
    }
    if !draining.has_begun() && services.database.ping().await.is_ok() {
        return HttpResponse::Ok().content_type("application/json").body("{\"status\":\"ok\"}");
    }
    HttpResponse::ServiceUnavailable()
        .insert_header(("Retry-After", "1"))
        .content_type("application/json")
        .body("{\"status\":\"unavailable\"}")
}
