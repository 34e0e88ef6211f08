//! Serves the files that pages need.

use actix_web::http::{Method, header};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use super::assets::{ASSETS, VERSION};
use crate::redirect::not_found;

/// A year, the maximum.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// `static/presspass/<version>/<file>`
pub async fn asset(request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (version, name) = path.into_inner();
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else { return not_found(&request) };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, HEAD")).finish();
    }
    // While servers of two versions answer, the page of one may ask the other for its files: it gets them, for once.
    let is_current = version == *VERSION;
    let tag = format!("\"{}\"", VERSION.as_str());
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let is_known = is_current && known.is_some_and(|tags| is_among(tags, &tag));
    let mut builder = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    builder
        .insert_header((header::CACHE_CONTROL, if is_current { IMMUTABLE } else { "no-store" }))
        .insert_header((header::ETAG, tag))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"));
    if is_known { builder.finish() } else { builder.content_type(asset.media_type).body(asset.bytes) }
}

/// Whether an `If-None-Match` names a tag (RFC 9110, section 13.1.2: compared weakly).
fn is_among(tags: &str, tag: &str) -> bool {
    tags.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_others_weak_or_not() {
        for tags in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(is_among(tags, "\"a\""), "{tags}");
        }
        for tags in ["", "\"b\"", "a", "\"ab\""] {
            assert!(!is_among(tags, "\"a\""), "{tags}");
        }
    }
}
